// Bytes of the heap in use, counted by operator new: what the allocator hands
// out, its rounding included.

#ifndef BACKGROUND_FETCH_TESTS_BENCH_LIVE_MEMORY_H_
#define BACKGROUND_FETCH_TESTS_BENCH_LIVE_MEMORY_H_

#include <cstdint>

namespace background_fetch {

int64_t LiveMemoryBytes();

}  // namespace background_fetch

#endif  // BACKGROUND_FETCH_TESTS_BENCH_LIVE_MEMORY_H_
