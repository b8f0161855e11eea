#include "base/checksum.h"

#include <array>

namespace background_fetch {
namespace {

// 0x1edc6f41 with its bits reversed: the low bit is the highest power.
constexpr uint32_t kPolynomial = 0x82f63b78u;

// One entry per half byte. The usual table of 256 is four times as fast, but
// random bytes do not compress: it would add a kilobyte to every download of
// the worker, and journals are small.
constexpr std::array<uint32_t, 16> MakeTable() {
  std::array<uint32_t, 16> table{};
  for (uint32_t index = 0; index < table.size(); ++index) {
    uint32_t remainder = index;
    for (int bit = 0; bit < 4; ++bit) {
      remainder = (remainder >> 1) ^ ((remainder & 1u) * kPolynomial);
    }
    table[index] = remainder;
  }
  return table;
}

constexpr std::array<uint32_t, 16> kTable = MakeTable();

}  // namespace

uint32_t Crc32c(std::string_view bytes, uint32_t preceding) {
  uint32_t remainder = ~preceding;
  for (const char byte : bytes) {
    remainder ^= static_cast<uint8_t>(byte);
    remainder = (remainder >> 4) ^ kTable[remainder & 15u];
    remainder = (remainder >> 4) ^ kTable[remainder & 15u];
  }
  return ~remainder;
}

}  // namespace background_fetch
