#include "journal/journal.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "base/check.h"
#include "base/insert_at.h"
#include "base/limits.h"
#include "journal/entry_codec.h"

namespace background_fetch {
namespace {

bool FitsSegment(size_t segment_bytes, std::string_view payload) {
  return segment_bytes + kFrameOverheadBytes + payload.size() <=
         static_cast<size_t>(kJournalSegmentBytesMax);
}

struct Listing {
  std::vector<SegmentName> segments;  // by number
  int64_t foreign_files = 0;
};

Result<Listing> ListSegments(Directory& directory) {
  const Result<std::vector<std::string>> files = directory.List();
  if (!files.ok()) return files.error();
  Listing listing;
  for (const std::string& file : files.value()) {
    if (const std::optional<SegmentName> name = ParseSegmentName(file)) {
      // Few files: in order from the start, for want of a sort.
      auto& segments = listing.segments;
      const auto next =
          std::upper_bound(segments.begin(), segments.end(), *name);
      InsertAt(static_cast<size_t>(next - segments.begin()), *name, &segments);
    } else {
      ++listing.foreign_files;
    }
  }
  return listing;
}

// A header that contradicts its file's name is as bad as none.
Result<SegmentHeader> ReadHeaderOf(SegmentName name, std::string_view bytes) {
  Result<SegmentHeader> header = ReadSegmentHeader(bytes);
  if (!header.ok()) return header;
  const SegmentNumber first = header.value().first;
  const bool fits = name.kind == SegmentKind::kLog
                        ? first == name.number
                        : first >= 1 && first <= name.number;
  if (header.value().name != name || !fits) return ErrorCode::kMalformed;
  return header;
}

bool HoldsSeal(std::string_view segment, SegmentNumber first) {
  FrameReader frames(segment);
  while (const std::optional<std::string_view> payload = frames.Next()) {
    if (DecodeSeal(*payload) == first) return true;
  }
  return false;
}

// The snapshot that replay starts from: segments `first` to `last` that name
// `first` in their headers.
struct Snapshot {
  SegmentNumber first = 0;  // 0: there is none, everything is log
  SegmentNumber last = 0;
  int64_t missing_files = 0;

