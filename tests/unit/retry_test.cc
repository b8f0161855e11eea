#include "fetch/retry.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>

#include "base/limits.h"

namespace background_fetch {
namespace {

// Sat, 21 Nov 2026 10:00:00 GMT
constexpr TimeMs kNow = 1'795'255'200'000;

struct Extremes {
  DurationMs least = INT64_MAX;
  DurationMs most = 0;
};

Extremes DelaysOf(int32_t attempt) {
  Extremes seen;
  Random random(1);
  for (int i = 0; i < 2000; ++i) {
    const DurationMs delay = RetryDelay(attempt, random);
    seen.least = std::min(seen.least, delay);
    seen.most = std::max(seen.most, delay);
  }
  return seen;
}

// --- Our own delays ----------------------------------------------------------

TEST(RetryDelay, DoublesWithEveryAttemptAndKeepsToTheUpperHalf) {
  DurationMs ceiling = kRetryDelayFirstMs;
  for (int32_t attempt = 1; attempt <= 10; ++attempt) {
    SCOPED_TRACE(attempt);
    const Extremes delays = DelaysOf(attempt);
    EXPECT_GE(delays.least, ceiling / 2);
    EXPECT_LE(delays.most, ceiling);
    // The whole span is used.
    EXPECT_LT(delays.least, ceiling * 55 / 100);
    EXPECT_GT(delays.most, ceiling * 95 / 100);
    ceiling *= 2;
  }
}

TEST(RetryDelay, BothEndsOfTheUpperHalfBelongToIt) {
  const Extremes delays = DelaysOf(1);
  EXPECT_EQ(delays.least, kRetryDelayFirstMs / 2);
  EXPECT_EQ(delays.most, kRetryDelayFirstMs);
}

TEST(RetryDelay, StopsGrowingAtTheLargest) {
  for (const int32_t attempt : {12, 24, 1000, INT32_MAX}) {
    SCOPED_TRACE(attempt);
    const Extremes delays = DelaysOf(attempt);
    EXPECT_GE(delays.least, kRetryDelayMaxMs / 2);
    EXPECT_LE(delays.most, kRetryDelayMaxMs);
  }
}

TEST(RetryDelay, AllRetriesTogetherTakeAboutAnHour) {
  Random random(1);
  DurationMs total = 0;
  for (int32_t attempt = 1; attempt <= kRetriesMax; ++attempt) {
    total += RetryDelay(attempt, random);
  }
  EXPECT_GT(total, DurationMs{40} * 60 * 1000);
  EXPECT_LT(total, DurationMs{75} * 60 * 1000);
}

TEST(RetryDelayDeathTest, AttemptsCountFromOne) {
  Random random(1);
  EXPECT_DEATH(RetryDelay(0, random), "check failed");
}

// --- The server's ------------------------------------------------------------

TEST(ParseRetryAfter, SecondsBecomeMilliseconds) {
  EXPECT_EQ(ParseRetryAfter("0", kNow), 0);
  EXPECT_EQ(ParseRetryAfter("7", kNow), 7000);
  EXPECT_EQ(ParseRetryAfter("0120", kNow), 120'000);
}

TEST(ParseRetryAfter, LongWaitIsCutHoweverManyDigits) {
  EXPECT_EQ(ParseRetryAfter("3600", kNow), kRetryAfterMaxMs);
  EXPECT_EQ(ParseRetryAfter("3601", kNow), kRetryAfterMaxMs);
  EXPECT_EQ(ParseRetryAfter(std::string(1000, '9'), kNow), kRetryAfterMaxMs);
}

TEST(ParseRetryAfter, DateIsWaitedForFromNow) {
  EXPECT_EQ(ParseRetryAfter("Sat, 21 Nov 2026 10:00:07 GMT", kNow), 7000);
  EXPECT_EQ(ParseRetryAfter("Sat, 21 Nov 2026 11:00:00 GMT", kNow),
            kRetryAfterMaxMs);
  EXPECT_EQ(ParseRetryAfter("Sat, 21 Nov 2026 11:00:01 GMT", kNow),
            kRetryAfterMaxMs);
  EXPECT_EQ(ParseRetryAfter("Sat, 21 Nov 2026 09:59:59 GMT", kNow), 0);
}

TEST(ParseRetryAfter, AnythingElseIsNothing) {
  for (const char* value : {
           "",
           " ",
           "-1",
           "+1",
           "1.5",
           "7 ",
           "7s",
           "soon",
           "Sat, 21 Nov 2026",
       }) {
    SCOPED_TRACE(value);
    EXPECT_EQ(ParseRetryAfter(value, kNow), std::nullopt);
  }
}

}  // namespace
}  // namespace background_fetch
