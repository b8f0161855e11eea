// May this part be joined to what is stored? One decision, in one place, for
// every answer to a range request of ours.
//
// Ranges are our invention; the app asked for a resource. So an answer that
// does not fit never fails a record: it makes the body start over with one
// plain request, and the outcome of that one counts. When in doubt, restart:
// wrong bytes are the one thing that must never happen.
// Source: Background Fetch, "complete a record" (206 validation); RFC 9110,
// sections 14.4 and 15.3.7.

#ifndef BACKGROUND_FETCH_RANGES_JOIN_H_
#define BACKGROUND_FETCH_RANGES_JOIN_H_

#include <cstdint>
#include <optional>

#include "base/http.h"
#include "base/units.h"
#include "ranges/representation.h"

namespace background_fetch {

// What was asked for: [begin, end), or everything from `begin` when there is
// no end.
struct AskedRange {
  int64_t begin = 0;
  std::optional<int64_t> end = {};
};

enum class JoinVerdict : uint8_t {
  kJoin,          // these are the bytes asked for, of the same representation
  kTakeFromZero,  // a 200: the whole body, from byte 0
  kRestart,       // drop what is stored, one plain request past the HTTP cache
  kComplete,      // a 416: the body ends where the range begins
  kWait,          // 429 with Retry-After, a server's passing error, or a page
                  // that has nothing to do with it: the same question, later
};

JoinVerdict MayJoin(const Representation& stored, const AskedRange& asked,
                    const ResponseHead& answer);

}  // namespace background_fetch

#endif  // BACKGROUND_FETCH_RANGES_JOIN_H_
