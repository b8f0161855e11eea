// The border between the core and JavaScript: convert, call, convert.
//
// bindings/engine.d.ts says what each call means, bindings/border.js what it
// takes and gives. Body bytes never cross.

#include "engine/engine.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/check.h"
#include "bindings/call_engine.h"
#include "bindings/convert.h"
#include "bindings/message.h"
#include "engine/dom_error.h"
#include "journal/posix_directory.h"

namespace background_fetch {
namespace {

// In the order of kCalls in bindings/border.js.
enum class Call : uint8_t {
  kOpen,
  kRecoverHead,
  kRecoverChunk,
  kStart,  // the first event
  kRegister,
  kAbort,
  kSetPaused,
  kRelease,
  kResponseHead,
  kChunkStored,
  kBodyReceived,
  kBodyEnded,
  kRequestFailed,
  kStorageFailed,
  kJournalSynced,
  kJournalSyncFailed,
  kAnnounced,
  kEventDelivered,
  kFetchDeleted,
  kOnline,
  kTick,  // the last one
  kSequence,
  kIsWorking,
  kIsEmpty,
  kChangesSince,
  kSnapshot,
  kCheckId,
  kActiveUid,
  kActiveIds,
  kMatch,
  kRequest,
  kRecordStates,
  kSet,
};

// The engine and the folder that it keeps its journal in.
struct OpenEngine {
  OpenEngine(std::string folder, uint64_t seed, std::string origin)
      : directory(std::move(folder)),
        engine(directory, seed, std::move(origin)) {}

