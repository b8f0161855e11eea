// Units shared by every layer: time, byte offsets, half-open byte ranges.
//
// Time is handed in by the host; nothing in the core reads a clock.
// Offsets are signed so that subtraction cannot wrap; hosts that count in
// doubles (JavaScript) can name at most kOffsetMax.

#ifndef BACKGROUND_FETCH_BASE_UNITS_H_
#define BACKGROUND_FETCH_BASE_UNITS_H_

#include <cstdint>

namespace background_fetch {

// Milliseconds since the Unix epoch, as the host tells it.
using TimeMs = int64_t;
using DurationMs = int64_t;

// A wake-up time that never comes.
inline constexpr TimeMs kNever = INT64_MAX;

// 2^53 - 1, the largest whole number a JavaScript host can say exactly.
inline constexpr int64_t kOffsetMax = 9007199254740991;

// Bytes [begin, end) of one representation. HTTP's inclusive form exists in
// ranges/http_range.h only.
struct ByteRange {
  int64_t begin = 0;
  int64_t end = 0;

  int64_t Length() const { return end - begin; }
  bool IsEmpty() const { return end <= begin; }
  friend bool operator==(const ByteRange&, const ByteRange&) = default;
};

}  // namespace background_fetch

#endif  // BACKGROUND_FETCH_BASE_UNITS_H_
