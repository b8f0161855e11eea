// Retry-After as servers send it: never longer than the limit, never negative.

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/check.h"
#include "base/limits.h"
#include "fetch/retry.h"
#include "tests/fuzz/fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace background_fetch;
  FuzzInput input(data, size);
  const TimeMs now = input.TakeOffset();
  const std::optional<DurationMs> wait = ParseRetryAfter(input.TakeRest(), now);
  if (wait) BF_CHECK(*wait >= 0 && *wait <= kRetryAfterMaxMs);
  return 0;
}
