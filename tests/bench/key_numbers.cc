// The numbers that decide what the core costs a page, as one small program that
// also builds to wasm: lines of a name and nanoseconds.
//
// A clock is read twice for each number, not for each event: in wasm that is a
// call into JavaScript and costs as much as an event.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <functional>

#include "base/check.h"
#include "fetch/matching.h"
#include "ranges/http_range.h"
#include "tests/bench/bench_world.h"
#include "tests/bench/finished_map.h"

namespace background_fetch {
namespace {

constexpr uint32_t kRecords = 10'000;
constexpr int kChunks = 100'000;
constexpr int kParses = 1'000'000;
// The best of several: what else the machine does only ever adds.
constexpr int kRepetitions = 5;

// Prints the shortest time of `run`, divided by `count`.
void Print(const char* name, int64_t count, const std::function<void()>& run) {
  auto best = std::chrono::nanoseconds::max();
  for (int i = 0; i < kRepetitions; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    run();
    best = std::min(best, std::chrono::nanoseconds(
                              std::chrono::steady_clock::now() - begin));
  }
  std::printf("%s %.1f\n", name,
              static_cast<double>(best.count()) / static_cast<double>(count));
}

void FinishChunks() {
  BenchWorld world(kRecords);
  const RequestId request = world.TakeStarted();
  world.Tell(BenchWorld::HeadOf(request, {{"etag", "\"1\""}}));
  for (int64_t i = 0; i < kChunks; ++i) {
    world.Tell(
        ChunkStored{.request = request,
                    .range = {.begin = i * 1000, .end = i * 1000 + 1000}});
  }
}

void Run() {
  Print("a record, from register to success", kRecords, [] {
    BenchWorld world(kRecords);
    world.FinishAllTiles();
  });
  Print("a chunk of a stream", kChunks, FinishChunks);
  FinishedMap map(kRecords);
  Print("a finished record, coming back", kRecords,
        [&] { BF_CHECK(map.ComeBack() > int64_t{2} * kRecords); });
  BenchWorld world(kRecords);
  MatchQuery query;
  query.url = TileRequests(1).front().url;
  Print("a record, in match()", kRecords,
        [&] { BF_CHECK(world.engine().Match("uid", &query).size() == 1); });
  Print("a Content-Range", kParses, [] {
    for (int i = 0; i < kParses; ++i) {
      BF_CHECK(ParseContentRange("bytes 1048576-2097151/107374182400").ok());
    }
  });
}

}  // namespace
}  // namespace background_fetch

int main() { background_fetch::Run(); }
