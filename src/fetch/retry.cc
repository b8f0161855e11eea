#include "fetch/retry.h"

#include <algorithm>

#include "base/check.h"
#include "base/http_date.h"
#include "base/limits.h"

namespace background_fetch {

DurationMs RetryDelay(int32_t attempt, Random& random) {
  BF_CHECK(attempt >= 1);
  DurationMs delay = kRetryDelayFirstMs;
  for (int32_t i = 1; i < attempt && delay < kRetryDelayMaxMs; ++i) delay *= 2;
  delay = std::min(delay, kRetryDelayMaxMs);
  return delay / 2 + random.Below(delay / 2 + 1);
}

std::optional<DurationMs> ParseRetryAfter(std::string_view value, TimeMs now) {
  if (value.empty()) return std::nullopt;
  DurationMs seconds = 0;
  for (char c : value) {
    if (c < '0' || c > '9') {
      const Result<TimeMs> date = ParseHttpDate(value, now);
      if (!date.ok()) return std::nullopt;
      return std::clamp<DurationMs>(date.value() - now, 0, kRetryAfterMaxMs);
    }
    seconds = std::min(seconds * 10 + (c - '0'), kRetryAfterMaxMs / 1000);
  }
  return seconds * 1000;
}

}  // namespace background_fetch
