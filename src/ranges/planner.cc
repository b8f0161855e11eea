#include "ranges/planner.h"

#include <algorithm>

namespace background_fetch {
namespace {

// Parts are whole multiples of this, so that chunk keys stay readable and
// retries ask for the same ranges.
constexpr int64_t kGrain = kPieceBytesMin;

// Bytes per second at which also a part of a trial is of the largest size; the
// meter shows no more.
constexpr int64_t kSpeedMax = kPartBytesMax * 1000 / kTrialPartDurationMs;

// After a cut, every part that comes whole lets the next be larger by one such
// share. Where all connections are cut, one in twelve parts is then, and a
// sixteenth of what comes is lost; after one cut, speed is hardly less.
constexpr int64_t kChunkGrowthShare = 16;

}  // namespace

ByteRange NextPart(const RangeSet& stored,
                   const std::vector<ByteRange>& in_flight, int64_t length,
                   const PartPolicy& policy) {
  RangeSet taken = stored;
  for (const ByteRange& range : in_flight) taken.Add(range);
  ByteRange gap = taken.FirstGap({.begin = 0, .end = length});
  // Towards the end, an equal share for each connection; but no crumbs, whose
  // round trips would cost more than an idle connection.
  const int64_t left = length - taken.TotalBytes();
  const int64_t fair_share =
      (left / policy.connections + kGrain - 1) / kGrain * kGrain;
  const int64_t part_bytes =
      std::min(policy.part_bytes, std::max(fair_share, policy.tail_bytes));
  gap.end = std::min(gap.end, gap.begin + part_bytes);
  return gap;
}

void SpeedMeter::Observe(int64_t bytes, DurationMs duration_ms) {
  if (bytes < kSpeedSampleBytesMin) return;
  // What is faster than the largest part can use would only have to be
  // forgotten again when the link slows down.
  const int64_t sample =
      std::min(bytes * 1000 / std::max<DurationMs>(duration_ms, 1), kSpeedMax);
  // Half old, half new: two parts suffice to follow a change of link, one
  // slow part does not.
  bytes_per_second_ = (bytes_per_second_ + sample) / 2;
  chunk_bytes_max_ = std::min(
      chunk_bytes_max_ + chunk_bytes_max_ / kChunkGrowthShare, kPartBytesMax);
}

void SpeedMeter::ObserveCut(int64_t chunk_bytes) {
  bytes_per_second_ /= 2;
  // Of what was asked for, not of what would be now: a network that goes away
  // cuts several at once. But what was small for other reasons tells little.
  const int64_t least = std::max(chunk_bytes_max_ / 2, kPartBytesMin);
  chunk_bytes_max_ = std::clamp(chunk_bytes / 2, least, chunk_bytes_max_);
}

SpeedMeter SpeedMeter::AtMost(int64_t chunk_bytes) const {
  SpeedMeter other = *this;
  other.chunk_bytes_max_ = std::min(chunk_bytes_max_, chunk_bytes);
  return other;
}

DurationMs SpeedMeter::DurationOf(int64_t bytes) const {
  return bytes * 1000 / std::max<int64_t>(bytes_per_second_, 1);
}

int64_t SpeedMeter::PartBytes(DurationMs duration_ms) const {
  return WorthOf(duration_ms, kPartBytesMin);
}

int64_t SpeedMeter::PieceBytes() const {
  return WorthOf(kPartDurationMs, kPieceBytesMin);
}

int64_t SpeedMeter::WorthOf(DurationMs duration_ms, int64_t minimum) const {
  const int64_t worth = bytes_per_second_ * duration_ms / 1000;
  if (worth <= minimum) return minimum;
  return std::min(worth, chunk_bytes_max_) / kGrain * kGrain;
}

}  // namespace background_fetch
