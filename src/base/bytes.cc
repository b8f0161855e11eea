#include "base/bytes.h"

namespace background_fetch {

void ByteWriter::WriteByte(uint8_t value) {
  out_->push_back(static_cast<char>(value));
}

void ByteWriter::WriteFixed32(uint32_t value) {
  for (int shift = 0; shift < 32; shift += 8) {
    WriteByte(static_cast<uint8_t>(value >> shift));
  }
}

void ByteWriter::WriteVarint(uint64_t value) {
  while (value >= 0x80) {
    WriteByte(static_cast<uint8_t>(value | 0x80));
    value >>= 7;
  }
  WriteByte(static_cast<uint8_t>(value));
}

void ByteWriter::WriteString(std::string_view value) {
  WriteVarint(value.size());
  out_->append(value);
}

uint8_t ByteReader::ReadByte() {
  const std::string_view bytes = ReadBytes(1);
  return bytes.empty() ? uint8_t{0} : static_cast<uint8_t>(bytes[0]);
}

uint32_t ByteReader::ReadFixed32() {
  const std::string_view bytes = ReadBytes(4);
  uint32_t value = 0;
  for (size_t i = 0; i < bytes.size(); ++i) {
    value |= uint32_t{static_cast<uint8_t>(bytes[i])} << (8 * i);
  }
  return value;
}

uint64_t ByteReader::ReadVarint() {
  uint64_t value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    const uint64_t byte = ReadByte();
    const uint64_t bits = byte & 0x7f;
    // The tenth byte has room for one bit only.
    if (bits << shift >> shift != bits) break;
    value |= bits << shift;
    if (byte < 0x80) {
      // One value, one encoding: a last byte that adds nothing is refused.
      if (byte == 0 && shift > 0) break;
      return value;
    }
  }
  Fail();
  return 0;
}

std::string_view ByteReader::ReadString() { return ReadBytes(ReadVarint()); }

std::string_view ByteReader::ReadBytes(uint64_t length) {
  if (length > rest_.size()) {
    Fail();
    return {};
  }
  const std::string_view bytes = rest_.substr(0, static_cast<size_t>(length));
  rest_.remove_prefix(bytes.size());
  return bytes;
}

void ByteReader::Fail() {
  failed_ = true;
  rest_ = {};
}

}  // namespace background_fetch
