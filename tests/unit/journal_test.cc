#include "journal/journal.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "journal/segment.h"
#include "tests/unit/memory_directory.h"
#include "tests/unit/sample_entries.h"

namespace background_fetch {
namespace {

using Files = MemoryDirectory::Files;
using Entries = std::vector<Entry>;

struct Replayed {
  Entries entries;
  ReplayReport report;
};

Replayed ReplayInto(Journal& journal) {
  Replayed replayed;
  const auto report = journal.Replay(
      [&](Entry&& entry) { replayed.entries.push_back(std::move(entry)); });
  EXPECT_TRUE(report.ok());
  if (report.ok()) replayed.report = report.value();
  return replayed;
}

Replayed ReplayFrom(Directory& directory) {
  Journal journal(directory);
  return ReplayInto(journal);
}

Replayed ReplayFrom(const Files& files) {
  MemoryDirectory directory;
  directory.SetFiles(files);
  return ReplayFrom(directory);
}

void Append(Journal& journal, const Entries& entries) {
  for (const Entry& entry : entries) {
    ASSERT_EQ(journal.Append(entry), ErrorCode::kOk);
  }
}

ErrorCode Compact(Journal& journal, const Entries& live) {
  return journal.Compact([&](const std::function<void(const Entry&)>& add) {
    for (const Entry& entry : live) add(entry);
  });
}

Entry Numbered(uint32_t number) {
  return DeliveryBegun{.fetch = 1, .attempt = number};
}

Entries NumberedFrom(uint32_t begin, uint32_t end) {
  Entries entries;
  for (uint32_t number = begin; number < end; ++number) {
    entries.push_back(Numbered(number));
  }
  return entries;
}

Entry Large(size_t bytes) {
  return RequestAdded{.fetch = 1,
                      .request = RequestFor(std::string(bytes, 'u'))};
}

// The bytes of a text like "0a ff": two digits each, spaces anywhere.
std::string Bytes(std::string_view digits) {
  std::string text(digits);
  std::erase(text, ' ');
  std::string bytes;
  for (size_t index = 0; index < text.size(); index += 2) {
    bytes.push_back(static_cast<char>(
        std::stoi(text.substr(index, 2), nullptr, /*base=*/16)));
  }
  return bytes;
}

// True when `part` is `whole` with some entries left out.
bool IsSubsequence(const Entries& part, const Entries& whole) {
  size_t next = 0;
  for (const Entry& entry : whole) {
    if (next < part.size() && part[next] == entry) ++next;
  }
  return next == part.size();
}

bool IsPrefix(const Entries& part, const Entries& whole) {
  return part.size() <= whole.size() &&
         std::equal(part.begin(), part.end(), whole.begin());
}

std::vector<std::string> Names(const MemoryDirectory& directory) {
  std::vector<std::string> names;
  for (const auto& [name, bytes] : directory.files()) names.push_back(name);
  return names;
}

// The files of a journal in three log segments, one for each life of a worker.
Files ThreeLives() {
  MemoryDirectory directory;
  for (uint32_t life = 0; life < 3; ++life) {
    Journal journal(directory);
    ReplayInto(journal);
    Append(journal, NumberedFrom(life * 3, life * 3 + 3));
  }
  return directory.files();
}

// The files of a snapshot of two segments and one log segment. The first
// segment is filled by one large entry.
Files SnapshotAndLog(Entries* entries) {
  MemoryDirectory directory;
  Journal journal(directory);
  ReplayInto(journal);
  Append(journal, NumberedFrom(0, 3));
  Entries live = {Large(size_t{kJournalSegmentBytesMax}), Numbered(3),
                  Numbered(4)};
  EXPECT_EQ(Compact(journal, live), ErrorCode::kOk);
  Append(journal, NumberedFrom(5, 7));
  *entries = live;
  entries->push_back(Numbered(5));
  entries->push_back(Numbered(6));
  return directory.files();
}

TEST(Journal, EmptyDirectoryReplaysNothingCleanly) {
  MemoryDirectory directory;
  const Replayed replayed = ReplayFrom(directory);
  EXPECT_TRUE(replayed.entries.empty());
  EXPECT_TRUE(replayed.report.IsClean());
  EXPECT_TRUE(directory.files().empty());
}

TEST(Journal, EveryEntryComesBackInOrder) {
  MemoryDirectory directory;
  Journal journal(directory);
  ReplayInto(journal);
  Append(journal, SampleEntries());
  const Replayed replayed = ReplayFrom(directory);
  EXPECT_EQ(replayed.entries, SampleEntries());
  EXPECT_EQ(replayed.report.entries, std::ssize(SampleEntries()));
  EXPECT_TRUE(replayed.report.IsClean());
}

// The last block of the document: a file's name, then lines of bytes in
// hexadecimal, each with its meaning behind three spaces.
Files ExampleOfTheFormatDocument() {
  std::ifstream document(JOURNAL_FORMAT_DOCUMENT);
  Files files;
  std::string name;
  bool is_example = false;
  for (std::string line; std::getline(document, line);) {
    if (line == "## Worked example") is_example = true;
    if (!is_example) continue;
    if (line.ends_with(".snap") || line.ends_with(".log")) {
      name = line;
    } else if (!name.empty() && line.size() > 2 && line[2] == ' ') {
      files[name] += Bytes(line.substr(0, line.find("   ")));
    }
  }
  return files;
}

// The worked example of src/journal/FORMAT.md, byte for byte.
TEST(Journal, BytesAreThoseOfTheFormatDocument) {
  MemoryDirectory directory;
  Journal journal(directory);
  ReplayInto(journal);
  Append(journal,
         {FetchSettled{.fetch = 5, .reason = FailureReason::kBadStatus}});
  ASSERT_EQ(Compact(journal, {FetchDelivered{.fetch = 5}}), ErrorCode::kOk);
  Append(journal, {FetchDropped{.fetch = 5}});
  const Files expected = ExampleOfTheFormatDocument();
  ASSERT_EQ(expected.size(), 2u);
  EXPECT_EQ(directory.files(), expected);
}

TEST(Journal, EachLifeWritesAFreshSegment) {
  MemoryDirectory directory;
  directory.SetFiles(ThreeLives());
  EXPECT_EQ(Names(directory),
            (std::vector<std::string>{"00000001.log", "00000002.log",
                                      "00000003.log"}));
  EXPECT_EQ(ReplayFrom(directory).entries, NumberedFrom(0, 9));
}

TEST(Journal, SegmentIsLeftBeforeItOutgrowsItsLimit) {
  MemoryDirectory directory;
  Journal journal(directory);
  ReplayInto(journal);
  const Entries entries(40, Large(5000));
  Append(journal, entries);
  EXPECT_EQ(directory.files().size(), 4u);
  for (const auto& [name, bytes] : directory.files()) {
    EXPECT_LE(bytes.size(), size_t{kJournalSegmentBytesMax});
  }
  EXPECT_EQ(ReplayFrom(directory).entries, entries);
}

TEST(Journal, EntryLargerThanASegmentGetsOneOfItsOwn) {
  MemoryDirectory directory;
  Journal journal(directory);
  ReplayInto(journal);
  const Entries entries = {Numbered(0), Large(200'000), Numbered(1)};
  Append(journal, entries);
  EXPECT_EQ(directory.files().size(), 3u);
  EXPECT_EQ(ReplayFrom(directory).entries, entries);
}

TEST(Journal, EntryAboveTheLimitIsRefusedAndChangesNothing) {
  MemoryDirectory directory;
  Journal journal(directory);
  ReplayInto(journal);
  Append(journal, {Numbered(0)});
  const Files before = directory.files();
  EXPECT_EQ(journal.Append(Large(size_t{kJournalEntryBytesMax})),
            ErrorCode::kTooLarge);
  EXPECT_EQ(directory.files(), before);
}

TEST(Journal, TruncationKeepsWhatPrecedesItAndLaterSegments) {
  const Files whole = ThreeLives();
  const std::string name = "00000002.log";
  int reported = 0;
  for (size_t length = 0; length < whole.at(name).size(); ++length) {
    SCOPED_TRACE(length);
    MemoryDirectory directory;
    directory.SetFiles(whole);
    directory.Truncate(name, length);
    const Replayed replayed = ReplayFrom(directory);
    // Entries of one length, so the number of whole ones is plain.
    const size_t entry_bytes =
        (whole.at(name).size() - kSegmentHeaderBytes) / 3;
    const size_t body = length - std::min(length, kSegmentHeaderBytes);
    const auto kept = static_cast<uint32_t>(body / entry_bytes);
    Entries expected = NumberedFrom(0, 3 + kept);
    for (const Entry& entry : NumberedFrom(6, 9)) expected.push_back(entry);
    EXPECT_EQ(replayed.entries, expected);
    // A cut between two entries looks like a log that never went on.
    const bool is_between =
        length >= kSegmentHeaderBytes && body % entry_bytes == 0;
    EXPECT_EQ(replayed.report.IsClean(), is_between);
    if (!is_between) ++reported;
  }
  EXPECT_GT(reported, 0);
}

TEST(Journal, FlippedBitInALogCostsAtMostTheRestOfItsSegment) {
  const Files whole = ThreeLives();
  const std::string name = "00000002.log";
  for (size_t bit = 0; bit < whole.at(name).size() * 8; ++bit) {
    SCOPED_TRACE(bit);
    MemoryDirectory directory;
    directory.SetFiles(whole);
    directory.FlipBit(name, bit);
    const Replayed replayed = ReplayFrom(directory);
    EXPECT_FALSE(replayed.report.IsClean());
    EXPECT_TRUE(IsSubsequence(replayed.entries, NumberedFrom(0, 9)));
    EXPECT_GE(replayed.entries.size(), 6u);
    EXPECT_LT(replayed.entries.size(), 9u);
  }
}

TEST(Journal, FlippedBitInTheLastSnapshotSegmentCostsOnlyItsRest) {
  Entries entries;
  const Files whole = SnapshotAndLog(&entries);
  const std::string name = "00000003.snap";
  for (size_t bit = 0; bit < whole.at(name).size() * 8; ++bit) {
    SCOPED_TRACE(bit);
    MemoryDirectory directory;
    directory.SetFiles(whole);
    directory.FlipBit(name, bit);
    const Replayed replayed = ReplayFrom(directory);
    EXPECT_FALSE(replayed.report.IsClean());
    ASSERT_TRUE(IsSubsequence(replayed.entries, entries));
    // The other snapshot segment and the log: one and two entries.
    EXPECT_GE(replayed.entries.size(), 3u);
  }
}

TEST(Journal, TruncatedSnapshotIsReportedWhereverItIsCut) {
  Entries entries;
  const Files whole = SnapshotAndLog(&entries);
  const std::string name = "00000003.snap";
  for (size_t length = 0; length < whole.at(name).size(); ++length) {
    SCOPED_TRACE(length);
    MemoryDirectory directory;
    directory.SetFiles(whole);
    directory.Truncate(name, length);
    const Replayed replayed = ReplayFrom(directory);
    EXPECT_FALSE(replayed.report.IsClean());
    EXPECT_TRUE(IsSubsequence(replayed.entries, entries));
    EXPECT_GE(replayed.entries.size(), 3u);
  }
}

TEST(Journal, MissingSnapshotSegmentIsReported) {
  Entries entries;
  Files files = SnapshotAndLog(&entries);
  ASSERT_EQ(files.erase("00000002.snap"), 1u);
  const Replayed replayed = ReplayFrom(files);
  EXPECT_EQ(replayed.entries, Entries(entries.begin() + 1, entries.end()));
  EXPECT_EQ(replayed.report.dropped_files, 1);
}

TEST(Journal, SnapshotWithoutItsSealLacksThatAndNothingElse) {
  Entries entries;
  Files files = SnapshotAndLog(&entries);
  files.at("00000003.snap").pop_back();  // tears the seal
  const Replayed replayed = ReplayFrom(files);
  EXPECT_EQ(replayed.entries, entries);
  EXPECT_EQ(replayed.report.dropped_files, 1);
}

TEST(Journal, SnapshotWithoutItsFirstSegmentAndItsSealIsReadAllTheSame) {
  MemoryDirectory directory;
  Journal journal(directory);
  ReplayInto(journal);
  const size_t bytes = static_cast<size_t>(kJournalSegmentBytesMax) - 1000;
  const Entries entries = {Large(bytes), Large(bytes), Numbered(1)};
  ASSERT_EQ(Compact(journal, entries), ErrorCode::kOk);
  Files files = directory.files();
  ASSERT_EQ(files.erase("00000001.snap"), 1u);
  ASSERT_EQ(files.size(), 1u);
  files.begin()->second.pop_back();  // tears the seal
  const Replayed replayed = ReplayFrom(files);
  EXPECT_EQ(replayed.entries, Entries(entries.begin() + 1, entries.end()));
  EXPECT_EQ(replayed.report.dropped_files, 2);
}

TEST(Journal, UnsealedSnapshotOfACrashIsVoid) {
  // A log, then a snapshot whose seal was never written.
  MemoryDirectory directory;
  Journal journal(directory);
  ReplayInto(journal);
  Append(journal, NumberedFrom(0, 3));
  directory.FailNextAppendAfter(30);
  EXPECT_EQ(Compact(journal, NumberedFrom(7, 9)), ErrorCode::kIo);
  Append(journal, {Numbered(3)});
  const Replayed replayed = ReplayFrom(directory);
  EXPECT_EQ(replayed.entries, NumberedFrom(0, 4));
  EXPECT_EQ(replayed.report.dropped_files, 1);
  EXPECT_EQ(Names(directory),
            (std::vector<std::string>{"00000001.log", "00000003.log"}));
  EXPECT_TRUE(ReplayFrom(directory).report.IsClean());
}

TEST(Journal, ZeroFilledTailIsDropped) {
  Files files = ThreeLives();
  files.at("00000003.log").append(100, '\0');
  const Replayed replayed = ReplayFrom(files);
  EXPECT_EQ(replayed.entries, NumberedFrom(0, 9));
  EXPECT_EQ(replayed.report.dropped_bytes, 100);
}

TEST(Journal, IntactFrameWithAnUnknownEntryEndsItsSegment) {
  Files files = ThreeLives();
  std::string& segment = files.at("00000002.log");
  const size_t whole_bytes = segment.size();
  WriteFrame("\xee", &segment);
  WriteFrame("\x03\x01", &segment);
  const Replayed replayed = ReplayFrom(files);
  EXPECT_EQ(replayed.entries, NumberedFrom(0, 9));
  EXPECT_EQ(replayed.report.dropped_bytes,
            static_cast<int64_t>(segment.size() - whole_bytes));
}

TEST(Journal, HeaderOfAnotherFileIsNotBelieved) {
  Files files = ThreeLives();
  files["00000007.log"] = files.at("00000002.log");
  files["00000008.snap"] = files.at("00000002.log");
  const Replayed replayed = ReplayFrom(files);
  EXPECT_EQ(replayed.entries, NumberedFrom(0, 9));
  EXPECT_EQ(replayed.report.dropped_files, 2);
}

TEST(Journal, UnknownVersionStaysUntilTheNextCompaction) {
  MemoryDirectory directory;
  Files files = ThreeLives();
  files.at("00000002.log").at(4) = 2;
  directory.SetFiles(files);
  Journal journal(directory);
  const Replayed replayed = ReplayInto(journal);
  EXPECT_EQ(replayed.entries.size(), 6u);
  EXPECT_EQ(replayed.report.dropped_files, 1);
  EXPECT_EQ(directory.files(), files);
  ASSERT_EQ(Compact(journal, replayed.entries), ErrorCode::kOk);
  EXPECT_EQ(Names(directory), (std::vector<std::string>{"00000004.snap"}));
}

TEST(Journal, FileTooShortForAHeaderIsReportedOnceAndRemoved) {
  MemoryDirectory directory;
  Files files = ThreeLives();
  files["00000004.log"] = "";
  files["00000005.snap"] = std::string(kSegmentHeaderBytes - 1, 'x');
  directory.SetFiles(files);
  EXPECT_EQ(ReplayFrom(directory).report.dropped_files, 2);
  EXPECT_EQ(directory.files(), ThreeLives());
}

TEST(Journal, ForeignFilesAreReportedAndLeftAlone) {
  MemoryDirectory directory;
  Files files = ThreeLives();
  for (const char* name :
       {"notes.txt", "1.log", "000000001.log", "00000000.log", "00000001.LOG",
        "0000001a.log", "00000001.log~"}) {
    files[name] = "x";
  }
  directory.SetFiles(files);
  Journal journal(directory);
  const Replayed replayed = ReplayInto(journal);
  EXPECT_EQ(replayed.entries, NumberedFrom(0, 9));
  EXPECT_EQ(replayed.report.dropped_files, 7);
  ASSERT_EQ(Compact(journal, replayed.entries), ErrorCode::kOk);
  EXPECT_EQ(directory.files().size(), 8u);
}

TEST(Journal, SnapshotTakesThePlaceOfEverythingBefore) {
  MemoryDirectory directory;
  Journal journal(directory);
  ReplayInto(journal);
  Append(journal, NumberedFrom(0, 100));
  ASSERT_EQ(Compact(journal, {Numbered(42)}), ErrorCode::kOk);
  Append(journal, {Numbered(100)});
  EXPECT_EQ(Names(directory),
            (std::vector<std::string>{"00000002.snap", "00000003.log"}));
  const Replayed replayed = ReplayFrom(directory);
  EXPECT_EQ(replayed.entries, (Entries{Numbered(42), Numbered(100)}));
  EXPECT_TRUE(replayed.report.IsClean());
}

TEST(Journal, EmptySnapshotIsASnapshot) {
  MemoryDirectory directory;
  Journal journal(directory);
  ReplayInto(journal);
  Append(journal, NumberedFrom(0, 3));
  ASSERT_EQ(Compact(journal, {}), ErrorCode::kOk);
  const Replayed replayed = ReplayFrom(directory);
  EXPECT_TRUE(replayed.entries.empty());
  EXPECT_TRUE(replayed.report.IsClean());
}

TEST(Journal, SecondSnapshotReplacesTheFirst) {
  Entries entries;
  MemoryDirectory directory;
  directory.SetFiles(SnapshotAndLog(&entries));
  Journal journal(directory);
  EXPECT_EQ(ReplayInto(journal).entries, entries);
  ASSERT_EQ(Compact(journal, {Numbered(9)}), ErrorCode::kOk);
  EXPECT_EQ(Names(directory), (std::vector<std::string>{"00000005.snap"}));
  EXPECT_EQ(ReplayFrom(directory).entries, (Entries{Numbered(9)}));
}

TEST(Journal, CrashDuringCompactionLeavesTheOldOrTheNewState) {
  MemoryDirectory directory;
  Journal journal(directory);
  ReplayInto(journal);
  const Entries logged = NumberedFrom(0, 10);
  Append(journal, logged);
  // Two segments, so that a crash between them is among the cases.
  const Entries live = {Large(size_t{kJournalSegmentBytesMax}), Numbered(50),
                        Numbered(51)};
  directory.Sync();
  ASSERT_EQ(Compact(journal, live), ErrorCode::kOk);
  Append(journal, {Numbered(60)});

  int with_old = 0;
  int with_new = 0;
  const size_t points = directory.CrashPoints();
  for (size_t point = 0; point < points; ++point) {
    // The bytes in the middle of the large entry are all alike.
    if (point > 200 && point + 400 < points && point % 997 != 0) continue;
    SCOPED_TRACE(point);
    MemoryDirectory crashed;
    crashed.SetFiles(directory.FilesAfterCrash(point));
    Entries replayed = ReplayFrom(crashed).entries;
    if (replayed == logged) {
      ++with_old;
    } else {
      ++with_new;
      if (replayed.size() == 4) replayed.pop_back();  // the entry after it
      ASSERT_EQ(replayed, live);
    }
    // What the crash left over is gone.
    EXPECT_EQ(ReplayFrom(crashed).report.dropped_files, 0);
  }
  EXPECT_GT(with_old, 200);
  EXPECT_GT(with_new, 10);
}

TEST(Journal, VoidFilesThatCouldNotBeRemovedAreRemovedByTheNextReplay) {
  MemoryDirectory directory;
  {
    Journal journal(directory);
    ReplayInto(journal);
    Append(journal, NumberedFrom(0, 3));
    directory.FailRemovals();
    ASSERT_EQ(Compact(journal, {Numbered(7)}), ErrorCode::kOk);
  }
  MemoryDirectory next_life;
  next_life.SetFiles(directory.files());
  ASSERT_EQ(next_life.files().size(), 2u);
  const Replayed replayed = ReplayFrom(next_life);
  EXPECT_EQ(replayed.entries, (Entries{Numbered(7)}));
  EXPECT_TRUE(replayed.report.IsClean());
  EXPECT_EQ(Names(next_life), (std::vector<std::string>{"00000002.snap"}));
}

TEST(Journal, DirectoryThatCannotBeListedFailsTheReplay) {
  MemoryDirectory directory;
  directory.SetFiles(ThreeLives());
  directory.FailListings();
  Journal journal(directory);
  EXPECT_EQ(journal.Replay([](Entry&&) {}).error(), ErrorCode::kIo);
}

TEST(Journal, SnapshotCountsAlthoughWhatItReplacesCannotBeListed) {
  MemoryDirectory directory;
  Journal journal(directory);
  ReplayInto(journal);
  Append(journal, NumberedFrom(0, 3));
  directory.FailListings();
  EXPECT_EQ(Compact(journal, {Numbered(7)}), ErrorCode::kOk);
  EXPECT_EQ(ReplayFrom(directory.files()).entries, (Entries{Numbered(7)}));
}

// A file that cannot be read now is not a damaged one: the next life may read
// it.
TEST(Journal, ReadThatFailsFailsTheReplayAndRemovesNothing) {
  Entries entries;
  Files unsealed = SnapshotAndLog(&entries);
  unsealed.at("00000003.snap").pop_back();
  for (const Files& files :
       {ThreeLives(), SnapshotAndLog(&entries), unsealed}) {
    size_t reads = 0;
    for (bool fails = true; fails; ++reads) {
      SCOPED_TRACE(reads);
      ASSERT_LT(reads, 100u);
      MemoryDirectory directory;
      directory.SetFiles(files);
      directory.FailReadAfter(reads);
      Journal journal(directory);
      const auto report = journal.Replay([](Entry&&) {});
      fails = !report.ok();
      EXPECT_EQ(report.error(), fails ? ErrorCode::kIo : ErrorCode::kOk);
      EXPECT_EQ(directory.files(), files);
    }
    // Every file is read at least once.
    EXPECT_GT(reads, files.size());
  }
}

TEST(Journal, OlderSnapshotThatCouldNotBeRemovedIsVoid) {
  MemoryDirectory directory;
  Journal journal(directory);
  ReplayInto(journal);
  directory.FailRemovals();
  ASSERT_EQ(Compact(journal, {Numbered(1)}), ErrorCode::kOk);
  ASSERT_EQ(Compact(journal, {Numbered(2)}), ErrorCode::kOk);
  const Replayed replayed = ReplayFrom(directory.files());
  EXPECT_EQ(replayed.entries, (Entries{Numbered(2)}));
  EXPECT_EQ(replayed.report.dropped_files, 0);
}

TEST(Journal, SealReportedAsFailedDoesNotVoidLaterEntries) {
  MemoryDirectory directory;
  Journal journal(directory);
  ReplayInto(journal);
  Append(journal, NumberedFrom(0, 3));
  directory.FailNextAppendAfter(SIZE_MAX);  // all is written, then kIo
  ASSERT_EQ(Compact(journal, NumberedFrom(0, 3)), ErrorCode::kIo);
  Append(journal, {Numbered(3)});
  EXPECT_EQ(ReplayFrom(directory).entries, NumberedFrom(0, 4));
}

TEST(Journal, UnsyncedEntriesMayBeLostButNeverOutOfOrder) {
  MemoryDirectory directory;
  Journal journal(directory);
  ReplayInto(journal);
  Append(journal, NumberedFrom(0, 3));
  directory.Sync();
  Append(journal, NumberedFrom(3, 6));
  for (size_t point = 0; point < directory.CrashPoints(); ++point) {
    SCOPED_TRACE(point);
    const Replayed replayed = ReplayFrom(directory.FilesAfterCrash(point));
    EXPECT_TRUE(IsPrefix(replayed.entries, NumberedFrom(0, 6)));
    EXPECT_GE(replayed.entries.size(), 3u);
  }
  directory.DropUnsynced();
  EXPECT_EQ(ReplayFrom(directory).entries, NumberedFrom(0, 3));
}

TEST(Journal, NothingIsAppendedAfterATornTail) {
  MemoryDirectory directory;
  directory.SetFiles(ThreeLives());
  directory.Truncate("00000003.log",
                     directory.files().at("00000003.log").size() - 1);
  {
    Journal journal(directory);
    ReplayInto(journal);
    Append(journal, {Numbered(20)});
  }
  Entries expected = NumberedFrom(0, 8);
  expected.push_back(Numbered(20));
  EXPECT_EQ(ReplayFrom(directory).entries, expected);
}

TEST(Journal, FailedAppendCostsNoLaterEntry) {
  MemoryDirectory directory;
  Journal journal(directory);
  ReplayInto(journal);
  Append(journal, {Numbered(0)});
  directory.FailNextAppendAfter(5);
  EXPECT_EQ(journal.Append(Numbered(1)), ErrorCode::kIo);
  Append(journal, {Numbered(2)});
  const Replayed replayed = ReplayFrom(directory);
  EXPECT_EQ(replayed.entries, (Entries{Numbered(0), Numbered(2)}));
  EXPECT_EQ(replayed.report.dropped_bytes, 5);
}

TEST(Journal, EntryTooLargeForASnapshotFailsTheCompaction) {
  MemoryDirectory directory;
  Journal journal(directory);
  ReplayInto(journal);
  Append(journal, {Numbered(0)});
  EXPECT_EQ(Compact(journal, {Large(size_t{kJournalEntryBytesMax})}),
            ErrorCode::kTooLarge);
  EXPECT_EQ(ReplayFrom(directory).entries, (Entries{Numbered(0)}));
}

TEST(Journal, LastNumberIsAsGoodAsAnyOther) {
  const Files before = {{"99999998.log", ""}};
  {
    MemoryDirectory directory;
    directory.SetFiles(before);
    Journal journal(directory);
    ReplayInto(journal);
    Append(journal, {Numbered(0)});
    EXPECT_EQ(Names(directory), (std::vector<std::string>{"99999999.log"}));
    EXPECT_EQ(ReplayFrom(directory).entries, (Entries{Numbered(0)}));
  }
  MemoryDirectory directory;
  directory.SetFiles(before);
  Journal journal(directory);
  ReplayInto(journal);
  ASSERT_EQ(Compact(journal, {Numbered(0)}), ErrorCode::kOk);
  EXPECT_EQ(Names(directory), (std::vector<std::string>{"99999999.snap"}));
  const Replayed replayed = ReplayFrom(directory);
  EXPECT_EQ(replayed.entries, (Entries{Numbered(0)}));
  EXPECT_TRUE(replayed.report.IsClean());
}

TEST(Journal, LastNumberIsFollowedByARefusal) {
  MemoryDirectory directory;
  directory.SetFiles({{"99999999.log", ""}});
  Journal journal(directory);
  ReplayInto(journal);
  EXPECT_EQ(journal.Append(Numbered(0)), ErrorCode::kTooLarge);
  EXPECT_EQ(Compact(journal, {Numbered(0)}), ErrorCode::kTooLarge);
}

TEST(Journal, ShortLogIsNotWorthCompacting) {
  MemoryDirectory directory;
  Journal journal(directory);
  ReplayInto(journal);
  EXPECT_FALSE(journal.WantsCompaction());
  Append(journal, NumberedFrom(0, 100));
  EXPECT_FALSE(journal.WantsCompaction());
}

TEST(Journal, LogAsLongAsTheLimitIsNotWorthCompactingAndALongerOneIs) {
  MemoryDirectory directory;
  Journal journal(directory);
  ReplayInto(journal);
  for (;;) {
    Append(journal, {Numbered(0)});
    int64_t weight = 0;
    for (const auto& [name, bytes] : directory.files()) {
      weight += std::ssize(bytes) + kJournalSegmentOverheadBytes;
    }
    EXPECT_EQ(journal.WantsCompaction(), weight > kJournalCompactionBytesMin);
    if (weight > kJournalCompactionBytesMin) return;
  }
}

TEST(Journal, ManyShortLivesAreWorthCompacting) {
  MemoryDirectory directory;
  int lives = 0;
  bool wants = false;
  while (!wants && lives < 100) {
    Journal journal(directory);
    ReplayInto(journal);
    Append(journal, {Numbered(0)});
    wants = journal.WantsCompaction();
    ++lives;
  }
  EXPECT_EQ(lives, 16);
}

TEST(Journal, WishToCompactSurvivesAReplayAndEndsWithASnapshot) {
  MemoryDirectory directory;
  Journal first(directory);
  ReplayInto(first);
  Append(first, Entries(30, Large(5000)));
  EXPECT_TRUE(first.WantsCompaction());
  Journal second(directory);
  ReplayInto(second);
  EXPECT_TRUE(second.WantsCompaction());
  ASSERT_EQ(Compact(second, {Numbered(0)}), ErrorCode::kOk);
  EXPECT_FALSE(second.WantsCompaction());
}

TEST(Journal, FailedCompactionIsNotWantedAgainAtOnce) {
  MemoryDirectory directory;
  Journal journal(directory);
  ReplayInto(journal);
  Append(journal, Entries(30, Large(5000)));
  directory.FailNextAppendAfter(0);
  ASSERT_EQ(Compact(journal, {Numbered(0)}), ErrorCode::kIo);
  EXPECT_FALSE(journal.WantsCompaction());
}

TEST(Journal, BytesEverWrittenGrowLinearlyWithTheEntries) {
  const auto cost_of = [](int entries) {
    MemoryDirectory directory;
    Journal journal(directory);
    ReplayInto(journal);
    // The worst case: nothing ever leaves the live state.
    Entries live;
    for (int count = 0; count < entries; ++count) {
      live.push_back(Large(1000));
      EXPECT_EQ(journal.Append(live.back()), ErrorCode::kOk);
      if (journal.WantsCompaction()) {
        EXPECT_EQ(Compact(journal, live), ErrorCode::kOk);
      }
    }
    return directory.appended_bytes();
  };
  for (const int entries : {500, 1000, 2000, 4000}) {
    EXPECT_LT(cost_of(entries), int64_t{3} * 1100 * entries) << entries;
  }
}

TEST(JournalDeathTest, AppendBeforeReplayIsABug) {
  MemoryDirectory directory;
  Journal journal(directory);
  EXPECT_DEATH((void)journal.Append(Numbered(0)), "check failed");
}

}  // namespace
}  // namespace background_fetch