  bool Holds(const SegmentHeader& header) const {
    return header.first == first && header.name.number <= last;
  }
};

int64_t CountSnapshotSegments(const std::vector<SegmentName>& segments,
                              const Snapshot& snapshot) {
  return std::count_if(
      segments.begin(), segments.end(), [&](const SegmentName& name) {
        return name.kind == SegmentKind::kSnapshot &&
               name.number >= snapshot.first && name.number <= snapshot.last;
      });
}

// The snapshot that `segments` begin with, whose seal is damaged. The first
// header that can be read says where it began: its first file may be the one
// that is missing or damaged, too.
Result<Snapshot> LeadingSnapshot(Directory& directory,
                                 const std::vector<SegmentName>& segments) {
  const SegmentNumber front = segments.front().number;
  Snapshot leading;
  for (const SegmentName& name : segments) {
    if (name.kind != SegmentKind::kSnapshot) break;
    leading.last = name.number;
    if (leading.first != 0) continue;
    const Result<std::string> bytes = directory.Read(FormatSegmentName(name));
    if (!bytes.ok()) return bytes.error();
    const Result<SegmentHeader> header = ReadHeaderOf(name, bytes.value());
    if (header.ok()) leading.first = header.value().first;
  }
  if (leading.first == 0) leading.first = front;
  // The end of it, with the seal, and the beginning, where that is gone.
  leading.missing_files =
      1 + std::max<int64_t>(int64_t{front} - leading.first, 0);
  return leading;
}

// The newest sealed snapshot. Without any, an unsealed one counts if nothing
// older is left: older segments are removed only after the seal is written, so
// there was a seal and it has been damaged since.
Result<Snapshot> FindSnapshot(Directory& directory,
                              const std::vector<SegmentName>& segments) {
  for (auto name = segments.rbegin(); name != segments.rend(); ++name) {
    if (name->kind != SegmentKind::kSnapshot) continue;
    const Result<std::string> bytes = directory.Read(FormatSegmentName(*name));
    if (!bytes.ok()) return bytes.error();
    const Result<SegmentHeader> header = ReadHeaderOf(*name, bytes.value());
    if (!header.ok()) continue;
    const SegmentNumber first = header.value().first;
    if (!HoldsSeal(bytes.value(), first)) continue;
    Snapshot sealed{.first = first, .last = name->number};
    sealed.missing_files = int64_t{sealed.last} - sealed.first + 1 -
                           CountSnapshotSegments(segments, sealed);
    return sealed;
  }
  if (!segments.empty() && segments.front().kind == SegmentKind::kSnapshot) {
    return LeadingSnapshot(directory, segments);
  }
  return Snapshot{};
}

// A file that counts no more. What cannot be removed now costs only space: it
// stays void, and the next replay or compaction tries again.
void RemoveVoid(Directory& directory, SegmentName name) {
  (void)directory.Remove(FormatSegmentName(name));
}

// Hands out the entries of one segment whose header is good.
void ReplaySegment(std::string_view segment, FunctionRef<void(Entry&&)> visit,
                   ReplayReport* report) {
  FrameReader frames(segment);
  while (true) {
    const auto unread_bytes = static_cast<int64_t>(frames.remaining());
    const std::optional<std::string_view> payload = frames.Next();
    if (!payload) {
      report->dropped_bytes += unread_bytes;
      return;
    }
    if (DecodeSeal(*payload)) {
      report->dropped_bytes += static_cast<int64_t>(frames.remaining());
      return;
    }
    Result<Entry> entry = DecodeEntry(*payload);
    if (!entry.ok()) {
      report->dropped_bytes += unread_bytes;
      return;
    }
    ++report->entries;
    visit(std::move(entry).value());
  }
}

// Collects one segment after the other and hands each to the directory whole:
// a snapshot is large, and a file system call per entry would cost more than
// the entries. After an error it does nothing any more.
class SnapshotWriter {
 public:
  SnapshotWriter(Directory& directory, SegmentNumber first)
      : directory_(directory), first_(first), next_number_(first) {}

  void Add(const Entry& entry) {
    payload_.clear();
    EncodeEntry(entry, &payload_);
    Add(payload_);
  }

  [[nodiscard]] ErrorCode Seal() {
    Add(EncodeSeal(first_));
    Flush();
    return error_;
  }

  SegmentNumber next_number() const { return next_number_; }
  int64_t written_bytes() const { return written_bytes_; }

 private:
  void Add(std::string_view payload) {
    if (error_ != ErrorCode::kOk) return;
    if (payload.size() > static_cast<size_t>(kJournalEntryBytesMax)) {
      error_ = ErrorCode::kTooLarge;
      return;
    }
    if (!segment_.empty() && !FitsSegment(segment_.size(), payload)) Flush();
    if (segment_.empty()) Begin();
    WriteFrame(payload, &segment_);
  }

  void Begin() {
    if (next_number_ > kSegmentNumberMax) {
      error_ = ErrorCode::kTooLarge;
      return;
    }
    WriteSegmentHeader(
        {.name = {.number = next_number_, .kind = SegmentKind::kSnapshot},
         .first = first_},
        &segment_);
  }

  void Flush() {
    if (error_ != ErrorCode::kOk) return;
    error_ =
        directory_.Append(FormatSegmentName({.number = next_number_,
                                             .kind = SegmentKind::kSnapshot}),
                          segment_);
    ++next_number_;
    written_bytes_ += static_cast<int64_t>(segment_.size());
    segment_.clear();
  }

