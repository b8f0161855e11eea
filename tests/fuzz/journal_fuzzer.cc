// A folder of segment files in any state: replay never fails for what it finds
// in them, and what it found survives a compaction unchanged.
//
// Checksums would keep a fuzzer out, so files are made of pieces: headers and
// frames that are right, with bytes of the fuzzer's choice inside or between.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/check.h"
#include "journal/entry_codec.h"
#include "journal/journal.h"
#include "tests/fuzz/fuzz_input.h"
#include "tests/unit/memory_directory.h"

namespace background_fetch {
namespace {

SegmentName TakeName(FuzzInput& input) {
  return {
      .number = 1 + input.TakeBelow(8),
      .kind = input.TakeBool() ? SegmentKind::kSnapshot : SegmentKind::kLog};
}

std::string TakeFile(FuzzInput& input, SegmentName name) {
  std::string bytes;
  const SegmentNumber first = 1 + input.TakeBelow(8);
  const bool is_log = name.kind == SegmentKind::kLog;
  WriteSegmentHeader({.name = name, .first = is_log ? name.number : first},
                     &bytes);
  for (uint32_t left = input.TakeBelow(6); left > 0; --left) {
    switch (input.TakeBelow(4)) {
      case 0:
        bytes += input.TakeText();
        break;
      case 1:
        WriteFrame(EncodeSeal(first), &bytes);
        break;
      case 2:
        bytes.resize(bytes.size() - std::min<size_t>(bytes.size(), 7));
        break;
      default:
        WriteFrame(input.TakeText(), &bytes);
    }
  }
  return bytes;
}

std::vector<Entry> ReplayAll(Journal& journal, ReplayReport* report) {
  std::vector<Entry> entries;
  const Result<ReplayReport> result = journal.Replay(
      [&](Entry&& entry) { entries.push_back(std::move(entry)); });
  BF_CHECK(result.ok());
  *report = result.value();
  BF_CHECK(report->entries == static_cast<int64_t>(entries.size()));
  return entries;
}

void Run(FuzzInput input) {
  MemoryDirectory::Files files;
  for (uint32_t left = input.TakeBelow(5); left > 0; --left) {
    const SegmentName name = TakeName(input);
    files[FormatSegmentName(name)] = TakeFile(input, name);
  }
  MemoryDirectory directory;
  directory.SetFiles(std::move(files));

  ReplayReport report;
  Journal journal(directory);
  std::vector<Entry> entries = ReplayAll(journal, &report);
  const Entry added = FetchDropped{.fetch = 7};
  BF_CHECK(journal.Append(added) == ErrorCode::kOk);
  entries.push_back(added);

  Journal reader(directory);
  BF_CHECK(ReplayAll(reader, &report) == entries);
  BF_CHECK(reader.Compact([&](const auto& write) {
    for (const Entry& entry : entries) write(entry);
  }) == ErrorCode::kOk);

  Journal compacted(directory);
  BF_CHECK(ReplayAll(compacted, &report) == entries);
  BF_CHECK(report.IsClean());
}

}  // namespace
}  // namespace background_fetch

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  background_fetch::Run(background_fetch::FuzzInput(data, size));
  return 0;
}
