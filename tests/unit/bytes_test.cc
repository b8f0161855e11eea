#include "base/bytes.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "base/random.h"

namespace background_fetch {
namespace {

std::string Varint(uint64_t value) {
  std::string bytes;
  ByteWriter(&bytes).WriteVarint(value);
  return bytes;
}

TEST(Bytes, FixedIntegersAreLittleEndian) {
  std::string bytes;
  ByteWriter writer(&bytes);
  writer.WriteByte(0xfe);
  writer.WriteFixed32(0x04030201u);
  EXPECT_EQ(bytes, "\xfe\x01\x02\x03\x04");
  ByteReader reader(bytes);
  EXPECT_EQ(reader.ReadByte(), 0xfe);
  EXPECT_EQ(reader.ReadFixed32(), 0x04030201u);
  EXPECT_EQ(reader.remaining(), 0u);
  EXPECT_FALSE(reader.failed());
}

TEST(Bytes, VarintsUseSevenBitsAByteLowBitsFirst) {
  EXPECT_EQ(Varint(0), std::string(1, '\0'));
  EXPECT_EQ(Varint(127), "\x7f");
  EXPECT_EQ(Varint(128), "\x80\x01");
  EXPECT_EQ(Varint(300), "\xac\x02");
  EXPECT_EQ(Varint(UINT64_MAX), "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01");
}

TEST(Bytes, VarintsOfEveryWidthComeBack) {
  Random random(1);
  for (int bits = 0; bits <= 64; ++bits) {
    const uint64_t value = bits == 0 ? 0 : random.Next() >> (64 - bits);
    const std::string bytes = Varint(value);
    ByteReader reader(bytes);
    EXPECT_EQ(reader.ReadVarint(), value);
    EXPECT_FALSE(reader.failed());
    EXPECT_EQ(reader.remaining(), 0u);
  }
}

TEST(Bytes, VarintThatDoesNotFit64BitsFails) {
  for (const std::string_view bytes :
       {std::string_view("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02"),
        std::string_view("\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01")}) {
    ByteReader reader(bytes);
    EXPECT_EQ(reader.ReadVarint(), 0u);
    EXPECT_TRUE(reader.failed());
  }
}

TEST(Bytes, VarintLongerThanNeededFails) {
  ByteReader reader(std::string_view("\x81\x00", 2));
  EXPECT_EQ(reader.ReadVarint(), 0u);
  EXPECT_TRUE(reader.failed());
}

TEST(Bytes, StringsCarryTheirLengthAndAnyByte) {
  const std::string text("a\0\xff", 3);
  std::string bytes;
  ByteWriter writer(&bytes);
  writer.WriteString(text);
  writer.WriteString("");
  EXPECT_EQ(bytes, std::string("\x03"
                               "a\0\xff\0",
                               5));
  ByteReader reader(bytes);
  EXPECT_EQ(reader.ReadString(), text);
  EXPECT_EQ(reader.ReadString(), "");
  EXPECT_FALSE(reader.failed());
}

TEST(Bytes, StringLongerThanTheBytesLeftFails) {
  ByteReader reader(
      "\x03"
      "ab");
  EXPECT_EQ(reader.ReadString(), "");
  EXPECT_TRUE(reader.failed());
}

TEST(Bytes, StringWithHugeLengthFailsWithoutAllocating) {
  const std::string bytes = Varint(UINT64_MAX) + "ab";
  ByteReader reader(bytes);
  EXPECT_EQ(reader.ReadString(), "");
  EXPECT_TRUE(reader.failed());
}

TEST(Bytes, NothingIsReadAfterAnError) {
  ByteReader reader("abc");
  reader.ReadFixed32();
  ASSERT_TRUE(reader.failed());
  EXPECT_EQ(reader.remaining(), 0u);
  EXPECT_EQ(reader.ReadByte(), 0);
  EXPECT_EQ(reader.ReadFixed32(), 0u);
  EXPECT_EQ(reader.ReadBytes(1), "");
  EXPECT_TRUE(reader.failed());
}

}  // namespace
}  // namespace background_fetch
