// CRC-32C (Castagnoli): tells damaged bytes from whole ones.
//
// Detects every change confined to 32 neighbouring bits, so every flipped bit
// and every torn byte. It is no defence against forgery: whoever can write the
// origin's storage can write a matching checksum.

#ifndef BACKGROUND_FETCH_BASE_CHECKSUM_H_
#define BACKGROUND_FETCH_BASE_CHECKSUM_H_

#include <cstdint>
#include <string_view>

namespace background_fetch {

// The checksum of `bytes`, or, given the checksum of what precedes them, of
// both together: Crc32c("ab") == Crc32c("b", Crc32c("a")).
uint32_t Crc32c(std::string_view bytes, uint32_t preceding = 0);

}  // namespace background_fetch

#endif  // BACKGROUND_FETCH_BASE_CHECKSUM_H_
