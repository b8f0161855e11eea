// Entries from foreign bytes: whatever is accepted encodes to the same bytes.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "journal/entry_codec.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto entry = background_fetch::DecodeEntry(bytes);
  if (!entry.ok()) return 0;
  std::string encoded;
  background_fetch::EncodeEntry(entry.value(), &encoded);
  BF_CHECK(encoded == bytes);
  return 0;
}
