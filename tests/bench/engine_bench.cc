// One engine step, by the number of records of the fetch it belongs to: the
// cost must not grow with it.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "tests/bench/bench_world.h"
#include "tests/bench/finished_map.h"
#include "tests/bench/live_memory.h"

namespace background_fetch {
namespace {

uint32_t RecordsOf(const benchmark::State& state) {
  return static_cast<uint32_t>(state.range(0));
}

// Times steps one by one; what the host does about them is left out. Reports
// the median: on a machine with other work, the mean says more about that.
class StepTimer {
 public:
  explicit StepTimer(benchmark::State& state) : state_(state) {}
  StepTimer(const StepTimer&) = delete;
  StepTimer& operator=(const StepTimer&) = delete;

  ~StepTimer() {
    const auto middle =
        seconds_.begin() + static_cast<ptrdiff_t>(seconds_.size() / 2);
    std::nth_element(seconds_.begin(), middle, seconds_.end());
    state_.counters["median_ns"] = *middle * 1e9;
  }

  void Time(BenchWorld& world, Event&& event) {
    const auto begin = std::chrono::steady_clock::now();
    std::vector<Command> commands = world.Step(std::move(event));
    const auto end = std::chrono::steady_clock::now();
    seconds_.push_back(std::chrono::duration<double>(end - begin).count());
    state_.SetIterationTime(seconds_.back());
    world.Carry(std::move(commands));
  }

 private:
  benchmark::State& state_;
  std::vector<double> seconds_;
};

void BM_StepHead(benchmark::State& state) {
  std::unique_ptr<BenchWorld> world;
  StepTimer timer(state);
  for (auto _ : state) {
    if (!world || !world->HasStarted()) {
      world = std::make_unique<BenchWorld>(RecordsOf(state));
    }
    const RequestId request = world->TakeStarted();
    timer.Time(*world, BenchWorld::TileHead(request));
    world->FinishTile(request);
  }
}

void BM_StepEnd(benchmark::State& state) {
  std::unique_ptr<BenchWorld> world;
  StepTimer timer(state);
  for (auto _ : state) {
    if (!world || !world->HasStarted()) {
      world = std::make_unique<BenchWorld>(RecordsOf(state));
    }
    const RequestId request = world->TakeStarted();
    world->Tell(BenchWorld::TileHead(request));
    world->Tell(ChunkStored{.request = request,
                            .range = {.end = BenchWorld::kTileBytes}});
    timer.Time(*world, BodyEnded{.request = request});
  }
}

void BM_StepChunk(benchmark::State& state) {
  constexpr int64_t kChunkBytes = 32 * 1024;
  BenchWorld world(RecordsOf(state));
  const RequestId request = world.TakeStarted();
  // Of a length that nobody knows, so that it never ends.
  world.Tell(BenchWorld::HeadOf(request, {{"etag", "\"1\""}}));
  int64_t begin = 0;
  StepTimer timer(state);
  for (auto _ : state) {
    const ByteRange range{.begin = begin, .end = begin + kChunkBytes};
    timer.Time(world, ChunkStored{.request = request, .range = range});
    begin = range.end;
  }
}

void BM_StepTick(benchmark::State& state) {
  BenchWorld world(RecordsOf(state));
  StepTimer timer(state);
  for (auto _ : state) timer.Time(world, TimePassed{});
}

// After a start that found the chunks of a finished fetch deleted.
void BM_StepAfterLoss(benchmark::State& state) {
  FinishedMap map(RecordsOf(state));
  BenchWorld world(map.directory);
  StepTimer timer(state);
  for (auto _ : state) timer.Time(world, TimePassed{});
}

#define BY_RECORDS Arg(1)->Arg(100)->Arg(10'000)->Arg(100'000)->UseManualTime()
BENCHMARK(BM_StepHead)->BY_RECORDS;
BENCHMARK(BM_StepEnd)->BY_RECORDS;
BENCHMARK(BM_StepChunk)->BY_RECORDS;
BENCHMARK(BM_StepTick)->BY_RECORDS;
BENCHMARK(BM_StepAfterLoss)->BY_RECORDS;

// Memory that a fetch takes, by record: waiting, and with all stored.
void BM_Memory(benchmark::State& state) {
  const uint32_t records = RecordsOf(state);
  for (auto _ : state) {
    const int64_t before = LiveMemoryBytes();
    BenchWorld world(records);
    const auto per_record = [&] {
      return static_cast<double>(LiveMemoryBytes() - before) / records;
    };
    state.counters["waiting_bytes"] = per_record();
    world.FinishAllTiles();
    state.counters["stored_bytes"] = per_record();
  }
}
BENCHMARK(BM_Memory)->Arg(100'000)->Iterations(1)->Unit(
    benchmark::kMillisecond);

}  // namespace
}  // namespace background_fetch
