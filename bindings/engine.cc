// The border between the core and JavaScript: convert, call, convert.
//
// bindings/engine.d.ts says what each call means. Numbers cross as doubles and
// are checked to be whole and in range; one that is not throws a RangeError
// before anything is called. Body bytes never cross.

#include "engine/engine.h"

#include <emscripten/bind.h>
#include <emscripten/val.h>

#include <cmath>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/units.h"
#include "engine/dom_error.h"
#include "journal/posix_directory.h"

namespace background_fetch {
namespace {

using emscripten::val;

// --- To C++ ------------------------------------------------------------------

int64_t ToWhole(double number, double most) {
  if (!(number >= 0 && number <= most) || number != std::floor(number)) {
    val::global("RangeError")
        .new_(std::string("not a whole number in range"))
        .throw_();
  }
  return static_cast<int64_t>(number);
}

int64_t ToOffset(double number) {
  return ToWhole(number, static_cast<double>(kOffsetMax));
}

uint32_t ToIndex(double number) {
  return static_cast<uint32_t>(ToWhole(number, UINT32_MAX));
}

std::string StringOf(const val& object, const char* name) {
  return object[name].as<std::string>();
}

HeaderList HeadersOf(const val& list) {
  HeaderList headers;
  const auto count = list["length"].as<uint32_t>();
  headers.reserve(count);
  for (uint32_t i = 0; i < count; ++i) {
    const val header = list[i];
    headers.emplace_back(header[0].as<std::string>(),
                         header[1].as<std::string>());
  }
  return headers;
}

RequestInfo ToRequestInfo(const val& info) {
  return {.url = StringOf(info, "url"),
          .method = StringOf(info, "method"),
          .headers = HeadersOf(info["headers"]),
          .mode = StringOf(info, "mode"),
          .credentials = StringOf(info, "credentials"),
          .cache = StringOf(info, "cache"),
          .redirect = StringOf(info, "redirect"),
          .referrer = StringOf(info, "referrer"),
          .referrer_policy = StringOf(info, "referrerPolicy"),
          .integrity = StringOf(info, "integrity"),
          .body_length = ToOffset(info["bodyLength"].as<double>())};
}

ResponseHead ToResponseHead(const val& head) {
  return {.status = static_cast<int>(ToIndex(head["status"].as<double>())),
          .status_text = StringOf(head, "statusText"),
          .headers = HeadersOf(head["headers"]),
          .url = StringOf(head, "url"),
          .type = StringOf(head, "type"),
          .redirected = head["redirected"].as<bool>()};
}

FetchOptions ToFetchOptions(const val& options) {
  FetchOptions result{
      .id = StringOf(options, "id"),
      .title = StringOf(options, "title"),
      .icons = {},
      .download_total = ToOffset(options["downloadTotal"].as<double>())};
  const val icons = options["icons"];
  const auto count = icons["length"].as<uint32_t>();
  for (uint32_t i = 0; i < count; ++i) {
    const val icon = icons[i];
    result.icons.push_back({.src = StringOf(icon, "src"),
                            .sizes = StringOf(icon, "sizes"),
                            .type = StringOf(icon, "type"),
                            .label = StringOf(icon, "label")});
  }
  return result;
}

ChunkOwner ToOwner(const val& owner) {
  return {.uid = StringOf(owner, "uid"),
          .record = ToIndex(owner["record"].as<double>()),
          .generation = ToIndex(owner["generation"].as<double>())};
}

MatchQuery ToQuery(const val& query) {
  return {.url = StringOf(query, "url"),
          .method = StringOf(query, "method"),
          .headers = HeadersOf(query["headers"]),
          .ignore_search = query["ignoreSearch"].as<bool>(),
          .ignore_method = query["ignoreMethod"].as<bool>(),
          .ignore_vary = query["ignoreVary"].as<bool>()};
}

// --- To JavaScript -----------------------------------------------------------

double ToNumber(int64_t number) { return static_cast<double>(number); }

val ToVal(std::string_view text) { return val(std::string(text)); }

val ToVal(const HeaderList& headers) {
  val list = val::array();
  for (const auto& [name, value] : headers) {
    val header = val::array();
    header.call<void>("push", name, value);
    list.call<void>("push", header);
  }
  return list;
}

val ToVal(const RequestInfo& info) {
  val object = val::object();
  object.set("url", info.url);
  object.set("method", info.method);
  object.set("headers", ToVal(info.headers));
  object.set("mode", info.mode);
  object.set("credentials", info.credentials);
  object.set("cache", info.cache);
  object.set("redirect", info.redirect);
  object.set("referrer", info.referrer);
  object.set("referrerPolicy", info.referrer_policy);
  object.set("integrity", info.integrity);
  object.set("bodyLength", ToNumber(info.body_length));
  return object;
}

val ToVal(const ResponseHead& head) {
  val object = val::object();
  object.set("status", head.status);
  object.set("statusText", head.status_text);
  object.set("headers", ToVal(head.headers));
  object.set("url", head.url);
  object.set("type", head.type);
  object.set("redirected", head.redirected);
  return object;
}

val ToVal(const ChunkOwner& owner) {
  val object = val::object();
  object.set("uid", owner.uid);
  object.set("record", owner.record);
  object.set("generation", owner.generation);
  return object;
}

val ToVal(const Snapshot& snapshot) {
  val icons = val::array();
  for (const Icon& icon : snapshot.options->icons) {
    val object = val::object();
    object.set("src", icon.src);
    object.set("sizes", icon.sizes);
    object.set("type", icon.type);
    object.set("label", icon.label);
    icons.call<void>("push", object);
  }
  val object = val::object();
  object.set("uid", snapshot.uid);
  object.set("id", snapshot.options->id);
  object.set("title", snapshot.options->title);
  object.set("icons", icons);
  object.set("uploadTotal", ToNumber(snapshot.upload_total));
  object.set("uploaded", ToNumber(snapshot.uploaded));
  object.set("downloadTotal", ToNumber(snapshot.options->download_total));
  object.set("downloaded", ToNumber(snapshot.downloaded));
  object.set("result", ToVal(ToString(snapshot.result)));
  object.set("failureReason", ToVal(ToString(snapshot.failure_reason)));
  object.set("recordsAvailable", snapshot.records_available);
  object.set("active", snapshot.is_active);
  object.set("paused", snapshot.is_paused);
  object.set("settledRecords", snapshot.settled_records);
  return object;
}

std::string_view NameOf(BodyPlan::Mode mode) {
  static constexpr std::string_view kNames[] = {"blob", "buffer", "stream",
                                                "none"};
  return kNames[static_cast<size_t>(mode)];
}

std::string_view NameOf(Deliver::Kind kind) {
  static constexpr std::string_view kNames[] = {"success", "fail", "abort"};
  return kNames[static_cast<size_t>(kind)];
}

std::string_view NameOf(RecordState::Kind kind) {
  static constexpr std::string_view kNames[] = {
      "pending", "complete", "bad-status", "failed", "aborted"};
  return kNames[static_cast<size_t>(kind)];
}

val CommandNamed(const char* type) {
  val object = val::object();
  object.set("type", std::string(type));
  return object;
}

val ToVal(const StartRequest& command) {
  val object = CommandNamed("start-request");
  object.set("request", command.request);
  object.set("owner", ToVal(command.owner));
  object.set("info", ToVal(command.info));
  object.set("range", command.range);
  object.set("ifRange", command.if_range);
  object.set("cache", command.cache);
  return object;
}

val ToVal(const ReadBody& command) {
  val object = CommandNamed("read-body");
  object.set("request", command.request);
  object.set("owner", ToVal(command.owner));
  object.set("mode", ToVal(NameOf(command.plan.mode)));
  object.set("begin", ToNumber(command.plan.begin));
  object.set("end", ToNumber(command.plan.end.value_or(-1)));
  object.set("pieceBytes", ToNumber(command.plan.piece_bytes));
  object.set("head", command.head ? ToVal(*command.head) : val::null());
  return object;
}

val ToVal(const CancelRequest& command) {
  val object = CommandNamed("cancel-request");
  object.set("request", command.request);
  return object;
}

val ToVal(const DeleteGeneration& command) {
  val object = CommandNamed("delete-generation");
  object.set("owner", ToVal(command.owner));
  return object;
}

val ToVal(const DeleteFetch& command) {
  val object = CommandNamed("delete-fetch");
  object.set("uid", command.uid);
  return object;
}

val ToVal(const SyncJournal&) { return CommandNamed("sync-journal"); }

val ToVal(const Announce& command) {
  val object = CommandNamed("announce");
  object.set("sequence", ToNumber(command.sequence));
  object.set("mustBeHeard", command.must_be_heard);
  return object;
}

val ToVal(const Deliver& command) {
  val object = CommandNamed("deliver");
  object.set("uid", command.uid);
  object.set("event", ToVal(NameOf(command.kind)));
  return object;
}

val ToVal(const Registered& command) {
  val object = CommandNamed("registered");
  object.set("token", command.token);
  object.set("uid", command.uid);
  return object;
}

val ToVal(const Rejected& command) {
  const DomError error = ToDomError(command.error);
  val object = CommandNamed("rejected");
  object.set("token", command.token);
  object.set("error", ToVal(error.name));
  object.set("message", ToVal(error.message));
  return object;
}

val ToVal(const AbortAnswered& command) {
  val object = CommandNamed("abort-answered");
  object.set("token", command.token);
  object.set("aborted", command.is_aborted);
  return object;
}

val ToVal(const PauseAnswered& command) {
  val object = CommandNamed("pause-answered");
  object.set("token", command.token);
  object.set("active", command.is_active);
  return object;
}

// --- The engine --------------------------------------------------------------

class BoundEngine {
 public:
  BoundEngine(std::string folder, double seed, std::string origin)
      : directory_(std::move(folder)),
        engine_(directory_, static_cast<uint64_t>(ToOffset(seed)),
                std::move(origin)) {}

