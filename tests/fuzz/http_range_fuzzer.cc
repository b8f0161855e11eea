// Content-Range and Content-Length as servers send them: an accepted value
// means what it says.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "ranges/http_range.h"

namespace background_fetch {
namespace {

void CheckContentRange(std::string_view value) {
  const Result<ContentRange> parsed = ParseContentRange(value);
  if (!parsed.ok()) return;
  const ByteRange range = parsed.value().range;
  BF_CHECK(range.begin >= 0 && !range.IsEmpty() && range.end <= kOffsetMax);
  const auto complete = parsed.value().complete_length;
  BF_CHECK(!complete || range.end <= *complete);

  // What we would say of the same bytes parses to the same.
  const std::string asked = FormatRange(range);
  const std::string again =
      "bytes " + asked.substr(asked.find('=') + 1) + "/" +
      (complete ? std::to_string(*complete) : std::string("*"));
  BF_CHECK(ParseContentRange(again).value().range == range);
}

void CheckContentLength(std::string_view value) {
  const Result<int64_t> length = ParseContentLength(value);
  if (!length.ok()) return;
  BF_CHECK(length.value() >= 0 && length.value() <= kOffsetMax);
  // One of a list is enough, as is one said twice.
  const std::string twice = std::string(value) + "," + std::string(value);
  BF_CHECK(ParseContentLength(twice).value() == length.value());
}

}  // namespace
}  // namespace background_fetch

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view value(reinterpret_cast<const char*>(data), size);
  background_fetch::CheckContentRange(value);
  background_fetch::CheckContentLength(value);
  return 0;
}
