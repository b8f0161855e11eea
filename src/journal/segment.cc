#include "journal/segment.h"

#include "base/bytes.h"
#include "base/check.h"
#include "base/checksum.h"
#include "base/decimal.h"
#include "base/limits.h"

namespace background_fetch {
namespace {

constexpr std::string_view kMagic = "BFPJ";
constexpr uint8_t kFormatVersion = 1;
constexpr uint8_t kSealTag = 0;

constexpr size_t kNumberDigits = 8;
constexpr size_t kChecksumBytes = 4;
constexpr size_t kFrameLengthBytes = 4;
static_assert(kFrameOverheadBytes == kFrameLengthBytes + kChecksumBytes);

std::string_view Suffix(SegmentKind kind) {
  return kind == SegmentKind::kLog ? ".log" : ".snap";
}

}  // namespace

std::string FormatSegmentName(SegmentName name) {
  BF_CHECK(name.number >= 1 && name.number <= kSegmentNumberMax);
  return FormatDecimal(name.number, kNumberDigits).append(Suffix(name.kind));
}

std::optional<SegmentName> ParseSegmentName(std::string_view name) {
  SegmentName parsed;
  for (const char digit : name.substr(0, kNumberDigits)) {
    if (digit < '0' || digit > '9') return std::nullopt;
    parsed.number =
        parsed.number * 10 + static_cast<SegmentNumber>(digit - '0');
  }
  if (parsed.number == 0) return std::nullopt;
  for (const SegmentKind kind : {SegmentKind::kLog, SegmentKind::kSnapshot}) {
    parsed.kind = kind;
    if (FormatSegmentName(parsed) == name) return parsed;
  }
  return std::nullopt;
}

void WriteSegmentHeader(const SegmentHeader& header, std::string* out) {
  const size_t begin = out->size();
  out->append(kMagic);
  ByteWriter writer(out);
  writer.WriteByte(kFormatVersion);
  writer.WriteByte(static_cast<uint8_t>(header.name.kind));
  writer.WriteFixed32(header.name.number);
  writer.WriteFixed32(header.first);
  writer.WriteFixed32(Crc32c(std::string_view(*out).substr(begin)));
  BF_CHECK(out->size() - begin == kSegmentHeaderBytes);
}

Result<SegmentHeader> ReadSegmentHeader(std::string_view segment) {
  ByteReader reader(segment);
  const std::string_view magic = reader.ReadBytes(kMagic.size());
  const uint8_t version = reader.ReadByte();
  const uint8_t kind = reader.ReadByte();
  const SegmentNumber number = reader.ReadFixed32();
  const SegmentNumber first = reader.ReadFixed32();
  const uint32_t checksum = reader.ReadFixed32();
  if (reader.failed() || magic != kMagic || version != kFormatVersion ||
      checksum !=
          Crc32c(segment.substr(0, kSegmentHeaderBytes - kChecksumBytes))) {
    return ErrorCode::kMalformed;
  }
  if (kind != static_cast<uint8_t>(SegmentKind::kLog) &&
      kind != static_cast<uint8_t>(SegmentKind::kSnapshot)) {
    return ErrorCode::kMalformed;
  }
  return SegmentHeader{
      .name = {.number = number, .kind = static_cast<SegmentKind>(kind)},
      .first = first};
}

void WriteFrame(std::string_view payload, std::string* out) {
  BF_CHECK(payload.size() <= static_cast<size_t>(kJournalEntryBytesMax));
  ByteWriter writer(out);
  const size_t begin = out->size();
  writer.WriteFixed32(static_cast<uint32_t>(payload.size()));
  // The checksum covers the length too. A file that was extended but never
  // written is all zeros, and eight zeros must not pass for an empty frame.
  const uint32_t length_checksum = Crc32c(std::string_view(*out).substr(begin));
  writer.WriteFixed32(Crc32c(payload, length_checksum));
  out->append(payload);
}

std::string EncodeSeal(SegmentNumber first) {
  std::string payload;
  ByteWriter writer(&payload);
  writer.WriteByte(kSealTag);
  writer.WriteVarint(first);
  return payload;
}

std::optional<SegmentNumber> DecodeSeal(std::string_view payload) {
  ByteReader reader(payload);
  const uint8_t tag = reader.ReadByte();
  const uint64_t first = reader.ReadVarint();
  if (reader.failed() || reader.remaining() > 0 || tag != kSealTag ||
      first > kSegmentNumberMax) {
    return std::nullopt;
  }
  return static_cast<SegmentNumber>(first);
}

std::optional<std::string_view> FrameReader::Next() {
  ByteReader reader(rest_);
  const uint32_t length = reader.ReadFixed32();
  const uint32_t checksum = reader.ReadFixed32();
  const std::string_view payload = reader.ReadBytes(length);
  if (reader.failed() || length > kJournalEntryBytesMax ||
      checksum != Crc32c(payload, Crc32c(rest_.substr(0, kFrameLengthBytes)))) {
    return std::nullopt;
  }
  rest_.remove_prefix(kFrameOverheadBytes + payload.size());
  return payload;
}

}  // namespace background_fetch
