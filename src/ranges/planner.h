// Planner: which bytes to ask for next, and how many at a time.
//
// Pure functions over what is stored and what is under way, plus a meter that
// turns finished parts into a part size of about a second's worth of data.

#ifndef BACKGROUND_FETCH_RANGES_PLANNER_H_
#define BACKGROUND_FETCH_RANGES_PLANNER_H_

#include <cstdint>
#include <vector>

#include "base/limits.h"
#include "base/units.h"
#include "ranges/range_set.h"

namespace background_fetch {

// The next part of a body of `length` bytes: the first bytes that are neither
// stored nor in flight, at most `part_bytes` of them. Empty when there are
// none.
ByteRange NextPart(const RangeSet& stored,
                   const std::vector<ByteRange>& in_flight, int64_t length,
                   int64_t part_bytes);

// Speed of one connection, from finished bodies and parts.
class SpeedMeter {
 public:
  // `bytes` took `duration_ms` from request to durable. Bodies too small to
  // tell speed from latency are ignored.
  void Observe(int64_t bytes, DurationMs duration_ms);

  // A connection was cut: smaller parts lose less.
  void ObserveCut();

  // Bytes of one range request: about kPartDurationMs worth, between
  // kPartBytesMin and kPartBytesMax.
  int64_t PartBytes() const;

  // Bytes of one chunk of a body read as a stream; smaller on slow links, so
  // that progress moves and a cut loses little.
  int64_t PieceBytes() const;

 private:
  int64_t bytes_per_second_ = kPartBytesInitial;
};

}  // namespace background_fetch

#endif  // BACKGROUND_FETCH_RANGES_PLANNER_H_
