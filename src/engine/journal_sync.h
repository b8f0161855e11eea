// JournalSync: which appended entries are durable, and when to sync the rest.
//
// One sync at a time. Entries somebody waits for are synced at once, the others
// within kLazySyncMs, so that many share one sync. Positions count entries
// appended in this engine's life.

#ifndef BACKGROUND_FETCH_ENGINE_JOURNAL_SYNC_H_
#define BACKGROUND_FETCH_ENGINE_JOURNAL_SYNC_H_

#include <algorithm>
#include <cstdint>

#include "base/check.h"
#include "base/limits.h"
#include "base/units.h"

namespace background_fetch {

class JournalSync {
 public:
  uint64_t appended() const { return appended_; }
  uint64_t durable() const { return durable_; }

  void OnAppended(bool is_urgent, TimeMs now) {
    ++appended_;
    due_at_ = std::min(due_at_, is_urgent ? now : now + kLazySyncMs);
  }

  // When to start the next sync; kNever while one runs or none is needed.
  TimeMs DueAt() const {
    return is_running_ ? kNever : std::max(due_at_, not_before_);
  }
  bool IsDue(TimeMs now) const { return DueAt() <= now; }

  void OnStarted() {
    BF_CHECK(!is_running_);
    is_running_ = true;
    running_upto_ = appended_;
    due_at_ = kNever;
  }

  void OnSynced() {
    BF_CHECK(is_running_);
    is_running_ = false;
    durable_ = running_upto_;
    not_before_ = 0;
  }

  void OnFailed(TimeMs now) {
    BF_CHECK(is_running_);
    is_running_ = false;
    not_before_ = now + kSyncRetryMs;
    due_at_ = std::min(due_at_, not_before_);
  }

 private:
  uint64_t appended_ = 0;
  uint64_t durable_ = 0;
  uint64_t running_upto_ = 0;
  TimeMs due_at_ = kNever;
  TimeMs not_before_ = 0;
  bool is_running_ = false;
};

}  // namespace background_fetch

#endif  // BACKGROUND_FETCH_ENGINE_JOURNAL_SYNC_H_
