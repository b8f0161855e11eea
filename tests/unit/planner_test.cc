#include "ranges/planner.h"

#include <gtest/gtest.h>

#include <vector>

#include "base/limits.h"
#include "base/random.h"

namespace background_fetch {
namespace {

constexpr int64_t kMiB = int64_t{1024} * 1024;
constexpr int64_t kGiB = kMiB * 1024;

PartPolicy Policy(int64_t part_bytes, int32_t connections = 2) {
  return {.part_bytes = part_bytes, .connections = connections};
}

// --- The next part -----------------------------------------------------------

TEST(NextPart, BeginsAtZero) {
  EXPECT_EQ(NextPart({}, {}, 100 * kMiB, Policy(kMiB)), (ByteRange{0, kMiB}));
}

TEST(NextPart, BeginsAtTheFirstByteNeitherStoredNorInFlight) {
  RangeSet stored;
  stored.Add({0, kMiB});
  EXPECT_EQ(NextPart(stored, {{kMiB, 2 * kMiB}}, 100 * kMiB, Policy(kMiB)),
            (ByteRange{2 * kMiB, 3 * kMiB}));
  // In flight in any order.
  EXPECT_EQ(NextPart(stored, {{2 * kMiB, 3 * kMiB}, {kMiB, 2 * kMiB}},
                     100 * kMiB, Policy(kMiB)),
            (ByteRange{3 * kMiB, 4 * kMiB}));
}

TEST(NextPart, FillsAGapExactly) {
  RangeSet stored;
  stored.Add({0, 1000});
  stored.Add({1500, 50 * kMiB});
  EXPECT_EQ(NextPart(stored, {}, 100 * kMiB, Policy(kMiB)),
            (ByteRange{1000, 1500}));
}

TEST(NextPart, EndsAtTheEndOfTheBody) {
  RangeSet stored;
  stored.Add({0, 100 * kMiB - 5});
  EXPECT_EQ(NextPart(stored, {}, 100 * kMiB, Policy(kMiB)),
            (ByteRange{100 * kMiB - 5, 100 * kMiB}));
}

TEST(NextPart, NothingIsLeftOnceAllIsStoredOrInFlight) {
  RangeSet stored;
  stored.Add({0, kMiB});
  EXPECT_TRUE(
      NextPart(stored, {{kMiB, 2 * kMiB}}, 2 * kMiB, Policy(kMiB)).IsEmpty());
  EXPECT_TRUE(NextPart({}, {}, 0, Policy(kMiB)).IsEmpty());
}

TEST(NextPart, TailIsSharedByAllConnections) {
  RangeSet stored;
  stored.Add({0, 88 * kMiB});
  EXPECT_EQ(NextPart(stored, {}, 100 * kMiB, Policy(8 * kMiB)),
            (ByteRange{88 * kMiB, 94 * kMiB}));
  EXPECT_EQ(NextPart(stored, {}, 100 * kMiB, Policy(8 * kMiB, 4)),
            (ByteRange{88 * kMiB, 91 * kMiB}));
}

TEST(NextPart, TailIsNotCutIntoCrumbs) {
  RangeSet stored;
  stored.Add({0, 97 * kMiB});
  PartPolicy policy = Policy(8 * kMiB, 4);
  policy.tail_bytes = 2 * kMiB;
  EXPECT_EQ(NextPart(stored, {}, 100 * kMiB, policy),
            (ByteRange{97 * kMiB, 99 * kMiB}));
}

TEST(NextPart, ShareOfTheTailIsNeverBelowTheSmallestPart) {
  EXPECT_EQ(NextPart({}, {}, kPartBytesMin + 1, Policy(kMiB)),
            (ByteRange{0, kPartBytesMin}));
}

// --- Speed -------------------------------------------------------------------

TEST(SpeedMeter, BeginsWithTheInitialPart) {
  const SpeedMeter speed;
  EXPECT_EQ(speed.PartBytes(), kPartBytesInitial);
  EXPECT_EQ(speed.PieceBytes(), kPartBytesInitial);
}

TEST(SpeedMeter, PartIsASecondsWorthOfTheMeanOfOldAndNew) {
  SpeedMeter speed;
  speed.Observe(3 * kMiB, 1000);
  EXPECT_EQ(speed.PartBytes(), 2 * kMiB);
  speed.Observe(3 * kMiB, 500);
  EXPECT_EQ(speed.PartBytes(), 4 * kMiB);
  EXPECT_EQ(speed.PartBytes(250), kMiB);
}

TEST(SpeedMeter, PartIsAWholeNumberOfGrains) {
  SpeedMeter speed;
  speed.Observe(1'500'000, 1000);  // mean: 1,274,288 = 38.9 grains
  EXPECT_EQ(speed.PartBytes(), 38 * kPieceBytesMin);
}

TEST(SpeedMeter, SmallBodiesSayNothingAboutSpeed) {
  SpeedMeter speed;
  speed.Observe(kSpeedSampleBytesMin - 1, 60'000);
  EXPECT_EQ(speed.PartBytes(), kPartBytesInitial);
  speed.Observe(kSpeedSampleBytesMin, 60'000);
  EXPECT_LT(speed.PartBytes(), kPartBytesInitial);
}

TEST(SpeedMeter, FastLinkStopsAtTheLargestPart) {
  SpeedMeter speed;
  for (int i = 0; i < 20; ++i) speed.Observe(kGiB, 100);
  EXPECT_EQ(speed.PartBytes(), kPartBytesMax);
  EXPECT_EQ(speed.PieceBytes(), kPartBytesMax);
  // Not half of the largest part: half a second brings more than that.
  EXPECT_GE(speed.PartBytes(kTrialPartDurationMs),
            kPartBytesMax - kPieceBytesMin);
}

TEST(SpeedMeter, OneFastPartDoesNotDelayTheFallByMany) {
  SpeedMeter speed;
  speed.Observe(kGiB, 1);
  speed.Observe(kMiB, 1000);
  EXPECT_LE(speed.PartBytes(), 5 * kMiB);
}

TEST(SpeedMeter, SlowLinkKeepsTheSmallestPartAndCutsSmallerPieces) {
  SpeedMeter speed;
  for (int i = 0; i < 20; ++i) speed.Observe(100'000, 10'000);
  EXPECT_EQ(speed.PartBytes(), kPartBytesMin);
  EXPECT_EQ(speed.PieceBytes(), kPieceBytesMin);
}

TEST(SpeedMeter, BetweenTheMinimumsOnlyPiecesFollowTheSpeed) {
  SpeedMeter speed;
  for (int i = 0; i < 40; ++i) speed.Observe(kPartBytesMin / 2 + 1000, 1000);
  EXPECT_EQ(speed.PartBytes(), kPartBytesMin);
  EXPECT_EQ(speed.PieceBytes(), kPartBytesMin / 2);
}

TEST(SpeedMeter, CutHalvesThePart) {
  SpeedMeter speed;
  speed.ObserveCut(kPartBytesInitial);
  EXPECT_EQ(speed.PartBytes(), kPartBytesInitial / 2);
  speed.ObserveCut(kPartBytesInitial / 2);
  EXPECT_EQ(speed.PartBytes(), kPartBytesInitial / 4);
  speed.ObserveCut(kPartBytesInitial / 4);
  EXPECT_EQ(speed.PartBytes(), kPartBytesMin);
}

TEST(SpeedMeter, CutOnASlowLinkDoesNotMakePiecesLarger) {
  SpeedMeter speed;
  for (int i = 0; i < 20; ++i) speed.Observe(100'000, 10'000);
  speed.ObserveCut(kPartBytesMin);
  EXPECT_EQ(speed.PieceBytes(), kPieceBytesMin);
}

TEST(SpeedMeter, HoweverFastPartsStayBelowWhatWasCut) {
  SpeedMeter speed;
  for (int i = 0; i < 20; ++i) speed.Observe(kPartBytesMax, 100);
  speed.ObserveCut(kPartBytesMax);
  speed.Observe(kPartBytesMax, 100);
  EXPECT_LT(speed.PartBytes(), kPartBytesMax * 5 / 8);
  EXPECT_GE(speed.PartBytes(), kPartBytesMax / 2);
}

TEST(SpeedMeter, CutsOfWhatWasAskedAtOnceCountOnce) {
  SpeedMeter speed;
  for (int i = 0; i < 20; ++i) speed.Observe(kPartBytesMax, 100);
  for (int i = 0; i < 4; ++i) speed.ObserveCut(kPartBytesMax);
  for (int i = 0; i < 4; ++i) speed.Observe(kPartBytesMin, 1);
  EXPECT_GE(speed.PartBytes(), kPartBytesMax / 2);
}

TEST(SpeedMeter, CutOfASmallChunkHalvesAtMost) {
  SpeedMeter speed;
  for (int i = 0; i < 20; ++i) speed.Observe(kPartBytesMax, 100);
  speed.ObserveCut(kPartBytesMax);
  speed.ObserveCut(kPieceBytesMin);
  for (int i = 0; i < 4; ++i) speed.Observe(kPartBytesMax, 100);
  EXPECT_GE(speed.PartBytes(), kPartBytesMax / 4);
}

TEST(SpeedMeter, PartsGrowAgainAfterAnyNumberOfCuts) {
  SpeedMeter speed;
  for (int i = 0; i < 100; ++i) speed.ObserveCut(kPartBytesMin);
  EXPECT_EQ(speed.PartBytes(), kPartBytesMin);
  EXPECT_EQ(speed.PieceBytes(), kPieceBytesMin);
  for (int i = 0; i < 100; ++i) speed.Observe(4 * kMiB, 1000);
  EXPECT_EQ(speed.PartBytes(), 4 * kMiB - kPieceBytesMin);
}

// Each connection lasts for 8 MiB on average: what is asked for settles where
// little is lost.
TEST(SpeedMeter, ConnectionsThatAreAllCutLoseASixteenth) {
  SpeedMeter speed;
  Random random(1);
  int64_t received = 0;
  int64_t lost = 0;
  for (int i = 0; i < 10'000; ++i) {
    const int64_t asked = speed.PartBytes();
    const int64_t lasts = static_cast<int64_t>(random.Below(16 * kMiB));
    if (lasts < asked) {
      lost += lasts;
      speed.ObserveCut(asked);
    } else {
      received += asked;
      speed.Observe(asked, 100);
    }
  }
  EXPECT_LT(lost, received / 15);
  EXPECT_GT(received, 10'000 * kMiB);
}

// Clocks jump; the largest body in no time must not overflow either.
TEST(SpeedMeter, TimeThatStoodStillOrWentBackIsSurvived) {
  SpeedMeter speed;
  speed.Observe(kOffsetMax, 0);
  speed.Observe(kOffsetMax, -5000);
  EXPECT_LE(speed.PartBytes(), kPartBytesMax);
}

TEST(SpeedMeter, DurationFollowsFromTheSpeed) {
  SpeedMeter speed;
  EXPECT_EQ(speed.DurationOf(0), 0);
  EXPECT_EQ(speed.DurationOf(kMiB), 1000);
  EXPECT_EQ(speed.DurationOf(5 * kMiB / 2), 2500);
  speed.ObserveCut(kMiB);
  EXPECT_EQ(speed.DurationOf(kMiB), 2000);
}

TEST(SpeedMeter, ChunksAtMostSoLargeLeaveTheSpeedAsItIs) {
  SpeedMeter meter;
  for (int i = 0; i < 20; ++i) meter.Observe(kPartBytesMax, 100);
  const int64_t bytes = meter.PartBytes();
  ASSERT_GT(bytes, kPartBytesMin);
  EXPECT_EQ(meter.AtMost(kPartBytesMin).PartBytes(), kPartBytesMin);
  EXPECT_EQ(meter.AtMost(kPartBytesMin).PieceBytes(), kPartBytesMin);
  EXPECT_EQ(meter.AtMost(kPartBytesMax).PartBytes(), bytes);
  EXPECT_EQ(meter.PartBytes(), bytes);
}

}  // namespace
}  // namespace background_fetch
