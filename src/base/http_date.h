// HTTP-date (RFC 9110, section 5.6.7) to time. All three forms that a recipient
// must accept: IMF-fixdate, RFC 850, asctime.

#ifndef BACKGROUND_FETCH_BASE_HTTP_DATE_H_
#define BACKGROUND_FETCH_BASE_HTTP_DATE_H_

#include <string_view>

#include "base/result.h"
#include "base/units.h"

namespace background_fetch {

// Errors: kMalformed. A two-digit year is taken to lie at most 50 years after
// `now`, as the RFC demands; the day of the week is not checked.
Result<TimeMs> ParseHttpDate(std::string_view text, TimeMs now);

}  // namespace background_fetch

#endif  // BACKGROUND_FETCH_BASE_HTTP_DATE_H_
