#include "engine/journal_sync.h"

#include <gtest/gtest.h>

namespace background_fetch {
namespace {

constexpr TimeMs kNow = 1'000'000;

TEST(JournalSync, NothingAppendedNeedsNoSync) {
  const JournalSync sync;
  EXPECT_EQ(sync.appended(), 0u);
  EXPECT_EQ(sync.durable(), 0u);
  EXPECT_EQ(sync.DueAt(), kNever);
}

TEST(JournalSync, UrgentEntryIsDueAtOnce) {
  JournalSync sync;
  sync.OnAppended(/*is_urgent=*/true, kNow);
  EXPECT_EQ(sync.appended(), 1u);
  EXPECT_EQ(sync.DueAt(), kNow);
  EXPECT_TRUE(sync.IsDue(kNow));
}

TEST(JournalSync, OthersShareASyncALittleLater) {
  JournalSync sync;
  sync.OnAppended(/*is_urgent=*/false, kNow);
  sync.OnAppended(/*is_urgent=*/false, kNow + 50);
  EXPECT_EQ(sync.DueAt(), kNow + kLazySyncMs);
  EXPECT_FALSE(sync.IsDue(kNow + kLazySyncMs - 1));
  EXPECT_TRUE(sync.IsDue(kNow + kLazySyncMs));
}

TEST(JournalSync, UrgentEntryTakesTheOthersAlong) {
  JournalSync sync;
  sync.OnAppended(/*is_urgent=*/false, kNow);
  sync.OnAppended(/*is_urgent=*/true, kNow + 10);
  sync.OnAppended(/*is_urgent=*/false, kNow + 20);
  EXPECT_EQ(sync.DueAt(), kNow + 10);
  sync.OnStarted();
  sync.OnSynced();
  EXPECT_EQ(sync.durable(), 3u);
  EXPECT_EQ(sync.DueAt(), kNever);
}

TEST(JournalSync, EntriesAppendedMeanwhileNeedTheNextOne) {
  JournalSync sync;
  sync.OnAppended(/*is_urgent=*/true, kNow);
  sync.OnStarted();
  sync.OnAppended(/*is_urgent=*/true, kNow + 1);
  // One at a time.
  EXPECT_EQ(sync.DueAt(), kNever);
  EXPECT_FALSE(sync.IsDue(kNow + 1'000'000));
  EXPECT_EQ(sync.durable(), 0u);

  sync.OnSynced();
  EXPECT_EQ(sync.durable(), 1u);
  EXPECT_EQ(sync.DueAt(), kNow + 1);
}

TEST(JournalSync, FailedSyncMakesNothingDurableAndIsTriedAgainLater) {
  JournalSync sync;
  sync.OnAppended(/*is_urgent=*/true, kNow);
  sync.OnStarted();
  sync.OnFailed(kNow + 5);
  EXPECT_EQ(sync.durable(), 0u);
  EXPECT_EQ(sync.DueAt(), kNow + 5 + kSyncRetryMs);

  // Nobody's hurry shortens the pause.
  sync.OnAppended(/*is_urgent=*/true, kNow + 10);
  EXPECT_EQ(sync.DueAt(), kNow + 5 + kSyncRetryMs);
}

TEST(JournalSync, SuccessAfterAFailureCoversEverythingAndEndsThePause) {
  JournalSync sync;
  sync.OnAppended(/*is_urgent=*/true, kNow);
  sync.OnStarted();
  sync.OnFailed(kNow);
  sync.OnAppended(/*is_urgent=*/false, kNow);
  sync.OnStarted();
  sync.OnSynced();
  EXPECT_EQ(sync.durable(), 2u);
  EXPECT_EQ(sync.DueAt(), kNever);
  sync.OnAppended(/*is_urgent=*/true, kNow + 1);
  EXPECT_EQ(sync.DueAt(), kNow + 1);
}

TEST(JournalSyncDeathTest, AnswersWithoutASyncAreBugs) {
  JournalSync sync;
  EXPECT_DEATH(sync.OnSynced(), "check failed");
  EXPECT_DEATH(sync.OnFailed(kNow), "check failed");
  sync.OnStarted();
  EXPECT_DEATH(sync.OnStarted(), "check failed");
}

}  // namespace
}  // namespace background_fetch
