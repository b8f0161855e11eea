// Header lists of two responses: what is concluded from the first, and whether
// the second may be joined to it, follows the rules that keep bytes right.

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/check.h"
#include "ranges/http_range.h"
#include "ranges/join.h"
#include "ranges/representation.h"
#include "tests/fuzz/fuzz_input.h"

namespace background_fetch {
namespace {

void CheckJoined(const Representation& stored, const AskedRange& asked,
                 const ResponseHead& answer) {
  BF_CHECK(answer.status == 206);
  BF_CHECK(answer.url == stored.url);
  BF_CHECK(FindHeader(answer.headers, "content-encoding").empty());
  BF_CHECK(stored.etag.empty() ||
           stored.etag == FindHeader(answer.headers, "etag"));
  const auto part =
      ParseContentRange(FindHeader(answer.headers, "content-range"));
  if (part.ok()) {
    BF_CHECK(part.value().range.begin == asked.begin);
    BF_CHECK(!asked.end || part.value().range.end == *asked.end);
  } else {
    BF_CHECK(answer.type == "cors" && stored.length);
  }
}

void Run(FuzzInput input) {
  const Representation stored = DescribeRepresentation(input.TakeHead());
  BF_CHECK(!stored.length || *stored.length >= 0);
  BF_CHECK(!stored.is_encoded || !MayResume(stored));
  BF_CHECK(!MaySplit(stored) || (MayResume(stored) && stored.length));

  AskedRange asked{.begin = input.TakeOffset()};
  if (input.TakeBool()) asked.end = input.TakeOffset();
  const ResponseHead answer = input.TakeHead();
  switch (MayJoin(stored, asked, answer)) {
    case JoinVerdict::kJoin:
      CheckJoined(stored, asked, answer);
      return;
    case JoinVerdict::kTakeFromZero:
      BF_CHECK(answer.status == 200);
      return;
    case JoinVerdict::kComplete:
      BF_CHECK(answer.status == 416 && answer.url == stored.url && !asked.end);
      BF_CHECK(
          ParseUnsatisfiedRange(FindHeader(answer.headers, "content-range"))
              .value() == asked.begin);
      return;
    case JoinVerdict::kWait:
      // Another page, 429 with a time to come back, or an error that may pass.
      BF_CHECK(answer.status == 200 || answer.status >= 500 ||
               !FindHeader(answer.headers, "retry-after").empty());
      return;
    case JoinVerdict::kRestart:
      return;
  }
  BF_CHECK(false);
}

}  // namespace
}  // namespace background_fetch

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  background_fetch::Run(background_fetch::FuzzInput(data, size));
  return 0;
}
