// Invariants: what must hold after every step of every world, by name.
//
// Watches what the engine is told and what it wants, keeps its own account of
// both, and ends the process when they do not agree. Knows nothing of how the
// engine decides.

#ifndef BACKGROUND_FETCH_TESTS_SIMULATION_INVARIANTS_H_
#define BACKGROUND_FETCH_TESTS_SIMULATION_INVARIANTS_H_

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/engine.h"
#include "ranges/range_set.h"
#include "tests/simulation/simulated_server.h"
#include "tests/simulation/simulated_store.h"
#include "tests/simulation/trace.h"

namespace background_fetch::simulation {

// The exit code of a process in which an invariant was broken.
inline constexpr int kExitBroken = 3;

class Invariants {
 public:
  Invariants(const SimulatedStore& store, const SimulatedServer& server,
             const Trace& trace)
      : store_(store), server_(server), trace_(trace) {}

  // Crashes may keep half of what was not synced: the journal then knows more
  // than anybody was told.
  bool journal_may_tear = false;
  // As the worker sees them.
  TimeMs now = 0;
  bool is_online = true;

  // --- A worker's life ------------------------------------------------------

  // Uploads, by fetch and record.
  using Uploads = std::set<std::pair<std::string, uint32_t>>;
  // `sent`: of which the journal says that they may have left.
  void OnBoot(const Uploads& sent);
  void OnRecovered(const ChunkOwner& owner, ByteRange range);
  void OnStarted(const Engine& engine);

  // --- While it lasts -------------------------------------------------------

  void OnEvent(const Event& event);
  void OnCommand(const Command& command, const Engine& engine);
  // All commands of an event are executed.
  void OnIdle(const Engine& engine);
  // A request failed, or was given up, because of the network.
  void OnNetworkFault(const StartRequest& request);
  // Body bytes came, and go into the store.
  void OnReceived(RequestId request, int64_t bytes);
  void OnSyncBegun();
  void OnSyncEnded(bool is_durable);

  // --- The world's doing ----------------------------------------------------

  // The machine slept: whatever was under way may look broken.
  void OnSlept();
  // The store lost something of that fetch.
  void OnLost(const std::string& uid) {
    fetches_[uid].is_tampered = fetches_[uid].was_ever_tampered = true;
  }

  // --- The end --------------------------------------------------------------

  // The world has been kind for long enough, and nothing is left to do.
  void OnFinished(const Engine& engine);
  // And a worker has started since.
  void CheckNothingLeft() const;
  [[noreturn]] void Break(std::string_view invariant,
                          const std::string& what) const;

 private:
  enum class Told {
    kNothing,
    kRegistered,
    kRejected,
    // Because a sync failed: then nobody can say what of it is stored.
    kRejectedInDoubt,
  };

  struct RecordAccount {
    bool is_repeatable = true;
    std::string url;
    int64_t upload_bytes = 0;
    // Of one life.
    int32_t faults_in_a_row = 0;
    int32_t plain_faults = 0;  // that a plain request met, or would have met
    int64_t last_end = 0;      // of a plain body that ended early
    int32_t same_ends = 0;     // in a row, there
    int64_t high_water = 0;
    // Of one life: requests that failed in a row, and until when to wait.
    uint32_t generation = 0;
    int32_t failures = 0;
    int64_t high_water_of_life = 0;
    bool is_joining = false;  // a part fits, and has brought nothing yet
    TimeMs failed_at = 0;  // the last of them
    TimeMs not_before = 0;
    TimeMs told_until = 0;
    // What was uploaded has been answered, as far as the engine can know.
    bool is_arrived = false;
    bool is_whole = false;  // on its server's word
    // Of all lives: which failures would be the world's doing.
    int32_t times_sent = 0;
    // Body bytes, and how many of them the world made worthless.
    int64_t received = 0;
    int64_t wasted = 0;
    // Something broke, so that a plain client would have had to ask again, too.
    bool is_disturbed = false;
    bool is_release_asked = false;
    bool is_released = false;  // on the engine's word
    bool may_be_bad_status = false;
    bool may_be_fetch_error = false;
    bool may_be_over_quota = false;
  };

  struct FetchAccount {
    Token token = 0;
    std::string id;
    int64_t download_total = 0;
    std::vector<RecordAccount> records;
    Told told = Told::kNothing;
    Token pause_token = 0;  // of the last call of pause() or resume()
    bool is_pause_wanted = false;
    bool is_paused = false;  // on the engine's word
    bool is_abort_asked = false;
    bool is_abort_promised = false;
    bool may_exceed_total = false;
    bool is_answered = false;              // in this life
    int32_t small_bodies = 0;              // in a row, in this life
    std::optional<FailureReason> outcome;  // once told to anybody
    uint32_t deliveries = 0;
    // Since a record was released, or it was asked for: all, and those in which
    // the outcome was known.
    uint32_t lives = 0;
    uint32_t lives_settled = 0;
    uint32_t lifetimes_ended = 0;
    bool is_acknowledged = false;  // in any life, durably or not
    bool is_acknowledged_durably = false;
    TimeMs event_ended_at = 0;  // in this life
    bool is_deleted = false;
    bool is_tampered = false;
    bool was_ever_tampered = false;
    bool was_settled_in_this_life = false;
  };

