// One segment file from foreign bytes: header and frames come apart without
// reading outside, and are written back to the same bytes.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/check.h"
#include "journal/segment.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace background_fetch;
  const std::string_view segment(reinterpret_cast<const char*>(data), size);
  const std::optional<SegmentName> name = ParseSegmentName(segment);
  if (name) BF_CHECK(FormatSegmentName(*name) == segment);

  const Result<SegmentHeader> header = ReadSegmentHeader(segment);
  if (!header.ok()) return 0;
  std::string rewritten;
  WriteSegmentHeader(header.value(), &rewritten);
  FrameReader frames(segment);
  while (const std::optional<std::string_view> payload = frames.Next()) {
    const std::optional<SegmentNumber> seal = DecodeSeal(*payload);
    if (seal) BF_CHECK(EncodeSeal(*seal) == *payload);
    WriteFrame(*payload, &rewritten);
  }
  BF_CHECK(segment.starts_with(rewritten));
  BF_CHECK(rewritten.size() + frames.remaining() == size);
  return 0;
}