  PosixDirectory directory;
  Engine engine;
};

// One engine for each instance of the module: Embind's classes would be a tenth
// of all the script, for a pointer.
std::optional<OpenEngine> open_engine;

void Open(MessageReader& in) {
  std::string folder = in.Text();
  const auto seed = static_cast<uint64_t>(in.Number());
  open_engine.emplace(std::move(folder), seed, in.Text());
}

// An event is followed by its time, and answered with a turn.
template <typename AnyEvent>
void Handle(AnyEvent&& event, MessageReader& in) {
  open_engine->engine.HandleEvent(std::move(event), in.Number());
}

// Of lists. 0 or 1 stand for a value that may be null.
void WriteCount(size_t count, MessageWriter& out) {
  out.Number(static_cast<int64_t>(count));
}

// What came of an event, all of it: the host need not ask for anything.
void WriteTurn(Engine& engine, MessageWriter& out) {
  const std::vector<Command> commands = engine.TakeCommands();
  WriteCount(commands.size(), out);
  for (const Command& each : commands) Write(each, out);
  const TimeMs wake = engine.NextWake();
  if (wake == kNever) {
    out.Text("Infinity");
  } else {
    out.Number(wake);
  }
  out.Flag(engine.IsEmpty());
}

void Answer(Call call, MessageReader& in, MessageWriter& out) {
  if (call == Call::kOpen) return Open(in);
  BF_CHECK(open_engine);
  Engine& engine = open_engine->engine;
  switch (call) {
    case Call::kOpen:
      return;
    case Call::kRecoverHead: {
      const ChunkOwner owner = ReadOwner(in);
      return engine.RecoverHead(owner, ReadResponseHead(in));
    }
    case Call::kRecoverChunk: {
      const ChunkOwner owner = ReadOwner(in);
      return engine.RecoverChunk(owner, ReadRange(in));
    }
    case Call::kStart: {
      const bool is_online = in.Flag();
      return engine.Start(is_online, in.Number());
    }
    case Call::kRegister:
      return Handle(Register{.token = in.Index(),
                             .uid = in.Text(),
                             .options = ReadFetchOptions(in),
                             .requests = ReadRequests(in),
                             .room_bytes = in.Number()},
                    in);
    case Call::kAbort:
      return Handle(
          Abort{
              .token = in.Index(), .uid = in.Text(), .is_repeated = in.Flag()},
          in);
    case Call::kSetPaused:
      return Handle(
          SetPaused{
              .token = in.Index(), .uid = in.Text(), .is_paused = in.Flag()},
          in);
    case Call::kRelease:
      return Handle(
          Release{.token = in.Index(), .uid = in.Text(), .record = in.Index()},
          in);
    case Call::kResponseHead:
      return Handle(
          ResponseHeadSeen{.request = in.Index(), .head = ReadResponseHead(in)},
          in);
    case Call::kChunkStored:
      return Handle(ChunkStored{.request = in.Index(), .range = ReadRange(in)},
                    in);
    case Call::kBodyReceived:
      return Handle(BodyReceived{.request = in.Index(), .bytes = in.Number()},
                    in);
    case Call::kBodyEnded:
      return Handle(BodyEnded{.request = in.Index()}, in);
    case Call::kRequestFailed:
      return Handle(RequestFailed{.request = in.Index()}, in);
    case Call::kStorageFailed:
      return Handle(StorageFailed{.request = in.Index(), .is_quota = in.Flag()},
                    in);
    case Call::kJournalSynced:
      return Handle(JournalSynced{}, in);
    case Call::kJournalSyncFailed:
      return Handle(JournalSyncFailed{.is_quota = in.Flag()}, in);
    case Call::kAnnounced:
      return Handle(Announced{.sequence = in.Number()}, in);
    case Call::kEventDelivered:
      return Handle(EventDelivered{.uid = in.Text(), .was_held = in.Flag()},
                    in);
    case Call::kFetchDeleted:
      return Handle(FetchDeleted{.uid = in.Text()}, in);
    case Call::kOnline:
      return Handle(OnlineChanged{.is_online = in.Flag()}, in);
    case Call::kTick:
      return Handle(TimePassed{}, in);

    case Call::kSequence:
      return out.Number(engine.sequence());
    case Call::kIsWorking:
      return out.Flag(engine.IsWorking());
    case Call::kIsEmpty:
      return out.Flag(engine.IsEmpty());
    case Call::kChangesSince: {
      const std::vector<Snapshot> changes = engine.ChangesSince(in.Number());
      WriteCount(changes.size(), out);
      for (const Snapshot& each : changes) Write(each, out);
      return;
    }
    case Call::kSnapshot: {
      const std::optional<Snapshot> snapshot = engine.SnapshotOf(in.Text());
      WriteCount(snapshot ? 1 : 0, out);
      if (snapshot) Write(*snapshot, out);
      return;
    }
    case Call::kCheckId: {
      const ErrorCode error = engine.CheckId(in.Text());
      WriteCount(error == ErrorCode::kOk ? 0 : 1, out);
      if (error != ErrorCode::kOk) Write(ToDomError(error), out);
      return;
    }
    case Call::kActiveUid:
      return out.Text(engine.ActiveUid(in.Text()));
    case Call::kActiveIds: {
      const std::vector<std::string_view> ids = engine.ActiveIds();
      WriteCount(ids.size(), out);
      for (std::string_view id : ids) out.Text(id);
      return;
    }
    case Call::kMatch: {
      const std::string uid = in.Text();
      std::optional<MatchQuery> query;
      if (in.Flag()) query = ReadQuery(in);
      const std::vector<uint32_t> records =
          engine.Match(uid, query ? &*query : nullptr);
      WriteCount(records.size(), out);
      for (uint32_t record : records) out.Number(record);
      return;
    }
    case Call::kRequest: {
      const std::string uid = in.Text();
      const RequestInfo* info = engine.RequestOf(uid, in.Index());
      WriteCount(info == nullptr ? 0 : 1, out);
      if (info != nullptr) Write(*info, out);
      return;
    }
    case Call::kRecordStates: {
      const std::string uid = in.Text();
      const uint32_t count = in.Index();
      WriteCount(count, out);
      for (uint32_t i = 0; i < count; ++i) {
        const uint32_t record = in.Index();
        out.Number(record);
        Write(engine.RecordStateOf(uid, record), out);
      }
      return;
    }
    case Call::kSet: {
      const auto setting = static_cast<Setting>(in.Index());
      return engine.Set(setting, in.Number());
    }
  }
}

}  // namespace

std::string CallEngine(std::string message) {
  MessageReader in(message);
  MessageWriter out;
  const auto call = static_cast<Call>(in.Index());
  Answer(call, in, out);
  if (call >= Call::kStart && call <= Call::kTick) {
    WriteTurn(open_engine->engine, out);
  }
  return std::move(out).Take();
}

}  // namespace background_fetch
