// The border between the core and JavaScript: convert, call, convert.
//
// bindings/engine.d.ts says what each call means. Body bytes never cross.

#include "engine/engine.h"

#include <emscripten/bind.h>
#include <emscripten/val.h>

#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/units.h"
#include "bindings/convert.h"
#include "engine/dom_error.h"
#include "journal/posix_directory.h"

namespace background_fetch {
namespace {

using emscripten::val;

class BoundEngine {
 public:
  BoundEngine(std::string folder, uint64_t seed, std::string origin)
      : directory_(std::move(folder)),
        engine_(directory_, seed, std::move(origin)) {}

  void RecoverHead(val owner, val head) {
    engine_.RecoverHead(ToOwner(owner), ToResponseHead(head));
  }
  void RecoverChunk(val owner, double begin, double end) {
    engine_.RecoverChunk(ToOwner(owner),
                         {.begin = ToOffset(begin), .end = ToOffset(end)});
  }
  void Start(bool online, double now) { engine_.Start(online, ToOffset(now)); }

  void Register(double token, std::string uid, val options, val requests,
                double room_bytes, double now) {
    background_fetch::Register event{.token = ToIndex(token),
                                     .uid = std::move(uid),
                                     .options = ToFetchOptions(options),
                                     .requests = {},
                                     .room_bytes = ToOffset(room_bytes)};
    const uint32_t count = CountOf(requests);
    for (uint32_t i = 0; i < count; ++i) {
      event.requests.push_back(ToRequestInfo(requests[i]));
    }
    Handle(std::move(event), now);
  }
  void Abort(double token, std::string uid, bool repeated, double now) {
    Handle(background_fetch::Abort{.token = ToIndex(token),
                                   .uid = std::move(uid),
                                   .is_repeated = repeated},
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
  void BodyReceived(double request, double bytes, double now) {
    Handle(background_fetch::BodyReceived{.request = ToIndex(request),
                                          .bytes = ToOffset(bytes)},
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
  void EventDelivered(std::string uid, bool held, double now) {
    Handle(background_fetch::EventDelivered{.uid = std::move(uid),
                                            .was_held = held},
           now);
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
      list.call<void>("push", ToVal(command));
    }
    return list;
  }
  double NextWake() const {
    const TimeMs wake = engine_.NextWake();
    return wake == kNever ? HUGE_VAL : ToNumber(wake);
  }

  double Sequence() const { return ToNumber(engine_.sequence()); }
  bool IsWorking() const { return engine_.IsWorking(); }
  bool IsEmpty() const { return engine_.IsEmpty(); }
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
  val CheckId(std::string id) const {
    const ErrorCode error = engine_.CheckId(id);
    return error == ErrorCode::kOk ? val::null() : ToVal(ToDomError(error));
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
    const uint32_t index = ToIndex(record);
    return ToVal(index, engine_.RecordStateOf(uid, index));
  }

 private:
  void Handle(Event&& event, double now) {
    engine_.HandleEvent(std::move(event), ToOffset(now));
  }

  PosixDirectory directory_;
  Engine engine_;
};

// One engine for each instance of the module: Embind's classes would be a tenth
// of all the script, for a pointer.
std::optional<BoundEngine> bound_engine;

void Open(std::string folder, double seed, std::string origin) {
  // Converted first: a seed that is refused must leave the old engine alone.
  const auto converted = static_cast<uint64_t>(ToOffset(seed));
  bound_engine.emplace(std::move(folder), converted, std::move(origin));
}

// A member function of the engine as a free one.
template <auto kMember>
struct Bound;
template <typename Result, typename... Arguments,
          Result (BoundEngine::*kMember)(Arguments...)>
struct Bound<kMember> {
  static Result Call(Arguments... arguments) {
    return ((*bound_engine).*kMember)(std::move(arguments)...);
  }
};
template <typename Result, typename... Arguments,
          Result (BoundEngine::*kMember)(Arguments...) const>
struct Bound<kMember> {
  static Result Call(Arguments... arguments) {
    return ((*bound_engine).*kMember)(std::move(arguments)...);
  }
};

template <auto kMember>
void Bind(const char* name) {
  emscripten::function(name, &Bound<kMember>::Call);
}

EMSCRIPTEN_BINDINGS(background_fetch) {
  emscripten::function("open", &Open);
  Bind<&BoundEngine::RecoverHead>("recoverHead");
  Bind<&BoundEngine::RecoverChunk>("recoverChunk");
  Bind<&BoundEngine::Start>("start");
  Bind<&BoundEngine::Register>("register");
  Bind<&BoundEngine::Abort>("abort");
  Bind<&BoundEngine::SetPaused>("setPaused");
  Bind<&BoundEngine::ResponseHead>("responseHead");
  Bind<&BoundEngine::ChunkStored>("chunkStored");
  Bind<&BoundEngine::BodyReceived>("bodyReceived");
  Bind<&BoundEngine::BodyEnded>("bodyEnded");
  Bind<&BoundEngine::RequestFailed>("requestFailed");
  Bind<&BoundEngine::StorageFailed>("storageFailed");
  Bind<&BoundEngine::JournalSynced>("journalSynced");
  Bind<&BoundEngine::JournalSyncFailed>("journalSyncFailed");
  Bind<&BoundEngine::Announced>("announced");
  Bind<&BoundEngine::EventDelivered>("eventDelivered");
  Bind<&BoundEngine::FetchDeleted>("fetchDeleted");
  Bind<&BoundEngine::Online>("online");
  Bind<&BoundEngine::Tick>("tick");
  Bind<&BoundEngine::TakeCommands>("takeCommands");
  Bind<&BoundEngine::NextWake>("nextWake");
  Bind<&BoundEngine::Sequence>("sequence");
  Bind<&BoundEngine::IsWorking>("isWorking");
  Bind<&BoundEngine::IsEmpty>("isEmpty");
  Bind<&BoundEngine::ChangesSince>("changesSince");
  Bind<&BoundEngine::SnapshotOf>("snapshot");
  Bind<&BoundEngine::CheckId>("checkId");
  Bind<&BoundEngine::ActiveUid>("activeUid");
  Bind<&BoundEngine::ActiveIds>("activeIds");
  Bind<&BoundEngine::Match>("match");
  Bind<&BoundEngine::Request>("request");
  Bind<&BoundEngine::RecordState>("recordState");
}

}  // namespace
}  // namespace background_fetch