  void RecoverHead(val owner, val head) {
    engine_.RecoverHead(ToOwner(owner), ToResponseHead(head));
  }
  void RecoverChunk(val owner, double begin, double end) {
    engine_.RecoverChunk(ToOwner(owner),
                         {.begin = ToOffset(begin), .end = ToOffset(end)});
  }
  void Start(bool online, double now) { engine_.Start(online, ToOffset(now)); }

  void Register(double token, std::string uid, val options, val requests,
                double now) {
    background_fetch::Register event{.token = ToIndex(token),
                                     .uid = std::move(uid),
                                     .options = ToFetchOptions(options),
                                     .requests = {}};
    const auto count = requests["length"].as<uint32_t>();
    event.requests.reserve(count);
    for (uint32_t i = 0; i < count; ++i) {
      event.requests.push_back(ToRequestInfo(requests[i]));
    }
    Handle(std::move(event), now);
  }
  void Abort(double token, std::string uid, double now) {
    Handle(
        background_fetch::Abort{.token = ToIndex(token), .uid = std::move(uid)},
        now);
  }
  void SetPaused(double token, std::string uid, bool paused, double now) {
    Handle(background_fetch::SetPaused{.token = ToIndex(token),
                                       .uid = std::move(uid),
                                       .is_paused = paused},
           now);
  }
  void ResponseHead(double request, val head, double now) {
    Handle(ResponseHeadSeen{.request = ToIndex(request),
                            .head = ToResponseHead(head)},
           now);
  }
  void ChunkStored(double request, double begin, double end, double now) {
    Handle(background_fetch::ChunkStored{.request = ToIndex(request),
                                         .range = {.begin = ToOffset(begin),
                                                   .end = ToOffset(end)}},
           now);
  }
  void BodyEnded(double request, double now) {
    Handle(background_fetch::BodyEnded{.request = ToIndex(request)}, now);
  }
  void RequestFailed(double request, double now) {
    Handle(background_fetch::RequestFailed{.request = ToIndex(request)}, now);
  }
  void StorageFailed(double request, bool quota, double now) {
    Handle(background_fetch::StorageFailed{.request = ToIndex(request),
                                           .is_quota = quota},
           now);
  }
  void JournalSynced(double now) {
    Handle(background_fetch::JournalSynced{}, now);
  }
  void JournalSyncFailed(bool quota, double now) {
    Handle(background_fetch::JournalSyncFailed{.is_quota = quota}, now);
  }
  void Announced(double sequence, double now) {
    Handle(background_fetch::Announced{.sequence = ToOffset(sequence)}, now);
  }
  void EventDelivered(std::string uid, double now) {
    Handle(background_fetch::EventDelivered{.uid = std::move(uid)}, now);
  }
  void FetchDeleted(std::string uid, double now) {
    Handle(background_fetch::FetchDeleted{.uid = std::move(uid)}, now);
  }
  void Online(bool online, double now) {
    Handle(OnlineChanged{.is_online = online}, now);
  }
  void Tick(double now) { Handle(TimePassed{}, now); }

