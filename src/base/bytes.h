// ByteWriter and ByteReader: numbers and strings as bytes, and back.
//
// Fixed-width integers are little-endian; varints are LEB128 in the shortest
// form, seven bits a byte, low bits first; a string is its length as a varint,
// then its bytes.

#ifndef BACKGROUND_FETCH_BASE_BYTES_H_
#define BACKGROUND_FETCH_BASE_BYTES_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace background_fetch {

// Appends to a string that the caller owns and that must outlive the writer.
class ByteWriter {
 public:
  explicit ByteWriter(std::string* out) : out_(out) {}

  void WriteByte(uint8_t value);
  void WriteFixed32(uint32_t value);
  void WriteVarint(uint64_t value);
  void WriteString(std::string_view value);

 private:
  std::string* out_;
};

// Reads foreign bytes. Errors are sticky: after the first one every read
// returns zero or "", so callers read a whole structure and ask once.
// Never reads past the end and allocates nothing; strings it returns point
// into the bytes it was given.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

  uint8_t ReadByte();
  uint32_t ReadFixed32();
  uint64_t ReadVarint();
  std::string_view ReadString();
  // Exactly `length` bytes.
  std::string_view ReadBytes(uint64_t length);

  // For callers that find a value they cannot accept.
  void Fail();
  bool failed() const { return failed_; }

  // Bytes not read yet; 0 after an error.
  size_t remaining() const { return rest_.size(); }

 private:
  std::string_view rest_;
  bool failed_ = false;
};

}  // namespace background_fetch

#endif  // BACKGROUND_FETCH_BASE_BYTES_H_
