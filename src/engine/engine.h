// Engine: every decision of the polyfill. Events and the time go in; commands
// and the next wake-up time come out.
//
// Does no I/O but through the journal's Directory, reads no clock, draws no
// randomness but from its seed; the same calls give the same commands.
// Life: construct (replays the journal), RecoverHead and RecoverChunk for all
// that the body store holds, Start, then HandleEvent. After each call the host
// runs TakeCommands in order and sends TimePassed at NextWake.
// Threads: none. The directory must outlive the engine.
// Errors: outcomes are commands; a failed BF_CHECK is a bug.

#ifndef BACKGROUND_FETCH_ENGINE_ENGINE_H_
#define BACKGROUND_FETCH_ENGINE_ENGINE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/function_ref.h"
#include "base/number_map.h"
#include "base/random.h"
#include "engine/announcer.h"
#include "engine/command.h"
#include "engine/event.h"
#include "engine/journal_sync.h"
#include "engine/settings.h"
#include "fetch/background_fetch.h"
#include "fetch/matching.h"
#include "journal/journal.h"

namespace background_fetch {

// What a BackgroundFetchRegistration object shows.
struct Snapshot {
  std::string uid;
  const FetchOptions* options = nullptr;  // valid until the next event
  int64_t upload_total = 0;
  int64_t uploaded = 0;
  int64_t downloaded = 0;
  FetchResult result = FetchResult::kNone;
  FailureReason failure_reason = FailureReason::kNone;
  bool records_available = false;
  bool is_active = false;
  bool is_paused = false;
  // Another number: ask again for the responses that are not there yet.
  uint32_t answers = 0;
};

// What a BackgroundFetchRecord's response is made of.
struct RecordState {
  enum class Kind : uint8_t {
    kPending,    // no head is stored
    kOpen,       // the head is stored, the body is under way
    kComplete,   // the whole body is stored
    kBadStatus,  // the head is stored, there is no body
    kFailed,     // there will be no response
    kAborted,
    kTransferred,  // the app has it elsewhere
  };
  Kind kind = Kind::kPending;
  uint32_t generation = 0;
  // Body bytes stored from the first one on, without a gap.
  int64_t length = 0;
  // Of the whole of an open body, where its head says so and can be trusted.
  std::optional<int64_t> total = {};
};

class Engine {
 public:
  // `origin`: of the service worker, serialised ("https://host:port").
  Engine(Directory& directory, uint64_t seed, std::string origin = {});
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // Before Start, where the app has chosen something.
  void Set(Setting setting, int64_t value) { settings_.Set(setting, value); }

  // --- Coming back ----------------------------------------------------------

  // All heads first, then all chunks, then Start.
  void RecoverHead(const ChunkOwner& owner, const ResponseHead& head);
  void RecoverChunk(const ChunkOwner& owner, ByteRange range);
  void Start(bool is_online, TimeMs now);
  const ReplayReport& replay_report() const { return replay_report_; }

  // --- Running --------------------------------------------------------------

  template <typename AnyEvent>
  void HandleEvent(AnyEvent&& event, TimeMs now) {
    now_ = now;
    On(std::forward<AnyEvent>(event), now);
    Advance(now);
  }
  // For hosts that keep events for later.
  void HandleEvent(Event&& event, TimeMs now);
  std::vector<Command> TakeCommands();
  TimeMs NextWake() const;

  // --- Questions ------------------------------------------------------------

