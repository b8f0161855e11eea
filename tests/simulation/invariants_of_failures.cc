// Failures: which are the world's doing, and how long to wait after them.

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "tests/simulation/invariant_names.h"
#include "tests/simulation/invariants.h"

namespace background_fetch::simulation {
namespace {

// The least time after so many failures in a row.
DurationMs LeastDelay(int32_t failures) {
  DurationMs delay = kRetryDelayFirstMs;
  for (int32_t i = 1; i < failures; ++i) {
    delay = std::min(2 * delay, kRetryDelayMaxMs);
  }
  return delay / 2;
}

}  // namespace

void Invariants::OnSlept() {
  for (const auto& [id, live] : live_) CountFault(live.owner, live.is_plain);
}

void Invariants::OnNetworkFault(const StartRequest& request) {
  const LiveRequest& live = LiveOf(request.request, "fault");
  // A plain request would not have been answered either.
  if (!live.is_plain && !live.has_head) ++RecordOf(live.owner).plain_faults;
  CountFault(live.owner, live.is_plain);
}

void Invariants::CountFault(const ChunkOwner& owner, bool is_plain) {
  RecordAccount& record = RecordOf(owner);
  // The plain answer is still there, whatever a first part met.
  record.is_disturbed |= is_plain || !IsPlainLeftUnread(owner);
  ++record.faults_in_a_row;
  if (is_plain) ++record.plain_faults;
  if (!record.is_repeatable) record.may_be_fetch_error = true;
  JudgeFetchError(fetches_[owner.uid], record);
}

// Giving up is the world's doing when a plain request had its chance, and
// failures without progress were too many.
void Invariants::JudgeFetchError(FetchAccount& fetch,
                                 RecordAccount& record) const {
  const int32_t faults_max =
      fetch.is_answered ? kRetriesMax : kRetriesUnansweredMax;
  const bool is_too_often = record.faults_in_a_row > faults_max;
  if (!is_too_often) return;
  if (record.plain_faults > 0) {
    record.may_be_fetch_error = true;
  } else {
    // Then it is the turn of a plain request.
    record.faults_in_a_row = 0;
  }
}

// Those the engine has heard of and could not answer but with a wait.
void Invariants::CountFailure(const LiveRequest& live) {
  if (live.is_cancelled || !is_online) return;
  // The plain answer is read instead.
  if (!live.is_plain && IsPlainLeftUnread(live.owner)) return;
  RecordAccount& record = RecordOf(live.owner);
  // Those under way together fail together: that counts once.
  const TimeMs before = std::exchange(record.failed_at, now);
  if (live.asked_at <= before || now < record.told_until) return;
  ++record.failures;
  const auto stored = reported_.find(KeyOf(live.owner));
  const bool has_bytes =
      stored != reported_.end() && stored->second.TotalBytes() > 0;
  // The first cut after progress may be answered at once.
  if (record.failures == 1 && has_bytes) return;
  record.not_before =
      std::max(record.not_before, now + LeastDelay(record.failures));
}

// A connection has ended before its body was whole. Where it does so after the
// same byte every time, nothing is to be hoped for.
void Invariants::CountEnd(const LiveRequest& live) {
  if (live.is_cancelled || !live.is_plain || !is_online) return;
  const auto stored = reported_.find(KeyOf(live.owner));
  if (stored == reported_.end()) return;
  const int64_t end = stored->second.ContiguousFromZero();
  if (end == 0) return;
  RecordAccount& record = RecordOf(live.owner);
  record.same_ends = end == record.last_end ? record.same_ends + 1 : 1;
  record.last_end = end;
  if (record.same_ends >= kSameEndsMax) record.may_be_fetch_error = true;
}

void Invariants::CheckPatience(const ChunkOwner& owner,
                               RecordAccount& record) const {
  if (now < record.told_until) {
    Break(kToldToWait, Text(owner) + " is asked for " +
                           std::to_string(record.told_until - now) +
                           " ms too early");
  }
  // What starts over because parts do not fit need not wait; limits bound it.
  if (record.generation != owner.generation) {
    record.generation = owner.generation;
    record.failures = 0;
    record.is_joining = false;
    record.not_before = 0;
  }
  if (now < record.not_before) {
    Break(kRetriesSpaced, Text(owner) + " is asked for " +
                              std::to_string(record.not_before - now) +
                              " ms too early, after " +
                              std::to_string(record.failures) + " failures");
  }
}

}  // namespace background_fetch::simulation
