#include "ranges/connection_governor.h"

#include <algorithm>
#include <utility>

namespace background_fetch {

void ConnectionGovernor::OnPart(int64_t bytes, TimeMs asked_at,
                                int32_t connections, int32_t most, TimeMs now) {
  const bool is_late =
      is_trying() && now - changed_at_ >= kConnectionTrialIntervalMs;
  // Parts asked for before the change, or while another number shared the link,
  // say nothing about the present one.
  if (!is_late && (bytes < kSpeedSampleBytesMin || asked_at < changed_at_ ||
                   connections != limit_)) {
    return;
  }
  const DurationMs duration_ms = std::max<DurationMs>(now - asked_at, 1);
  speed_sum_ += bytes * 1000 / duration_ms;
  if (++samples_ < limit_ && !is_late) return;
  // As if nothing had come: that takes either change back.
  const int64_t total_speed = is_late ? 0 : speed_sum_;
  speed_sum_ = 0;
  samples_ = 0;
  Judge(total_speed, std::min(most, kConnectionsPerRecordMax), now);
}

void ConnectionGovernor::Judge(int64_t total_speed, int32_t most, TimeMs now) {
  if (is_trying() && !EndTrial(total_speed, most, now)) return;
  if (now < next_trial_at_) return;
  if (is_adding_ && most <= limit_) return;
  speed_before_ = total_speed;
  limit_before_ = limit_;
  Change(is_adding_ ? most : limit_ - 1, now);
}

bool ConnectionGovernor::EndTrial(int64_t total_speed, int32_t most,
                                  TimeMs now) {
  const int64_t before = std::exchange(speed_before_, 0);
  const int64_t with_more = is_adding_ ? total_speed : before;
  const int64_t with_fewer = is_adding_ ? before : total_speed;
  const bool adds_two = limit_ - limit_before_ > 1;
  const int64_t percent =
      adds_two ? kTwiceWorthwhilePercent : kWorthwhilePercent;
  const bool is_worthwhile = with_more >= with_fewer * percent / 100;
  const bool is_kept = is_adding_ == is_worthwhile;
  if (!is_kept && adds_two) {
    // One of them may be worth it alone.
    speed_before_ = before;
    Change(limit_ - 1, now);
    return false;
  }
  if (!is_kept) Change(limit_before_, now);
  // One less may do as well. Otherwise the other way is next, where there is
  // one.
  if (is_kept && !is_adding_ && limit_ > kConnectionsPerRecordMin) return true;
  is_adding_ =
      limit_ == kConnectionsPerRecordMin || (limit_ < most && !is_adding_);
  next_trial_at_ = now + kConnectionTrialIntervalMs;
  return false;
}

void ConnectionGovernor::Change(int32_t limit, TimeMs now) {
  limit_ = limit;
  changed_at_ = now;
}

}  // namespace background_fetch
