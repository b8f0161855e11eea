#include "engine/announcer.h"

#include <gtest/gtest.h>

namespace background_fetch {
namespace {

constexpr TimeMs kNow = 1'000'000;

TEST(Announcer, NothingIsDueAtFirst) {
  const Announcer announcer;
  EXPECT_EQ(announcer.sequence(), 0);
  EXPECT_EQ(announcer.DueAt(), kNever);
  EXPECT_FALSE(announcer.IsDue(kNow));
}

TEST(Announcer, FirstChangeIsAnnouncedAtOnce) {
  Announcer announcer;
  announcer.OnChanged(/*at_once=*/false);
  EXPECT_TRUE(announcer.IsDue(kNow));
}

TEST(Announcer, AnnouncementsAreNumberedFromOne) {
  Announcer announcer;
  EXPECT_EQ(announcer.OnAnnounced(kNow), 1);
  EXPECT_EQ(announcer.OnAnnounced(kNow), 2);
  EXPECT_EQ(announcer.sequence(), 2);
}

TEST(Announcer, ProgressWaitsForTheIntervalSinceTheLast) {
  Announcer announcer;
  announcer.OnAnnounced(kNow);
  EXPECT_EQ(announcer.DueAt(), kNever);
  announcer.OnChanged(/*at_once=*/false);
  EXPECT_EQ(announcer.DueAt(), kNow + kAnnounceIntervalMs);
  EXPECT_FALSE(announcer.IsDue(kNow + kAnnounceIntervalMs - 1));
  EXPECT_TRUE(announcer.IsDue(kNow + kAnnounceIntervalMs));
}

TEST(Announcer, MoreProgressDoesNotPutItOff) {
  Announcer announcer;
  announcer.OnAnnounced(kNow);
  announcer.OnChanged(/*at_once=*/false);
  announcer.OnChanged(/*at_once=*/false);
  EXPECT_EQ(announcer.DueAt(), kNow + kAnnounceIntervalMs);
}

TEST(Announcer, OutcomeDoesNotWait) {
  Announcer announcer;
  announcer.OnAnnounced(kNow);
  announcer.OnChanged(/*at_once=*/true);
  EXPECT_TRUE(announcer.IsDue(kNow));
  // Nor does progress after it slow it down.
  announcer.OnChanged(/*at_once=*/false);
  EXPECT_TRUE(announcer.IsDue(kNow));
}

}  // namespace
}  // namespace background_fetch
