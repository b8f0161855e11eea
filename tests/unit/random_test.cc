#include "base/random.h"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>

namespace background_fetch {
namespace {

// The first outputs of the reference implementation of SplitMix64.
TEST(Random, FollowsTheReferenceSequence) {
  Random from_zero(0);
  EXPECT_EQ(from_zero.Next(), 0xe220a8397b1dcdafu);
  EXPECT_EQ(from_zero.Next(), 0x6e789e6aa1b965f4u);
  EXPECT_EQ(from_zero.Next(), 0x06c45d188009454fu);

  Random other(1234567);
  EXPECT_EQ(other.Next(), 6457827717110365317u);
  EXPECT_EQ(other.Next(), 3203168211198807973u);
}

TEST(Random, SameSeedReplaysTheSameRun) {
  Random first(42);
  Random second(42);
  for (int step = 0; step < 1000; ++step) {
    ASSERT_EQ(first.Below(1 << 20), second.Below(1 << 20));
  }
}

TEST(Random, BelowStaysBelowAndReachesEveryNumber) {
  Random random(1);
  std::array<int, 10> seen{};
  for (int step = 0; step < 1000; ++step) {
    const int64_t number = random.Below(10);
    ASSERT_GE(number, 0);
    ASSERT_LT(number, 10);
    ++seen[static_cast<size_t>(number)];
  }
  // A hundred each, give or take four standard deviations.
  for (const int count : seen) {
    EXPECT_GT(count, 60);
    EXPECT_LT(count, 140);
  }
}

TEST(Random, BelowOneIsAlwaysZero) {
  Random random(3);
  for (int step = 0; step < 100; ++step) ASSERT_EQ(random.Below(1), 0);
}

TEST(Random, BelowTheLargestBoundIsNeverNegative) {
  Random random(3);
  for (int step = 0; step < 1000; ++step) ASSERT_GE(random.Below(INT64_MAX), 0);
}

TEST(RandomDeathTest, BoundThatHoldsNothingIsABug) {
  Random random(3);
  EXPECT_DEATH(random.Below(0), "check failed");
  EXPECT_DEATH(random.Below(-1), "check failed");
}

}  // namespace
}  // namespace background_fetch
