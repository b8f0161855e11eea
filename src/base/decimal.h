// Whole numbers as decimal text.

#ifndef BACKGROUND_FETCH_BASE_DECIMAL_H_
#define BACKGROUND_FETCH_BASE_DECIMAL_H_

#include <cstddef>
#include <cstdint>
#include <string>

namespace background_fetch {

// With zeros in front when there are fewer than `digits_min`. Shorter in code
// than std::to_string, which is made to be fast.
std::string FormatDecimal(int64_t number, size_t digits_min = 1);

}  // namespace background_fetch

#endif  // BACKGROUND_FETCH_BASE_DECIMAL_H_