  int64_t sequence() const { return announcer_.sequence(); }
  // A fetch is active, or an outcome is not yet delivered.
  bool IsWorking() const;
  // No fetch is known at all, not even a delivered one.
  bool IsEmpty() const;
  // Announced fetches that changed after that sequence number.
  std::vector<Snapshot> ChangesSince(int64_t sequence) const;
  // Nothing for a uid that is unknown or not yet registered.
  std::optional<Snapshot> SnapshotOf(std::string_view uid) const;
  // Whether a fetch of that id would be refused.
  ErrorCode CheckId(std::string_view id) const;
  // "" when no active fetch has the id.
  std::string_view ActiveUid(std::string_view id) const;
  std::vector<std::string_view> ActiveIds() const;
  // Record indexes in request order. Without a query: all.
  std::vector<uint32_t> Match(std::string_view uid,
                              const MatchQuery* query) const;
  // Null, or pending, for what does not exist.
  const RequestInfo* RequestOf(std::string_view uid, uint32_t record) const;
  RecordState RecordStateOf(std::string_view uid, uint32_t record) const;

 private:
  struct Request {
    FetchNumber fetch = 0;
    uint32_t record = 0;
    uint32_t generation = 0;
    std::optional<AskedRange> asked;  // nothing: the plain request
    TimeMs asked_at = 0;
    TimeMs moved_at = 0;  // last sign of life
    int64_t bytes = 0;
    // What its next sign of life will bring, once its body is being read.
    int64_t next_bytes = 0;
    // Not started before the journal is durable up to here.
    uint64_t waits_for = 0;
    bool has_head = false;
    bool is_bad_status = false;
    // A plain response, unread until the first part is answered.
    bool is_left_unread = false;
    // Read to its end; the store has yet to take it.
    bool is_received = false;
    int64_t received_bytes = 0;
    // Cancelled; its closing event is still to come.
    bool is_closing = false;
  };

  // Something to do once the journal is durable up to `position`.
  struct Waiter {
    enum class Kind : uint8_t {
      kRegistered,
      kSettled,
      kDelivered,
      kAborted,
      kPaused,
      kReleased
    };
    uint64_t position = 0;
    Kind kind = Kind::kRegistered;
    FetchNumber fetch = 0;
    Token token = 0;
    uint32_t record = 0;
  };

  // recovery.cc
  struct Replaying;
  void Replay();
  void Apply(Replaying& replaying, Entry&& entry);
  void AddOrphan(const std::string& uid);
  BackgroundFetch* FetchToRecover(const ChunkOwner& owner);
  void DeleteOnce(const ChunkOwner& owner);
  void ResumeFetch(FetchNumber number, TimeMs now);
  void ResumeActive(FetchNumber number, TimeMs now);
  void CheckSettled(FetchNumber number, uint32_t index, TimeMs now);
  void ResumeRecord(FetchNumber number, uint32_t index, TimeMs now);
  void Dictate(FunctionRef<void(const Entry&)> write) const;

  // engine.cc
  void On(Register&& event, TimeMs now);
  void On(Abort&& event, TimeMs now);
  void On(SetPaused&& event, TimeMs now);
  void On(Release&& event, TimeMs now);
  void On(JournalSynced&& event, TimeMs now);
  void On(JournalSyncFailed&& event, TimeMs now);
  void On(Announced&& event, TimeMs now);
  void On(EventDelivered&& event, TimeMs now);
  void On(FetchDeleted&& event, TimeMs now);
  void On(OnlineChanged&& event, TimeMs now);
  void On(TimePassed&& event, TimeMs now);
  ErrorCode CheckRegister(const Register& event) const;
  void Append(const Entry& entry, bool is_urgent, TimeMs now);
  void WaitForDurable(Waiter::Kind kind, FetchNumber fetch, Token token,
                      uint32_t record = 0);
  void OnDurable(const Waiter& waiter, TimeMs now);
  void SettleFetch(FetchNumber number, FailureReason reason, TimeMs now);
  void BeginDelivery(FetchNumber number, TimeMs now);
  void DeliverNow(BackgroundFetch& fetch);
  void CloseFetch(FetchNumber number, TimeMs now);
  void MarkChanged(BackgroundFetch& fetch, bool at_once);
  void AnnounceNow(bool must_be_heard, TimeMs now);
  void Advance(TimeMs now);
  void AdvanceFetch(FetchNumber number, BackgroundFetch& fetch, TimeMs now);
  BackgroundFetch* Find(FetchNumber number) const;
  FetchNumber NumberOf(std::string_view uid) const;

