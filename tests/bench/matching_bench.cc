// match() over a fetch of many records.

#include <benchmark/benchmark.h>

#include "fetch/matching.h"
#include "tests/bench/bench_world.h"

namespace background_fetch {
namespace {

void BM_Match(benchmark::State& state) {
  BenchWorld world(static_cast<uint32_t>(state.range(0)));
  MatchQuery query;
  query.url = TileRequests(1).front().url;
  query.headers = {{"accept", "image/png"}};
  query.ignore_search = true;
  for (auto _ : state) {
    benchmark::DoNotOptimize(world.engine().Match("uid", &query));
  }
}
BENCHMARK(BM_Match)->Arg(10'000)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace background_fetch
