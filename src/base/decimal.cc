#include "base/decimal.h"

#include "base/check.h"

namespace background_fetch {

std::string FormatDecimal(int64_t number, size_t digits_min) {
  BF_CHECK(number >= 0);
  // The largest number has nineteen digits.
  char buffer[20];
  char* const end = buffer + sizeof(buffer);
  char* begin = end;
  while (number > 0 || static_cast<size_t>(end - begin) < digits_min) {
    *--begin = static_cast<char>('0' + number % 10);
    number /= 10;
  }
  return std::string(begin, end);
}

}  // namespace background_fetch
