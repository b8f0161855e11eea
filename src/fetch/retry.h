// Retry policy: when a request that failed is asked again.

#ifndef BACKGROUND_FETCH_FETCH_RETRY_H_
#define BACKGROUND_FETCH_FETCH_RETRY_H_

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/random.h"
#include "base/units.h"

namespace background_fetch {

// The delay before the attempt-th retry in a row (from 1): exponential, between
// half and all of min(kRetryDelayFirstMs * 2^(attempt - 1), kRetryDelayMaxMs).
DurationMs RetryDelay(int32_t attempt, Random& random);

// Retry-After (RFC 9110, section 10.2.3), seconds or date: how long to wait
// from `now`, at most kRetryAfterMaxMs. Nothing when the value is neither.
std::optional<DurationMs> ParseRetryAfter(std::string_view value, TimeMs now);

}  // namespace background_fetch

#endif  // BACKGROUND_FETCH_FETCH_RETRY_H_
