#include "base/checksum.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>

namespace background_fetch {
namespace {

// RFC 3720, appendix B.4.
TEST(Checksum, AgreesWithPublishedVectors) {
  EXPECT_EQ(Crc32c(std::string(32, '\0')), 0x8a9136aau);
  EXPECT_EQ(Crc32c(std::string(32, '\xff')), 0x62a8ab43u);
  std::string ascending;
  for (char value = 0; value < 32; ++value) ascending.push_back(value);
  EXPECT_EQ(Crc32c(ascending), 0x46dd794eu);
  EXPECT_EQ(Crc32c("123456789"), 0xe3069283u);
  EXPECT_EQ(Crc32c(""), 0u);
}

TEST(Checksum, PartsInSequenceEqualTheWhole) {
  const std::string whole = "the quick brown fox";
  for (size_t cut = 0; cut <= whole.size(); ++cut) {
    EXPECT_EQ(Crc32c(whole.substr(cut), Crc32c(whole.substr(0, cut))),
              Crc32c(whole));
  }
}

TEST(Checksum, EveryFlippedBitIsNoticed) {
  std::string bytes = "body store";
  const uint32_t checksum = Crc32c(bytes);
  for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    const char mask = static_cast<char>(1u << (bit % 8));
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ mask);
    EXPECT_NE(Crc32c(bytes), checksum);
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ mask);
  }
}

}  // namespace
}  // namespace background_fetch
