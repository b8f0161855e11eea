#include "ranges/connection_governor.h"

#include <algorithm>

namespace background_fetch {

void ConnectionGovernor::OnPart(int64_t bytes, TimeMs asked_at,
                                int32_t connections, TimeMs now) {
  // Parts asked for before the change, or while fewer shared the link, say
  // nothing about the present number.
  if (bytes < kSpeedSampleBytesMin || asked_at < changed_at_ ||
      connections < limit_) {
    return;
  }
  const DurationMs duration_ms = std::max<DurationMs>(now - asked_at, 1);
  speed_sum_ += bytes * 1000 / duration_ms;
  if (++samples_ < limit_) return;
  const int64_t total_speed = speed_sum_ / samples_ * limit_;
  speed_sum_ = 0;
  samples_ = 0;
  Judge(total_speed, now);
}

void ConnectionGovernor::Judge(int64_t total_speed, TimeMs now) {
  const bool is_on_trial = speed_before_ > 0;
  if (is_on_trial && total_speed < speed_before_ * kWorthwhilePercent / 100) {
    speed_before_ = 0;
    next_trial_at_ = now + kConnectionTrialIntervalMs;
    ChangeTo(limit_ - 1, now);
    return;
  }
  speed_before_ = 0;
  if (limit_ == kConnectionsPerRecordMax || now < next_trial_at_) return;
  speed_before_ = total_speed;
  ChangeTo(limit_ + 1, now);
}

void ConnectionGovernor::ChangeTo(int32_t limit, TimeMs now) {
  limit_ = limit;
  changed_at_ = now;
}

}  // namespace background_fetch
