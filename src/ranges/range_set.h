// RangeSet: the bytes of one response that are already durable.
//
// Owns its ranges; keeps no reference to the caller's memory.
// Units: byte offsets into the full representation, half-open [begin, end).
// Errors: none. Adding a range twice is allowed, retries overlap.
// Invariant: ranges are sorted, non-empty and never touch.

#ifndef BACKGROUND_FETCH_RANGES_RANGE_SET_H_
#define BACKGROUND_FETCH_RANGES_RANGE_SET_H_

#include <cstdint>
#include <vector>

#include "base/units.h"

namespace background_fetch {

class RangeSet {
 public:
  // Adds [begin, end); returns how many of its bytes were new. Empty: 0.
  int64_t Add(ByteRange range);
  void Clear();

  bool Contains(ByteRange range) const;
  int64_t TotalBytes() const { return total_bytes_; }

  // End of the range that starts at byte 0, or 0: where one plain stream
  // would go on.
  int64_t ContiguousFromZero() const;

  // The first gap inside `within`; empty, at within.end, when there is none.
  ByteRange FirstGap(ByteRange within) const;

  const std::vector<ByteRange>& ranges() const { return ranges_; }

 private:
  std::vector<ByteRange> ranges_;
  int64_t total_bytes_ = 0;
};

}  // namespace background_fetch

#endif  // BACKGROUND_FETCH_RANGES_RANGE_SET_H_