  val TakeCommands() {
    val list = val::array();
    for (const Command& command : engine_.TakeCommands()) {
      list.call<void>(
          "push",
          std::visit([](const auto& each) { return ToVal(each); }, command));
    }
    return list;
  }
  double NextWake() const {
    const TimeMs wake = engine_.NextWake();
    return wake == kNever ? HUGE_VAL : ToNumber(wake);
  }

  double Sequence() const { return ToNumber(engine_.sequence()); }
  bool IsWorking() const { return engine_.IsWorking(); }
  val ChangesSince(double sequence) const {
    val list = val::array();
    for (const Snapshot& each : engine_.ChangesSince(ToOffset(sequence))) {
      list.call<void>("push", ToVal(each));
    }
    return list;
  }
  val SnapshotOf(std::string uid) const {
    const auto snapshot = engine_.SnapshotOf(uid);
    return snapshot ? ToVal(*snapshot) : val::null();
  }
  std::string ActiveUid(std::string id) const {
    return std::string(engine_.ActiveUid(id));
  }
  val ActiveIds() const {
    val list = val::array();
    for (std::string_view id : engine_.ActiveIds()) {
      list.call<void>("push", ToVal(id));
    }
    return list;
  }
  val Match(std::string uid, val query) const {
    val list = val::array();
    const auto push = [&](const std::vector<uint32_t>& records) {
      for (uint32_t record : records) list.call<void>("push", record);
    };
    if (query.isNull()) {
      push(engine_.Match(uid, nullptr));
    } else {
      const MatchQuery converted = ToQuery(query);
      push(engine_.Match(uid, &converted));
    }
    return list;
  }
  val Request(std::string uid, double record) const {
    const RequestInfo* info = engine_.RequestOf(uid, ToIndex(record));
    return info == nullptr ? val::null() : ToVal(*info);
  }
  val RecordState(std::string uid, double record) const {
    const background_fetch::RecordState state =
        engine_.RecordStateOf(uid, ToIndex(record));
    val object = val::object();
    object.set("record", record);
    object.set("generation", state.generation);
    object.set("state", ToVal(NameOf(state.kind)));
    object.set("length", ToNumber(state.length));
    return object;
  }

