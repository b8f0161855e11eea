// Journal: durable memory, a sequence of entries in checksummed segments.
//
// Writes go to the directory at once; they are durable only after the host
// has synced it. Replay hands back every intact entry in order and reports what
// had to be dropped: a damaged entry costs the rest of its segment, nothing
// else. Compaction replaces all segments by a snapshot the caller dictates; it
// takes effect as a whole or not at all.
//
// Owns nothing but its counters; the directory must outlive it.
// Errors: what the directory returns; damage is reported, never an error.
// Limits: kJournalSegmentBytesMax, kJournalEntryBytesMax (base/limits.h).

#ifndef BACKGROUND_FETCH_JOURNAL_JOURNAL_H_
#define BACKGROUND_FETCH_JOURNAL_JOURNAL_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/function_ref.h"
#include "base/result.h"
#include "journal/directory.h"
#include "journal/entry.h"
#include "journal/segment.h"

namespace background_fetch {

// What replay found besides intact entries.
struct ReplayReport {
  int64_t entries = 0;        // intact, handed to the visitor
  int64_t dropped_bytes = 0;  // from the first bad frame of a segment on
  // Unreadable header (another version's, say), unsealed snapshot, foreign
  // name; also segments of the snapshot that are not there any more.
  int64_t dropped_files = 0;
  bool IsClean() const { return dropped_bytes == 0 && dropped_files == 0; }
};

class Journal {
 public:
  explicit Journal(Directory& directory) : directory_(directory) {}

  // Reads everything there is, once, before anything is appended. New entries
  // always go to a fresh segment: nothing is appended after a torn tail.
  // Removes what a crash during compaction left behind; files with a header it
  // cannot read stay until the next compaction. After an error the journal
  // must not be used.
  Result<ReplayReport> Replay(FunctionRef<void(Entry&&)> visit);

  // An entry whose Append failed may or may not be replayed later.
  [[nodiscard]] ErrorCode Append(const Entry& entry);

  // True when the log has outgrown its last snapshot so far that compacting
  // now keeps the bytes ever written proportional to the entries appended.
  bool WantsCompaction() const;

  // Writes a snapshot: `dictate` calls the function it is given once for each
  // entry of the live state, in the order in which to replay them. Older
  // segments are removed after it is sealed. On error the log stays in force,
  // unless the seal was written all the same: both say the same.
  [[nodiscard]] ErrorCode Compact(
      FunctionRef<void(FunctionRef<void(const Entry&)>)> dictate);

 private:
  Directory& directory_;
  bool is_replayed_ = false;
  SegmentNumber next_number_ = 1;  // of the next segment of either kind
  SegmentNumber log_number_ = 0;   // of the segment appended to; 0: none yet
  size_t log_segment_bytes_ = 0;   // its length
  int64_t log_weight_ = 0;         // of the log since the snapshot, with
                                   // kJournalSegmentOverheadBytes for each file
  int64_t snapshot_bytes_ = 0;
};

}  // namespace background_fetch

#endif  // BACKGROUND_FETCH_JOURNAL_JOURNAL_H_
