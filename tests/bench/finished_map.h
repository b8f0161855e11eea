// FinishedMap: the stores of a fetch whose records are all complete and whose
// outcome was not delivered: the most a worker finds when it starts.

#ifndef BACKGROUND_FETCH_TESTS_BENCH_FINISHED_MAP_H_
#define BACKGROUND_FETCH_TESTS_BENCH_FINISHED_MAP_H_

#include <cstdint>
#include <utility>

#include "base/check.h"
#include "engine/engine.h"
#include "journal/journal.h"
#include "tests/bench/bench_world.h"
#include "tests/unit/memory_directory.h"

namespace background_fetch {

class FinishedMap {
 public:
  explicit FinishedMap(uint32_t records) : records_(records) {
    Journal journal(directory);
    BF_CHECK(journal.Replay([](Entry&&) {}).ok());
    const auto append = [&](const Entry& entry) {
      BF_CHECK(journal.Append(entry) == ErrorCode::kOk);
    };
    append(FetchBegun{.fetch = 1,
                      .uid = "uid",
                      .options = {.id = "map", .title = {}, .icons = {}},
                      .record_count = records});
    for (RequestInfo& request : TileRequests(records)) {
      append(RequestAdded{.fetch = 1, .request = std::move(request)});
    }
    append(FetchSealed{.fetch = 1});
    for (uint32_t i = 0; i < records; ++i) {
      append(RecordSettled{
          .fetch = 1, .record = i, .length = BenchWorld::kTileBytes});
    }
    directory.Sync();
  }

  // An engine reads the journal and is told what the body store holds.
  int64_t ComeBack() {
    Engine engine(directory, /*seed=*/1);
    const ResponseHead head = BenchWorld::TileHead(0).head;
    ChunkOwner owner{.uid = "uid"};
    for (owner.record = 0; owner.record < records_; ++owner.record) {
      engine.RecoverHead(owner, head);
    }
    for (owner.record = 0; owner.record < records_; ++owner.record) {
      engine.RecoverChunk(owner, {.end = BenchWorld::kTileBytes});
    }
    return engine.replay_report().entries;
  }

  MemoryDirectory directory;

 private:
  uint32_t records_;
};

}  // namespace background_fetch

#endif  // BACKGROUND_FETCH_TESTS_BENCH_FINISHED_MAP_H_
