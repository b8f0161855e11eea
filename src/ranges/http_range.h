// HTTP's range syntax (RFC 9110, section 14). The one place where HTTP's
// inclusive positions are turned into half-open ranges and back.

#ifndef BACKGROUND_FETCH_RANGES_HTTP_RANGE_H_
#define BACKGROUND_FETCH_RANGES_HTTP_RANGE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/units.h"

namespace background_fetch {

// Content-Range of a 206: "bytes first-last/complete", complete may be "*".
struct ContentRange {
  ByteRange range;
  std::optional<int64_t> complete_length;
};

// Strict, as Background Fetch demands: digits only, one space, first <= last,
// last < complete. Errors: kMalformed, kTooLarge (above kOffsetMax). The
// unsatisfied form "bytes */n" is kMalformed: it belongs to 416.
Result<ContentRange> ParseContentRange(std::string_view value);

// Content-Range of a 416, "bytes */complete": the length of what was asked for,
// whose end is before the range. Errors as above.
Result<int64_t> ParseUnsatisfiedRange(std::string_view value);

// "bytes=first-last" for a non-empty range; "bytes=first-" when there is no
// end. Both forms are CORS-safelisted (Fetch, "simple range header value").
std::string FormatRange(ByteRange range);
std::string FormatRangeFrom(int64_t begin);

// Content-Length (RFC 9110, section 8.6): digits only. Identical values in a
// comma list count as one, as Fetch's "extract a length" says; anything else
// is kMalformed.
Result<int64_t> ParseContentLength(std::string_view value);

}  // namespace background_fetch

#endif  // BACKGROUND_FETCH_RANGES_HTTP_RANGE_H_
