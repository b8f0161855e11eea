#include "base/decimal.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace background_fetch {
namespace {

TEST(Decimal, HasAllDigits) {
  EXPECT_EQ(FormatDecimal(0), "0");
  EXPECT_EQ(FormatDecimal(7), "7");
  EXPECT_EQ(FormatDecimal(10), "10");
  EXPECT_EQ(FormatDecimal(INT64_MAX), "9223372036854775807");
}

TEST(Decimal, ZerosFillUpToTheLeastNumberOfDigits) {
  EXPECT_EQ(FormatDecimal(0, 3), "000");
  EXPECT_EQ(FormatDecimal(42, 8), "00000042");
  EXPECT_EQ(FormatDecimal(1234, 3), "1234");
}

}  // namespace
}  // namespace background_fetch
