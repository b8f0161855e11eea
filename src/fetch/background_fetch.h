// BackgroundFetch: one fetch, its records, its totals and where it stands.
//
// Counts; decides when the group has settled and with which reason. The engine
// drives it and owns all timing.
// Source: Background Fetch, "background fetch" and "complete a background
// fetch".

#ifndef BACKGROUND_FETCH_FETCH_BACKGROUND_FETCH_H_
#define BACKGROUND_FETCH_FETCH_BACKGROUND_FETCH_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "fetch/record.h"
#include "fetch/types.h"
#include "ranges/connection_governor.h"
#include "ranges/planner.h"

namespace background_fetch {

// Where a fetch stands. Each step is taken once, in this order.
enum class Phase : uint8_t {
  kRegistering,  // journalled, not yet durable; nobody knows of it
  kActive,       // records are being fetched; get(id) finds it
  kSettling,     // outcome decided and journalled, not yet durable
  kTelling,      // outcome durable; pages learn of it
  kDelivering,   // the worker's event runs
  kClosing,      // its end is journalled; records stay for late readers
  kClosed,       // records are gone for the app; chunks linger for readers
  kDeleting,     // the store is deleting its chunks
};

class BackgroundFetch {
 public:
  BackgroundFetch(std::string uid, FetchOptions options,
                  std::vector<RequestInfo> requests);

  const std::string& uid() const { return uid_; }
  const FetchOptions& options() const { return options_; }

  uint32_t record_count() const {
    return static_cast<uint32_t>(records_.size());
  }
  Record& record(uint32_t index);
  const Record& record(uint32_t index) const;

  // --- Totals, bytes --------------------------------------------------------

  int64_t upload_total() const { return upload_total_; }
  int64_t uploaded() const { return uploaded_; }
  int64_t downloaded() const { return downloaded_; }
  void AddUploaded(int64_t bytes) { uploaded_ += bytes; }
  // False, and nothing is counted, when downloadTotal would be passed.
  [[nodiscard]] bool AddDownloaded(int64_t bytes);
  // Bytes of a body that starts over.
  void SubtractDownloaded(int64_t bytes) { downloaded_ -= bytes; }
  // After chunks were restored: counts what the records hold, answers too.
  void Recount();
  bool IsTotalExceeded() const;

  // --- Outcome --------------------------------------------------------------

  // Settles one record and counts it; its bytes stop counting on failure.
  void SettleRecord(uint32_t index, FailureReason reason, int64_t length,
                    TimeMs now);
  // A record that had been complete lost bytes; it is fetched again. Only while
  // coming back: Recount() follows.
  void ReopenRecord(uint32_t index);
  uint32_t settled_records() const { return settled_records_; }
  // Counts how often a record got a head, or settled. Only that it differs
  // from before says something.
  uint32_t answers() const { return answers_; }
  void CountAnswer() { ++answers_; }
  bool AllRecordsSettled() const { return settled_records_ == record_count(); }
  // The reason of the first record that failed, in time; of those that failed
  // at once, that of the lowest index.
  FailureReason first_failure() const;

  std::optional<uint32_t> first_failed_record() const {
    return first_failed_record_;
  }

  // The outcome of the whole fetch: from now on only finished records count.
  void Settle(FailureReason reason);
  FailureReason reason() const { return reason_; }

  // --- Where it stands ------------------------------------------------------

  Phase phase = Phase::kRegistering;
  bool is_paused = false;
  // Of its servers, as far as they are known: another fetch's may be faster.
  SpeedMeter speed;
  ConnectionGovernor governor;
  // A body has been received: the last ones tell what the next will be like.
  void CountBody(int64_t bytes) {
    small_bodies_ = bytes < kSpeedSampleBytesMin ? small_bodies_ + 1 : 0;
  }
  // All connections have just brought small ones.
  bool HasSmallBodies() const {
    return small_bodies_ >= kConnectionsPerOriginMax;
  }
  // A response to any of its requests has been seen, in whichever life.
  bool is_answered = false;
  // How often its event has been dispatched, over all lives.
  uint32_t delivery_attempts = 0;
  // The announcement pages must have heard before the event, and until when.
  int64_t telling_sequence = 0;
  TimeMs telling_deadline = kNever;
  // Records stay at least until then, for handlers that did not hold the event.
  TimeMs readers_until = 0;
  // kNever until its end is durable.
  TimeMs close_at = kNever;
  TimeMs delete_at = kNever;
  // Sequence number of its last announced change; -1: not yet announced.
  int64_t changed_sequence = -1;
  bool is_changed = false;

  // The next record never asked for, and those begun but not settled.
  uint32_t next_fresh = 0;
  std::vector<uint32_t> open_records;

  // Whatever its open records wait for has come.
  void RetryNow();

  // What the app may know of the outcome.
  bool IsOutcomePublic() const { return phase >= Phase::kTelling; }
  bool AreRecordsAvailable() const { return phase < Phase::kClosed; }

 private:
  std::string uid_;
  FetchOptions options_;
  std::vector<Record> records_;
  int64_t upload_total_ = 0;
  int64_t uploaded_ = 0;
  int64_t downloaded_ = 0;
  int32_t small_bodies_ = 0;  // in a row
  uint32_t settled_records_ = 0;
  uint32_t answers_ = 0;
  std::optional<uint32_t> first_failed_record_;
  TimeMs first_failed_at_ = 0;
  FailureReason reason_ = FailureReason::kNone;
};

}  // namespace background_fetch

#endif  // BACKGROUND_FETCH_FETCH_BACKGROUND_FETCH_H_