  Directory& directory_;
  const SegmentNumber first_;
  SegmentNumber next_number_;
  int64_t written_bytes_ = 0;
  std::string segment_;  // header and frames not handed over yet
  std::string payload_;  // kept for its capacity
  ErrorCode error_ = ErrorCode::kOk;
};

}  // namespace

Result<ReplayReport> Journal::Replay(FunctionRef<void(Entry&&)> visit) {
  BF_CHECK(!is_replayed_);
  const Result<Listing> listing = ListSegments(directory_);
  if (!listing.ok()) return listing.error();
  const std::vector<SegmentName>& segments = listing.value().segments;
  const Result<Snapshot> found = FindSnapshot(directory_, segments);
  if (!found.ok()) return found.error();
  const Snapshot& snapshot = found.value();

  ReplayReport report;
  report.dropped_files = listing.value().foreign_files + snapshot.missing_files;
  for (const SegmentName name : segments) {
    if (name.number < snapshot.first) {
      RemoveVoid(directory_, name);
      continue;
    }
    const Result<std::string> segment =
        directory_.Read(FormatSegmentName(name));
    if (!segment.ok()) return segment.error();
    const Result<SegmentHeader> header = ReadHeaderOf(name, segment.value());
    if (!header.ok()) {
      ++report.dropped_files;
      // Torn within its header, it holds nothing in any version. Any other
      // file stays until the next compaction: it may be the work of a newer
      // version, to which the user may come back.
      if (segment.value().size() < kSegmentHeaderBytes) {
        RemoveVoid(directory_, name);
      }
      continue;
    }
    const auto size = static_cast<int64_t>(segment.value().size());
    if (name.kind == SegmentKind::kLog) {
      log_weight_ += size + kJournalSegmentOverheadBytes;
    } else if (snapshot.Holds(header.value())) {
      snapshot_bytes_ += size;
    } else {
      ++report.dropped_files;
      RemoveVoid(directory_, name);
      continue;
    }
    ReplaySegment(segment.value(), visit, &report);
  }
  if (!segments.empty()) next_number_ = segments.back().number + 1;
  is_replayed_ = true;
  return report;
}

ErrorCode Journal::Append(const Entry& entry) {
  BF_CHECK(is_replayed_);
  std::string payload;
  EncodeEntry(entry, &payload);
  if (payload.size() > static_cast<size_t>(kJournalEntryBytesMax)) {
    return ErrorCode::kTooLarge;
  }
  std::string bytes;
  if (log_number_ == 0 || !FitsSegment(log_segment_bytes_, payload)) {
    if (next_number_ > kSegmentNumberMax) return ErrorCode::kTooLarge;
    log_number_ = next_number_++;
    log_segment_bytes_ = 0;
    log_weight_ += kJournalSegmentOverheadBytes;
    WriteSegmentHeader(
        {.name = {.number = log_number_, .kind = SegmentKind::kLog},
         .first = log_number_},
        &bytes);
  }
  WriteFrame(payload, &bytes);
  const ErrorCode error = directory_.Append(
      FormatSegmentName({.number = log_number_, .kind = SegmentKind::kLog}),
      bytes);
  log_segment_bytes_ += bytes.size();
  log_weight_ += static_cast<int64_t>(bytes.size());
  // The segment may end in half a frame now; the next entry begins another.
  if (error != ErrorCode::kOk) log_number_ = 0;
  return error;
}

bool Journal::WantsCompaction() const {
  return log_weight_ > std::max(kJournalCompactionBytesMin, snapshot_bytes_);
}

ErrorCode Journal::Compact(
    FunctionRef<void(FunctionRef<void(const Entry&)>)> dictate) {
  BF_CHECK(is_replayed_);
  const SegmentNumber first = next_number_;
  SnapshotWriter writer(directory_, first);
  dictate([&](const Entry& entry) { writer.Add(entry); });
  const ErrorCode error = writer.Seal();

  // Whatever came of it, the log goes on in a segment behind the snapshot: a
  // seal that was reported as failed may be there all the same. And the next
  // attempt waits until the log has grown again: a directory that refuses must
  // not be filled with attempts.
  next_number_ = writer.next_number();
  log_number_ = 0;
  log_weight_ = 0;
  if (error != ErrorCode::kOk) return error;
  snapshot_bytes_ = writer.written_bytes();

  const Result<Listing> listing = ListSegments(directory_);
  if (!listing.ok()) return ErrorCode::kOk;  // as in RemoveVoid
  for (const SegmentName name : listing.value().segments) {
    if (name.number < first) RemoveVoid(directory_, name);
  }
  return ErrorCode::kOk;
}

}  // namespace background_fetch