 private:
  void Handle(Event&& event, double now) {
    engine_.HandleEvent(std::move(event), ToOffset(now));
  }

  PosixDirectory directory_;
  Engine engine_;
};

EMSCRIPTEN_BINDINGS(background_fetch) {
  emscripten::class_<BoundEngine>("Engine")
      .constructor<std::string, double, std::string>()
      .function("recoverHead", &BoundEngine::RecoverHead)
      .function("recoverChunk", &BoundEngine::RecoverChunk)
      .function("start", &BoundEngine::Start)
      .function("register", &BoundEngine::Register)
      .function("abort", &BoundEngine::Abort)
      .function("setPaused", &BoundEngine::SetPaused)
      .function("responseHead", &BoundEngine::ResponseHead)
      .function("chunkStored", &BoundEngine::ChunkStored)
      .function("bodyEnded", &BoundEngine::BodyEnded)
      .function("requestFailed", &BoundEngine::RequestFailed)
      .function("storageFailed", &BoundEngine::StorageFailed)
      .function("journalSynced", &BoundEngine::JournalSynced)
      .function("journalSyncFailed", &BoundEngine::JournalSyncFailed)
      .function("announced", &BoundEngine::Announced)
      .function("eventDelivered", &BoundEngine::EventDelivered)
      .function("fetchDeleted", &BoundEngine::FetchDeleted)
      .function("online", &BoundEngine::Online)
      .function("tick", &BoundEngine::Tick)
      .function("takeCommands", &BoundEngine::TakeCommands)
      .function("nextWake", &BoundEngine::NextWake)
      .function("sequence", &BoundEngine::Sequence)
      .function("isWorking", &BoundEngine::IsWorking)
      .function("changesSince", &BoundEngine::ChangesSince)
      .function("snapshot", &BoundEngine::SnapshotOf)
      .function("activeUid", &BoundEngine::ActiveUid)
      .function("activeIds", &BoundEngine::ActiveIds)
      .function("match", &BoundEngine::Match)
      .function("request", &BoundEngine::Request)
      .function("recordState", &BoundEngine::RecordState);
}

}  // namespace
}  // namespace background_fetch
