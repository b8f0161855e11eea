// Announcer: when pages are told that something changed.
//
// At most once in kAnnounceIntervalMs for progress; at once for outcomes. Every
// announcement has a sequence number, so that a page can say what it knows.

#ifndef BACKGROUND_FETCH_ENGINE_ANNOUNCER_H_
#define BACKGROUND_FETCH_ENGINE_ANNOUNCER_H_

#include <algorithm>
#include <cstdint>

#include "base/limits.h"
#include "base/units.h"

namespace background_fetch {

class Announcer {
 public:
  // Sequence number of the newest announcement; 0 before the first.
  int64_t sequence() const { return sequence_; }

  void OnChanged(bool at_once) {
    due_at_ =
        std::min(due_at_, at_once ? 0 : announced_at_ + kAnnounceIntervalMs);
  }

  TimeMs DueAt() const { return due_at_; }
  bool IsDue(TimeMs now) const { return due_at_ <= now; }

  // Counts the announcement being made now; returns its sequence number.
  int64_t OnAnnounced(TimeMs now) {
    due_at_ = kNever;
    announced_at_ = now;
    return ++sequence_;
  }

 private:
  int64_t sequence_ = 0;
  TimeMs announced_at_ = 0;
  TimeMs due_at_ = kNever;
};

}  // namespace background_fetch

#endif  // BACKGROUND_FETCH_ENGINE_ANNOUNCER_H_
