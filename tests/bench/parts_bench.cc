// What is paid for every part of a large file: reading Content-Range, planning
// the next part.

#include <benchmark/benchmark.h>

#include <cstdint>
#include <vector>

#include "ranges/http_range.h"
#include "ranges/planner.h"

namespace background_fetch {
namespace {

void BM_ParseContentRange(benchmark::State& state) {
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        ParseContentRange("bytes 1048576-2097151/107374182400"));
  }
}
BENCHMARK(BM_ParseContentRange);

// The argument: how many gaps cuts have left behind.
void BM_NextPart(benchmark::State& state) {
  constexpr int64_t kPartBytes = kPartBytesInitial;
  RangeSet stored;
  for (int64_t gap = 0; gap < state.range(0); ++gap) {
    const int64_t begin = gap * 2 * kPartBytes;
    stored.Add({.begin = begin, .end = begin + kPartBytes});
  }
  const std::vector<ByteRange> in_flight = {
      {.begin = kPartBytes, .end = 2 * kPartBytes}};
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        NextPart(stored, in_flight, int64_t{1} << 40, PartPolicy{}));
  }
}
BENCHMARK(BM_NextPart)->Arg(0)->Arg(1)->Arg(100);

}  // namespace
}  // namespace background_fetch