  // scheduling.cc
  void Schedule(TimeMs now);
  bool AskNextFetch(bool is_generous, TimeMs now);
  bool AskOne(FetchNumber number, BackgroundFetch& fetch, bool is_generous,
              TimeMs now);
  bool AskFresh(FetchNumber number, BackgroundFetch& fetch,
                const PartPolicy& policy, TimeMs now);
  bool AskRecord(FetchNumber number, BackgroundFetch& fetch, uint32_t index,
                 const PartPolicy& policy, TimeMs now);
  void StartWaitingRequests(TimeMs now);
  void EmitStart(RequestId id, const Request& request, const Ask& ask);
  void CancelRequest(RequestId id);
  void CancelRecord(FetchNumber number, uint32_t index, RequestId except = 0);
  void CancelFetch(FetchNumber number);
  void CancelStalled(TimeMs now);
  void PauseRequests(FetchNumber number, TimeMs now);
  TimeMs StallsAt(const Request& request) const;
  bool HasRequests(FetchNumber number) const;
  bool HasPlainRequest(FetchNumber number) const;
  bool IsOriginBusy(std::string_view url, int32_t connections) const;
  int32_t LiveRequestsOf(FetchNumber number, uint32_t index) const;
  size_t PlainRequestsOf(FetchNumber number) const;
  bool IsReadToTheEnd(FetchNumber number, uint32_t index) const;
  // As URLs are serialized: a host is followed by a path.
  static bool IsOfOrigin(std::string_view url, std::string_view origin) {
    return url.size() > origin.size() && url[origin.size()] == '/' &&
           url.starts_with(origin);
  }
  // Neither closing nor left unread: it will bring what was asked for.
  static bool IsLive(const Request& request) {
    return !request.is_closing && !request.is_left_unread;
  }
  // One that is received needs no connection any more.
  static bool IsOnTheNetwork(const Request& request) {
    return IsLive(request) && !request.is_received;
  }

  // network.cc
  void On(ResponseHeadSeen&& event, TimeMs now);
  void On(ChunkStored&& event, TimeMs now);
  void On(BodyReceived&& event, TimeMs now);
  void On(BodyEnded&& event, TimeMs now);
  void On(RequestFailed&& event, TimeMs now);
  void On(StorageFailed&& event, TimeMs now);
  void EmitReadBody(RequestId id, Request& request, const ResponseHead& head);
  void AskFirstPart(Request& request, TimeMs now);
  RequestId UnreadRequestOf(FetchNumber number, uint32_t index) const;
  void ReadUnread(FetchNumber number, uint32_t index, TimeMs now);
  void FailRequest(const Request& request, bool has_ended, TimeMs now);
  void SettleRecord(FetchNumber number, uint32_t index, FailureReason reason,
                    TimeMs now);
  void VoidGeneration(FetchNumber number, uint32_t index, uint32_t generation,
                      TimeMs now);

  void Emit(Command&& command) { commands_.push_back(std::move(command)); }

  const std::string origin_;
  Settings settings_;
  Journal journal_;
  ReplayReport replay_report_;
  Random random_;
  JournalSync journal_sync_;
  Announcer announcer_;
  NumberMap<BackgroundFetch> fetches_;
  NumberMap<Request> requests_;
  std::vector<Waiter> waiters_;
  std::vector<Command> commands_;
  // uids the body store knows and the journal does not.
  std::vector<std::string> orphans_;
  FetchNumber next_fetch_ = 1;
  RequestId next_request_ = 1;
  // The fetch that was served last, for taking turns.
  FetchNumber last_served_ = 0;
  TimeMs now_ = 0;
  bool is_online_ = true;
};

}  // namespace background_fetch

#endif  // BACKGROUND_FETCH_ENGINE_ENGINE_H_
