// BF_CHECK: an assertion that stays on in every build.
//
// A failed check is a bug of ours, never the world's doing. Natively it prints
// and aborts; in wasm it aborts, and the host drops the engine instance and
// replays the journal.

#ifndef BACKGROUND_FETCH_BASE_CHECK_H_
#define BACKGROUND_FETCH_BASE_CHECK_H_

namespace background_fetch {

[[noreturn]] void CheckFailed(const char* condition, const char* file,
                              int line);

}  // namespace background_fetch

#define BF_CHECK(condition)                                            \
  do {                                                                 \
    if (!(condition)) [[unlikely]] {                                   \
      ::background_fetch::CheckFailed(#condition, __FILE__, __LINE__); \
    }                                                                  \
  } while (false)

#endif  // BACKGROUND_FETCH_BASE_CHECK_H_