  struct LiveRequest {
    ChunkOwner owner;
    TimeMs asked_at = 0;
    ByteRange range;  // kEndless: to the end, wherever that is
    bool is_plain = false;
    bool is_cancelled = false;
    bool has_head = false;
    bool is_read = false;
    bool is_beginning = false;  // of the whole that was asked for
    bool is_received = false;   // its connection is free
    bool is_small = false;      // was likely to be, when it was asked for
    int64_t unreported = 0;     // bytes on their way into the store

    // A plain answer that waits for a part to show whether ranges work: its
    // bytes are not under way.
    bool IsLeftUnread() const {
      return is_plain && has_head && !is_read && !is_cancelled;
    }
  };

  void On(const Register& event);
  void On(const Abort& event);
  void On(const SetPaused& event);
  void On(const Release& event);
  void On(const ResponseHeadSeen& event);
  void On(const ChunkStored& event);
  void On(const BodyReceived& event);
  void On(const BodyEnded& event);
  void On(const RequestFailed& event);
  void On(const StorageFailed& event);
  void On(const JournalSynced&) {}
  void On(const JournalSyncFailed&) {}
  void On(const Announced&) {}
  void On(const EventDelivered& event);
  void On(const FetchDeleted&) {}
  void On(const OnlineChanged& event);
  void On(const TimePassed&) {}

  void On(const StartRequest& command, const Engine& engine);
  void On(const ReadBody& command, const Engine& engine);
  void On(const CancelRequest& command, const Engine& engine);
  void On(const DeleteGeneration& command, const Engine& engine);
  void On(const DeleteFetch& command, const Engine& engine);
  void On(const SyncJournal&, const Engine&) {}
  void On(const Announce&, const Engine&) {}
  void On(const Deliver& command, const Engine& engine);
  void On(const Registered& command, const Engine& engine);
  void On(const Rejected& command, const Engine& engine);
  void On(const AbortAnswered& command, const Engine& engine);
  void On(const PauseAnswered& command, const Engine& engine);
  void On(const ReleaseAnswered& command, const Engine& engine);

  FetchAccount* Find(const std::string& uid);
  bool HadItsChances(const FetchAccount& fetch) const;
  RecordAccount& RecordOf(const ChunkOwner& owner);
  bool IsPlainLeftUnread(const ChunkOwner& owner) const;
  bool IsSaidToBeWhole(const LiveRequest& live, const ResponseHead& head) const;
  void CheckAlone(RequestId id, const LiveRequest& request) const;
  LiveRequest& LiveOf(RequestId id, std::string_view what);
  void Close(RequestId id);
  void CountFault(const ChunkOwner& owner, bool is_plain);
  void CountFailure(const LiveRequest& live);
  void CountEnd(const LiveRequest& live);
  void CheckPatience(const ChunkOwner& owner, RecordAccount& record) const;
  void CheckUploaded(const std::string& uid, const FetchAccount& fetch,
                     const Snapshot& snapshot) const;
  void CheckReported(const OwnerKey& key, const RangeSet& reported) const;
  void CheckReceived(const std::string& uid, const FetchAccount& fetch,
                     uint32_t index, int64_t length) const;
  bool MayBeGivenUpAtStart(const OwnerKey& key) const;
  void JudgeTotal(const std::string& uid, FetchAccount& fetch) const;
  void JudgeFetchError(FetchAccount& fetch, RecordAccount& record) const;
  void CheckReadable(const std::string& uid, const FetchAccount& fetch,
                     const Engine& engine) const;
  void CheckTotals(const std::string& uid, const FetchAccount& fetch,
                   const Snapshot& snapshot, const Engine& engine) const;
  void CheckOutcome(const std::string& uid, FetchAccount& fetch,
                    FailureReason reason) const;
  void CheckEarned(const std::string& uid, const FetchAccount& fetch,
                   FailureReason reason, const Engine& engine) const;
  void CheckKept(const std::string& uid, const FetchAccount& fetch,
                 const Engine& engine) const;
  void CheckBytes(const ChunkOwner& owner, int64_t length,
                  const std::string& url) const;
  void CheckStoredRecords(const std::string& uid, const FetchAccount& fetch,
                          const Engine& engine) const;
  int64_t ReportedBytes(const std::string& uid) const;

  const SimulatedStore& store_;
  const SimulatedServer& server_;
  const Trace& trace_;
  std::map<std::string, FetchAccount> fetches_;  // by uid
  std::map<Token, Abort> aborts_;                // by who waits
  std::map<Token, Release> releases_;            // the same
  // Of the present life: what is under way, and what was reported stored.
  std::map<RequestId, LiveRequest> live_;
  std::map<OwnerKey, RangeSet> reported_;
  std::set<OwnerKey> voided_;  // given up in any life
  // Given up by the start of this life, which has yet to be judged.
  std::set<OwnerKey> voided_at_start_;
  bool is_starting_ = false;
  TimeMs started_at_ = 0;
  // uids: since the worker started, and when the last sync began.
  std::vector<std::string> acknowledged_;
  std::vector<std::string> acknowledged_in_sync_;
};

}  // namespace background_fetch::simulation

#endif  // BACKGROUND_FETCH_TESTS_SIMULATION_INVARIANTS_H_
