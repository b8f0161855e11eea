#include "tests/golden/golden_journals.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "engine/engine.h"
#include "journal/posix_directory.h"
#include "tests/unit/memory_directory.h"

namespace background_fetch {
namespace {

// Replay may remove files: on a copy.
MemoryDirectory CopyOf(const GoldenJournal& golden) {
  PosixDirectory source(std::string(GOLDEN_JOURNALS_FOLDER) + "/" +
                        golden.name);
  MemoryDirectory::Files files;
  const auto names = source.List();
  EXPECT_TRUE(names.ok());
  for (const std::string& name : names.value()) {
    files[name] = source.Read(name).value();
  }
  MemoryDirectory copy;
  copy.SetFiles(std::move(files));
  return copy;
}

TEST(GoldenJournals, EveryVersionReplaysCleanlyToWhatItSaid) {
  for (const GoldenJournal& golden : GoldenJournals()) {
    SCOPED_TRACE(golden.name);
    MemoryDirectory directory = CopyOf(golden);
    Journal journal(directory);
    std::vector<Entry> entries;
    const auto report = journal.Replay(
        [&](Entry&& entry) { entries.push_back(std::move(entry)); });
    ASSERT_TRUE(report.ok());
    EXPECT_TRUE(report.value().IsClean());
    EXPECT_EQ(entries, golden.Replayed());
  }
}

// Bytes that differ need a new version number, even if they can be read.
TEST(GoldenJournals, PresentVersionStillWritesTheSameBytes) {
  for (const GoldenJournal& golden : GoldenJournals()) {
    SCOPED_TRACE(golden.name);
    MemoryDirectory written;
    golden.WriteTo(written);
    EXPECT_EQ(written.files(), CopyOf(golden).files());
  }
}

// By name: a folder that is empty or missing would pass for forgotten.
MemoryDirectory CopyOf(std::string_view name) {
  for (const GoldenJournal& golden : GoldenJournals()) {
    if (golden.name == name) return CopyOf(golden);
  }
  ADD_FAILURE() << "no golden journal is called " << name;
  return {};
}

TEST(GoldenJournals, EngineGoesOnWithTheFetchOfASnapshot) {
  MemoryDirectory directory = CopyOf("version-1-snapshot");
  Engine engine(directory, /*seed=*/1);
  EXPECT_EQ(engine.ActiveIds(), std::vector<std::string_view>{"atlas"});
  const RequestInfo* request =
      engine.RequestOf("7d444840-9dc0-41d6-9b5c-2f8b1a1f2a10", 0);
  ASSERT_NE(request, nullptr);
  EXPECT_EQ(request->url, "https://maps.example.org/south.tar?v=3");
}

TEST(GoldenJournals, EngineKnowsWhatTheAppHasMovedElsewhere) {
  MemoryDirectory directory = CopyOf("version-1-transfer");
  const std::string_view uid = "7d444840-9dc0-41d6-9b5c-2f8b1a1f2a10";
  Engine engine(directory, /*seed=*/1);
  EXPECT_EQ(engine.RecordStateOf(uid, 0).kind, RecordState::Kind::kTransferred);
  EXPECT_NE(engine.RecordStateOf(uid, 1).kind, RecordState::Kind::kTransferred);
  engine.Start(/*is_online=*/true, /*now=*/1);
  const auto snapshot = engine.SnapshotOf(uid);
  ASSERT_TRUE(snapshot.has_value());
  // The bytes of the other one are not in this store.
  EXPECT_EQ(snapshot->downloaded, 5'000'000'000);
}

TEST(GoldenJournals, EngineForgetsTheFetchThatWasDropped) {
  MemoryDirectory directory = CopyOf("version-1-log");
  ASSERT_FALSE(directory.files().empty());
  Engine engine(directory, /*seed=*/1);
  EXPECT_TRUE(engine.IsEmpty());
  // It was there: whoever comes next is not taken for it.
  engine.HandleEvent(Register{.token = 1,
                              .uid = "next",
                              .options = {.id = "atlas"},
                              .requests = {{.url = "https://host/a"}}},
                     /*now=*/1);
  Journal journal(directory);
  FetchNumber last = 0;
  ASSERT_TRUE(journal
                  .Replay([&](Entry&& entry) {
                    if (const auto* begun = std::get_if<FetchBegun>(&entry)) {
                      last = begun->fetch;
                    }
                  })
                  .ok());
  EXPECT_EQ(last, 2u);
}

}  // namespace
}  // namespace background_fetch
