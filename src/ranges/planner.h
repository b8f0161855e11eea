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

// How a body may be asked for in parts, at the moment.
struct PartPolicy {
  int64_t part_bytes = kPartBytesInitial;
  // Towards the end they are made smaller, but not below this: what it brings
  // in time, its round trip costs.
  int64_t tail_bytes = kPartBytesMin;
  // Requests at once for one record.
  int32_t connections = kConnectionsPerRecordMin;
};

// The next part of a body of `length` bytes: the first bytes that are neither
// stored nor in flight, at most `part_bytes` of them; towards the end less, so
// that all connections finish together. Empty when there are none.
ByteRange NextPart(const RangeSet& stored,
                   const std::vector<ByteRange>& in_flight, int64_t length,
                   const PartPolicy& policy);

// Speed of one connection, from finished bodies and parts.
class SpeedMeter {
 public:
  // `bytes` took `duration_ms` from request to durable. Bodies too small to
  // tell speed from latency are ignored.
  void Observe(int64_t bytes, DurationMs duration_ms);

  // A connection was cut that was to bring a chunk of so many bytes: what had
  // come of it is lost, and smaller ones lose less.
  void ObserveCut(int64_t chunk_bytes);

  // The same for chunks that are at most so large.
  SpeedMeter AtMost(int64_t chunk_bytes) const;

  // How long one connection should take for so many bytes.
  DurationMs DurationOf(int64_t bytes) const;

  // Bytes of one range request: about `duration_ms` worth, between
  // kPartBytesMin and kPartBytesMax.
  int64_t PartBytes(DurationMs duration_ms = kPartDurationMs) const;

  // Bytes of one chunk of a body read as a stream; smaller on slow links, so
  // that progress moves and a cut loses little.
  int64_t PieceBytes() const;

 private:
  int64_t WorthOf(DurationMs duration_ms, int64_t minimum) const;

  int64_t bytes_per_second_ = kPartBytesInitial;
  // What connections seem to last for.
  int64_t chunk_bytes_max_ = kPartBytesMax;
};

}  // namespace background_fetch

#endif  // BACKGROUND_FETCH_RANGES_PLANNER_H_
