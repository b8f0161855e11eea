#include "ranges/connection_governor.h"

#include <algorithm>
#include <cstdint>

#include "base/limits.h"
#include "gtest/gtest.h"

namespace background_fetch {
namespace {

constexpr int64_t kMiB = int64_t{1024} * 1024;

// A link over which `part` MiB take one second divided by `speed_of(n)`, the
// MiB a second that each of n connections gets.
template <typename SpeedOf>
class Link {
 public:
  explicit Link(SpeedOf speed_of) : speed_of_(speed_of) {}

  void Download(int parts) {
    for (int i = 0; i < parts; ++i) {
      const int32_t connections = governor.limit();
      const TimeMs asked_at = now;
      now += static_cast<TimeMs>(1000 / speed_of_(std::min(connections, room)));
      governor.OnPart(kMiB, asked_at, std::min(connections, room), most, now);
    }
  }

  ConnectionGovernor governor;
  TimeMs now = 1'000'000;
  int32_t most = kConnectionsPerOriginMax;
  // What others leave of these.
  int32_t room = kConnectionsPerOriginMax;

 private:
  SpeedOf speed_of_;
};

TEST(ConnectionGovernor, StartsWithTwo) {
  EXPECT_EQ(ConnectionGovernor().limit(), kConnectionsPerRecordMin);
}

TEST(ConnectionGovernor, GrowsToTheMostWhereEachConnectionIsCapped) {
  Link link([](int32_t) { return 8; });
  link.Download(20);
  EXPECT_EQ(link.governor.limit(), kConnectionsPerRecordMax);
}

TEST(ConnectionGovernor, TriesTheMostAtOnce) {
  Link link([](int32_t) { return 8; });
  EXPECT_FALSE(link.governor.is_trying());
  link.Download(2);
  EXPECT_TRUE(link.governor.is_trying());
  EXPECT_EQ(link.governor.limit(), kConnectionsPerRecordMax);
  link.Download(4);
  EXPECT_FALSE(link.governor.is_trying());
}

TEST(ConnectionGovernor, GoesBackToTwoWhereTheLinkIsFull) {
  Link link([](int32_t connections) { return 24 / connections; });
  link.Download(2);
  EXPECT_EQ(link.governor.limit(), 4);
  link.Download(4);
  EXPECT_EQ(link.governor.limit(), 3);
  link.Download(3);
  EXPECT_EQ(link.governor.limit(), 2);
  link.Download(10);
  EXPECT_EQ(link.governor.limit(), 2);
}

TEST(ConnectionGovernor, TriesAgainAfterTheInterval) {
  Link link([](int32_t connections) { return 24 / connections; });
  link.Download(2 + 4 + 3);
  ASSERT_EQ(link.governor.limit(), 2);
  link.now += kConnectionTrialIntervalMs;
  link.Download(2);
  EXPECT_EQ(link.governor.limit(), 4);
}

// 20 MiB a second of two, 25 of three and of four.
TEST(ConnectionGovernor, KeepsTheThirdAloneWhereBothAreNotWorthIt) {
  Link link([](int32_t connections) {
    return connections == 2 ? 10 : 25.0 / connections;
  });
  link.Download(2 + 4);
  EXPECT_EQ(link.governor.limit(), 3);
  EXPECT_TRUE(link.governor.is_trying());
  link.Download(3);
  EXPECT_EQ(link.governor.limit(), 3);
  EXPECT_FALSE(link.governor.is_trying());
}

TEST(ConnectionGovernor, KeepsTheThirdWhenTheFourthGainsNothing) {
  Link link([](int32_t connections) { return connections <= 3 ? 8 : 6; });
  link.Download(2 + 4);
  EXPECT_EQ(link.governor.limit(), 4);  // 1.5 times as fast as two
  link.now += kConnectionTrialIntervalMs;
  link.Download(4);
  EXPECT_EQ(link.governor.limit(), 3);
  link.Download(3);
  EXPECT_EQ(link.governor.limit(), 2);
  link.Download(2);
  EXPECT_EQ(link.governor.limit(), 3);
  link.Download(10);
  EXPECT_EQ(link.governor.limit(), 3);
}

// 8 MiB a second each at first; then the link is full.
TEST(ConnectionGovernor, ShrinksOnceTheOthersGainNothingAnyMore) {
  bool is_full = false;
  Link link(
      [&](int32_t connections) { return is_full ? 24 / connections : 8; });
  link.Download(2 + 4);
  ASSERT_EQ(link.governor.limit(), 4);
  is_full = true;
  link.Download(8);
  EXPECT_EQ(link.governor.limit(), 4);  // not yet time for a trial
  link.now += kConnectionTrialIntervalMs;
  link.Download(4);
  EXPECT_EQ(link.governor.limit(), 3);
  // That was right, so the next follows at once.
  link.Download(3);
  EXPECT_EQ(link.governor.limit(), 2);
  link.Download(2 + 2);
  EXPECT_EQ(link.governor.limit(), 2);
}

TEST(ConnectionGovernor, GoesBackToTheMostThatAreWorthIt) {
  Link link([](int32_t) { return 8; });
  link.Download(2 + 4);
  link.now += kConnectionTrialIntervalMs;
  link.Download(4);
  EXPECT_EQ(link.governor.limit(), 3);
  link.Download(3);
  EXPECT_EQ(link.governor.limit(), 4);
  // Again and again, and never more.
  for (int i = 0; i < 5; ++i) {
    link.now += kConnectionTrialIntervalMs;
    link.Download(4 + 3);
    EXPECT_EQ(link.governor.limit(), 4);
  }
}

TEST(ConnectionGovernor, BetweenTheBoundsBothWaysAreTriedInTurn) {
  Link link([](int32_t connections) { return connections <= 3 ? 8 : 6; });
  link.Download(2 + 4);
  link.now += kConnectionTrialIntervalMs;
  link.Download(4 + 3 + 2);
  ASSERT_EQ(link.governor.limit(), 3);
  link.now += kConnectionTrialIntervalMs;
  link.Download(3);
  EXPECT_EQ(link.governor.limit(), 4);
  link.Download(4);
  ASSERT_EQ(link.governor.limit(), 3);
  link.now += kConnectionTrialIntervalMs;
  link.Download(3);
  EXPECT_EQ(link.governor.limit(), 2);
}

// Two steps together are a gain that neither is alone: 10, 11 and 12 MiB a
// second in all.
TEST(ConnectionGovernor, WhatWouldBeTakenBackOneByOneIsNotKept) {
  Link link(
      [](int32_t connections) { return (8.0 + connections) / connections; });
  for (int i = 0; i < 5; ++i) {
    link.now += kConnectionTrialIntervalMs;
    link.Download(2 + 4 + 3);
    EXPECT_EQ(link.governor.limit(), 2);
  }
}

TEST(ConnectionGovernor, TriesNoMoreThanThereMayBe) {
  for (const int32_t most : {1, 2, 3}) {
    Link link([](int32_t) { return 8; });
    link.most = most;
    link.room = most;
    link.Download(2);
    EXPECT_EQ(link.governor.is_trying(), most > 2);
    for (int i = 0; i < 3; ++i) {
      link.Download(30);
      link.now += kConnectionTrialIntervalMs;
      EXPECT_LE(link.governor.limit(), std::max(most, 2));
    }
    link.Download(30);
    EXPECT_EQ(link.governor.limit(), std::max(most, 2));
    EXPECT_FALSE(link.governor.is_trying());
  }
}

// The most that there may be is the bound at which trials change direction.
TEST(ConnectionGovernor, ShrinksFromTheMostThatThereMayBe) {
  bool is_full = false;
  Link link(
      [&](int32_t connections) { return is_full ? 24 / connections : 8; });
  link.most = 3;
  link.Download(2 + 3);
  ASSERT_EQ(link.governor.limit(), 3);
  for (int i = 0; i < 2; ++i) {
    link.now += kConnectionTrialIntervalMs;
    link.Download(3 + 2);
    ASSERT_EQ(link.governor.limit(), 3);
  }
  is_full = true;
  link.now += kConnectionTrialIntervalMs;
  link.Download(3 + 2);
  EXPECT_EQ(link.governor.limit(), 2);
}

TEST(ConnectionGovernor, TakesBackATrialThatOthersLeaveNoRoomFor) {
  Link link([](int32_t) { return 8; });
  link.room = 2;
  for (const int32_t wanted : {4, 3}) {
    link.Download(20);
    ASSERT_TRUE(link.governor.is_trying());
    EXPECT_EQ(link.governor.limit(), wanted);
    link.now += kConnectionTrialIntervalMs;
    link.Download(1);
  }
  EXPECT_FALSE(link.governor.is_trying());
  EXPECT_EQ(link.governor.limit(), 2);
  // Once there is room, it is tried again.
  link.room = kConnectionsPerOriginMax;
  link.Download(2);
  link.now += kConnectionTrialIntervalMs;
  link.Download(2 + 4);
  EXPECT_EQ(link.governor.limit(), 4);
  EXPECT_FALSE(link.governor.is_trying());
}

TEST(ConnectionGovernor, KeepsTheThirdWhereOthersLeaveNoRoomForTheFourth) {
  Link link([](int32_t) { return 8; });
  link.room = 3;
  link.Download(20);
  ASSERT_TRUE(link.governor.is_trying());
  link.now += kConnectionTrialIntervalMs;
  link.Download(1 + 3);
  EXPECT_EQ(link.governor.limit(), 3);
  EXPECT_FALSE(link.governor.is_trying());
}

// What just counts as worth it is kept, and a hair less is not.
TEST(ConnectionGovernor, WorthwhileIsAsMuchFasterAsTheLimitSays) {
  for (const int64_t missing : {0, 1}) {
    ConnectionGovernor governor;
    const int64_t before = 2 * kMiB;  // bytes a second, of two
    governor.OnPart(before / 2, 0, 2, 4, 1000);
    governor.OnPart(before / 2, 0, 2, 4, 1000);
    ASSERT_EQ(governor.limit(), 4);
    const int64_t wanted = before * kTwiceWorthwhilePercent / 100;
    for (int i = 0; i < 3; ++i) governor.OnPart(wanted / 4, 1000, 4, 4, 2000);
    governor.OnPart(wanted - 3 * (wanted / 4) - missing, 1000, 4, 4, 2000);
    EXPECT_EQ(governor.limit(), missing == 0 ? 4 : 3);
  }
}

TEST(ConnectionGovernor, PartsThatSharedTheLinkWithMoreDoNotCount) {
  ConnectionGovernor governor;
  for (int i = 0; i < 10; ++i) governor.OnPart(kMiB, 1000, 3, 4, 2000);
  EXPECT_EQ(governor.limit(), 2);
}

TEST(ConnectionGovernor, PartsAskedForBeforeTheChangeDoNotCount) {
  ConnectionGovernor governor;
  governor.OnPart(kMiB, /*asked_at=*/1000, 2, 4, /*now=*/2000);
  governor.OnPart(kMiB, /*asked_at=*/1000, 2, 4, /*now=*/2000);
  ASSERT_EQ(governor.limit(), 4);
  for (int i = 0; i < 10; ++i) governor.OnPart(kMiB, 1999, 4, 4, 9000);
  EXPECT_EQ(governor.limit(), 4);
}

TEST(ConnectionGovernor, PartsThatHadTheLinkForThemselvesDoNotCount) {
  ConnectionGovernor governor;
  for (int i = 0; i < 10; ++i) governor.OnPart(kMiB, 1000, 1, 4, 2000);
  EXPECT_EQ(governor.limit(), 2);
}

TEST(ConnectionGovernor, SmallPartsDoNotCount) {
  ConnectionGovernor governor;
  for (int i = 0; i < 10; ++i) {
    governor.OnPart(kSpeedSampleBytesMin - 1, 1000, 2, 4, 2000);
  }
  EXPECT_EQ(governor.limit(), 2);
}

}  // namespace
}  // namespace background_fetch
