#include "base/check.h"

#include <cstdlib>

#ifndef __EMSCRIPTEN__
#include <cstdio>
#endif

namespace background_fetch {

void CheckFailed([[maybe_unused]] const char* condition,
                 [[maybe_unused]] const char* file, [[maybe_unused]] int line) {
#ifndef __EMSCRIPTEN__
  // Not in wasm: stdio would cost more bytes than the rest of this layer, and
  // the abort's stack trace names the place as well.
  std::fprintf(stderr, "%s:%d: check failed: %s\n", file, line, condition);
#endif
  std::abort();
}

}  // namespace background_fetch
