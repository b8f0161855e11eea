// Segment: the bytes of one journal file, its name, header and frames.
//
// FORMAT.md is the description; this is the only code that knows it. Pure
// functions over bytes: which segments count is the journal's business.

#ifndef BACKGROUND_FETCH_JOURNAL_SEGMENT_H_
#define BACKGROUND_FETCH_JOURNAL_SEGMENT_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace background_fetch {

// Numbers begin at 1 and only grow; file names have room for eight digits,
// which at one segment a second last three years.
using SegmentNumber = uint32_t;
inline constexpr SegmentNumber kSegmentNumberMax = 99'999'999;

// Stored in headers: values never change.
enum class SegmentKind : uint8_t { kLog = 1, kSnapshot = 2 };

struct SegmentName {
  SegmentNumber number = 0;
  SegmentKind kind = SegmentKind::kLog;

  friend auto operator<=>(const SegmentName&, const SegmentName&) = default;
};

// "00000042.log", "00000042.snap".
std::string FormatSegmentName(SegmentName name);
// Nothing for names that are not exactly of that form.
std::optional<SegmentName> ParseSegmentName(std::string_view name);

struct SegmentHeader {
  SegmentName name;
  // Of a snapshot: the number of its first segment, which tells its segments
  // from those of any other. Of a log: its own number.
  SegmentNumber first = 0;

  friend bool operator==(const SegmentHeader&, const SegmentHeader&) = default;
};

inline constexpr size_t kSegmentHeaderBytes = 18;
// Around each payload.
inline constexpr size_t kFrameOverheadBytes = 8;

void WriteSegmentHeader(const SegmentHeader& header, std::string* out);
// Errors: kMalformed, also for versions of the format that are not ours.
Result<SegmentHeader> ReadSegmentHeader(std::string_view segment);

void WriteFrame(std::string_view payload, std::string* out);

// The payload that ends a whole snapshot.
std::string EncodeSeal(SegmentNumber first);
std::optional<SegmentNumber> DecodeSeal(std::string_view payload);

// Takes a segment apart, behind its header. Stops at the first damage: where
// the next frame begins is unknown from there on.
class FrameReader {
 public:
  // `segment` begins with a header and must outlive the reader.
  explicit FrameReader(std::string_view segment)
      : rest_(segment.substr(kSegmentHeaderBytes)) {}

  // The next payload whose checksum is right; nothing at the end, and nothing
  // ever again after damage.
  std::optional<std::string_view> Next();

  // Bytes not handed out: 0 at a clean end.
  size_t remaining() const { return rest_.size(); }

 private:
  std::string_view rest_;
};

}  // namespace background_fetch

#endif  // BACKGROUND_FETCH_JOURNAL_SEGMENT_H_
