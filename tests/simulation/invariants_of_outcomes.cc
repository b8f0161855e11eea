// One outcome, and one that was earned.

#include <algorithm>

#include "tests/simulation/invariant_names.h"
#include "tests/simulation/invariants.h"

namespace background_fetch::simulation {

void Invariants::CheckOutcome(const std::string& uid, FetchAccount& fetch,
                              FailureReason reason) const {
  if (!fetch.outcome) fetch.outcome = reason;
  if (*fetch.outcome != reason) {
    Break(kOneOutcome, uid + " was " + std::string(ToString(*fetch.outcome)) +
                           ", is " + std::string(ToString(reason)));
  }
  if (fetch.is_abort_promised && reason != FailureReason::kAborted) {
    Break(kAbortMeansAborted, uid + " is not aborted");
  }
}

void Invariants::CheckEarned(const std::string& uid, const FetchAccount& fetch,
                             FailureReason reason, const Engine& engine) const {
  const auto any = [&](auto member) {
    return std::any_of(fetch.records.begin(), fetch.records.end(),
                       [&](const RecordAccount& each) { return each.*member; });
  };
  bool is_earned = false;
  switch (reason) {
    case FailureReason::kNone:
      is_earned = true;
      // What the app has moved elsewhere was complete: snapshots are held to
      // it.
      for (uint32_t i = 0; i < fetch.records.size(); ++i) {
        const RecordState::Kind kind = engine.RecordStateOf(uid, i).kind;
        is_earned &= kind == RecordState::Kind::kComplete ||
                     kind == RecordState::Kind::kTransferred;
      }
      break;
    case FailureReason::kAborted:
      is_earned = fetch.is_abort_asked;
      break;
    case FailureReason::kBadStatus:
      is_earned = any(&RecordAccount::may_be_bad_status);
      break;
    case FailureReason::kFetchError:
      is_earned = any(&RecordAccount::may_be_fetch_error);
      break;
    case FailureReason::kQuotaExceeded:
      is_earned = any(&RecordAccount::may_be_over_quota);
      break;
    case FailureReason::kDownloadTotalExceeded:
      is_earned = fetch.may_exceed_total;
      break;
  }
  if (!is_earned) {
    Break(kFailureIsEarned,
          uid + " ended as '" + std::string(ToString(reason)) + "'");
  }
  if (reason == FailureReason::kNone || reason == FailureReason::kAborted ||
      reason == FailureReason::kDownloadTotalExceeded) {
    return;
  }
  // All records have settled, each with a reason of its own.
  for (uint32_t i = 0; i < fetch.records.size(); ++i) {
    const RecordAccount& record = fetch.records[i];
    const RecordState::Kind kind = engine.RecordStateOf(uid, i).kind;
    if ((kind == RecordState::Kind::kFailed && !record.may_be_fetch_error &&
         !record.may_be_over_quota) ||
        (kind == RecordState::Kind::kBadStatus && !record.may_be_bad_status)) {
      Break(kFailureIsEarned, uid + ": record " + std::to_string(i));
    }
  }
}

}  // namespace background_fetch::simulation
