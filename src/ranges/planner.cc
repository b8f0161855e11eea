#include "ranges/planner.h"

#include <algorithm>

namespace background_fetch {
namespace {

// Parts are whole multiples of this, so that chunk keys stay readable and
// retries ask for the same ranges.
constexpr int64_t kGrain = kPieceBytesMin;

int64_t WorthOf(int64_t bytes_per_second, int64_t minimum) {
  const int64_t worth = bytes_per_second * kPartDurationMs / 1000;
  if (worth <= minimum) return minimum;
  return std::min(worth / kGrain * kGrain, kPartBytesMax);
}

}  // namespace

ByteRange NextPart(const RangeSet& stored,
                   const std::vector<ByteRange>& in_flight, int64_t length,
                   int64_t part_bytes) {
  RangeSet taken = stored;
  for (const ByteRange& range : in_flight) taken.Add(range);
  ByteRange gap = taken.FirstGap({.begin = 0, .end = length});
  gap.end = std::min(gap.end, gap.begin + part_bytes);
  return gap;
}

void SpeedMeter::Observe(int64_t bytes, DurationMs duration_ms) {
  if (bytes < kSpeedSampleBytesMin) return;
  const int64_t sample = bytes * 1000 / std::max<DurationMs>(duration_ms, 1);
  // Half old, half new: two parts suffice to follow a change of link, one
  // slow part does not.
  bytes_per_second_ = (bytes_per_second_ + sample) / 2;
}

void SpeedMeter::ObserveCut() {
  bytes_per_second_ =
      std::max(PartBytes() / 2, kPieceBytesMin) * 1000 / kPartDurationMs;
}

int64_t SpeedMeter::PartBytes() const {
  return WorthOf(bytes_per_second_, kPartBytesMin);
}

int64_t SpeedMeter::PieceBytes() const {
  return WorthOf(bytes_per_second_, kPieceBytesMin);
}

}  // namespace background_fetch
