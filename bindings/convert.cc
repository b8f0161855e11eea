#include "bindings/convert.h"

#include <cmath>
#include <string>
#include <utility>
#include <variant>

#include "base/units.h"
#include "engine/dom_error.h"

namespace background_fetch {

using emscripten::val;

// --- To C++ ------------------------------------------------------------------

static int64_t ToWhole(double number, double most) {
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

static std::string StringOf(const val& object, const char* name) {
  return object[name].as<std::string>();
}

uint32_t CountOf(const val& list) {
  return ToIndex(list["length"].as<double>());
}

static HeaderList HeadersOf(const val& list) {
  HeaderList headers;
  const uint32_t count = CountOf(list);
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
  const uint32_t count = CountOf(icons);
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

static val ToVal(const HeaderList& headers) {
  val list = val::array();
  for (const auto& [name, value] : headers) {
    val header = val::array();
    header.call<void>("push", name, value);
    list.call<void>("push", header);
  }
  return list;
}

val ToVal(const DomError& error) {
  val object = val::object();
  object.set("name", ToVal(error.name));
  object.set("message", ToVal(error.message));
  return object;
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

static val ToVal(const ResponseHead& head) {
  val object = val::object();
  object.set("status", head.status);
  object.set("statusText", head.status_text);
  object.set("headers", ToVal(head.headers));
  object.set("url", head.url);
  object.set("type", head.type);
  object.set("redirected", head.redirected);
  return object;
}

static val ToVal(const ChunkOwner& owner) {
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
  object.set("answers", snapshot.answers);
  return object;
}

static std::string_view NameOf(BodyPlan::Mode mode) {
  static constexpr std::string_view kNames[] = {"blob", "buffer", "stream",
                                                "none"};
  return kNames[static_cast<size_t>(mode)];
}

static std::string_view NameOf(Deliver::Kind kind) {
  static constexpr std::string_view kNames[] = {"success", "fail", "abort"};
  return kNames[static_cast<size_t>(kind)];
}

static std::string_view NameOf(RecordState::Kind kind) {
  static constexpr std::string_view kNames[] = {
      "pending", "open", "complete", "bad-status", "failed", "aborted"};
  return kNames[static_cast<size_t>(kind)];
}

static val CommandNamed(const char* type) {
  val object = val::object();
  object.set("type", std::string(type));
  return object;
}

static val ToVal(const StartRequest& command) {
  val object = CommandNamed("start-request");
  object.set("request", command.request);
  object.set("owner", ToVal(command.owner));
  object.set("info", ToVal(command.info));
  object.set("range", command.range);
  object.set("ifRange", command.if_range);
  object.set("cache", command.cache);
  return object;
}

static val ToVal(const ReadBody& command) {
  val object = CommandNamed("read-body");
  object.set("request", command.request);
  object.set("owner", ToVal(command.owner));
  object.set("mode", ToVal(NameOf(command.plan.mode)));
  object.set("begin", ToNumber(command.plan.begin));
  object.set("end", ToNumber(command.plan.end.value_or(-1)));
  object.set("pieceBytes", ToNumber(command.plan.piece_bytes));
  object.set("pieceBytesMin", ToNumber(command.plan.piece_bytes_min));
  object.set("pieceMs", ToNumber(command.plan.piece_ms));
  object.set("head", command.head ? ToVal(*command.head) : val::null());
  return object;
}

static val ToVal(const CancelRequest& command) {
  val object = CommandNamed("cancel-request");
  object.set("request", command.request);
  return object;
}

static val ToVal(const DeleteGeneration& command) {
  val object = CommandNamed("delete-generation");
  object.set("owner", ToVal(command.owner));
  return object;
}

static val ToVal(const DeleteFetch& command) {
  val object = CommandNamed("delete-fetch");
  object.set("uid", command.uid);
  return object;
}

static val ToVal(const SyncJournal&) { return CommandNamed("sync-journal"); }

static val ToVal(const Announce& command) {
  val object = CommandNamed("announce");
  object.set("sequence", ToNumber(command.sequence));
  object.set("mustBeHeard", command.must_be_heard);
  return object;
}

static val ToVal(const Deliver& command) {
  val object = CommandNamed("deliver");
  object.set("uid", command.uid);
  object.set("event", ToVal(NameOf(command.kind)));
  return object;
}

static val ToVal(const Registered& command) {
  val object = CommandNamed("registered");
  object.set("token", command.token);
  object.set("uid", command.uid);
  return object;
}

static val ToVal(const Rejected& command) {
  val object = CommandNamed("rejected");
  object.set("token", command.token);
  object.set("error", ToVal(ToDomError(command.error)));
  return object;
}

static val ToVal(const AbortAnswered& command) {
  val object = CommandNamed("abort-answered");
  object.set("token", command.token);
  object.set("aborted", command.is_aborted);
  return object;
}

static val ToVal(const PauseAnswered& command) {
  val object = CommandNamed("pause-answered");
  object.set("token", command.token);
  object.set("active", command.is_active);
  return object;
}

val ToVal(uint32_t record, const RecordState& state) {
  val object = val::object();
  object.set("record", record);
  object.set("generation", state.generation);
  object.set("state", ToVal(NameOf(state.kind)));
  object.set("length", ToNumber(state.length));
  return object;
}

val ToVal(const Command& command) {
  return std::visit([](const auto& each) { return ToVal(each); }, command);
}

}  // namespace background_fetch
