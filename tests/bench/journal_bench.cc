// What the journal costs: appending, coming back, bytes written.

#include <benchmark/benchmark.h>

#include <cstdint>

#include "base/limits.h"
#include "tests/bench/bench_world.h"
#include "tests/bench/finished_map.h"

namespace background_fetch {
namespace {

uint32_t RecordsOf(const benchmark::State& state) {
  return static_cast<uint32_t>(state.range(0));
}

void BM_JournalAppend(benchmark::State& state) {
  CountingDirectory directory;
  Journal journal(directory);
  BF_CHECK(journal.Replay([](Entry&&) {}).ok());
  const Entry entry =
      RequestAdded{.fetch = 1, .request = TileRequests(1).front()};
  for (auto _ : state) benchmark::DoNotOptimize(journal.Append(entry));
}
BENCHMARK(BM_JournalAppend);

void BM_JournalReplay(benchmark::State& state) {
  FinishedMap map(RecordsOf(state));
  for (auto _ : state) {
    Journal journal(map.directory);
    benchmark::DoNotOptimize(journal.Replay([](Entry&&) {}));
  }
}
BENCHMARK(BM_JournalReplay)->Arg(10'000)->Unit(benchmark::kMillisecond);

// The journal replayed into an engine, heads and chunks recovered.
void BM_ComeBack(benchmark::State& state) {
  FinishedMap map(RecordsOf(state));
  for (auto _ : state) benchmark::DoNotOptimize(map.ComeBack());
}
BENCHMARK(BM_ComeBack)->Arg(10'000)->Unit(benchmark::kMillisecond);

// A whole fetch, from registration to the deletion of its chunks.
void BM_JournalBytes(benchmark::State& state) {
  for (auto _ : state) {
    BenchWorld world(RecordsOf(state));
    world.FinishAllTiles();
    world.Wake(kDropDelayMs + kLazySyncMs);
    BF_CHECK(!world.engine().SnapshotOf("uid"));
    state.counters["written_bytes"] =
        static_cast<double>(world.directory().appended_bytes());
  }
}
BENCHMARK(BM_JournalBytes)
    ->Arg(1'000)
    ->Arg(10'000)
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace background_fetch
