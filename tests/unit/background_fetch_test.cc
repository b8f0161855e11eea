#include "fetch/background_fetch.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/unit/sample_heads.h"

namespace background_fetch {
namespace {

constexpr TimeMs kNow = 1'000'000;

BackgroundFetch FetchOf(size_t records, int64_t download_total = 0) {
  FetchOptions options;
  options.id = "film";
  options.download_total = download_total;
  RequestInfo request;
  request.url = kFileUrl;
  return BackgroundFetch("uid", std::move(options),
                         std::vector<RequestInfo>(records, request));
}

// Bytes become durable, and are counted.
bool Store(BackgroundFetch& fetch, uint32_t index, ByteRange range) {
  return fetch.AddDownloaded(fetch.record(index).OnChunkStored(range));
}

// --- Totals ------------------------------------------------------------------

TEST(BackgroundFetch, UploadTotalIsTheSumOfTheBodies) {
  RequestInfo request;
  request.body_length = 40;
  RequestInfo other;
  other.body_length = 2;
  BackgroundFetch fetch("uid", {}, {request, {}, other});
  EXPECT_EQ(fetch.record_count(), 3u);
  EXPECT_EQ(fetch.upload_total(), 42);
  EXPECT_EQ(fetch.uploaded(), 0);
  fetch.AddUploaded(40);
  EXPECT_EQ(fetch.uploaded(), 40);
}

TEST(BackgroundFetch, DownloadedBytesAddUpAcrossRecords) {
  BackgroundFetch fetch = FetchOf(2);
  EXPECT_TRUE(Store(fetch, 0, {0, 100}));
  EXPECT_TRUE(Store(fetch, 1, {0, 30}));
  EXPECT_EQ(fetch.downloaded(), 130);
  fetch.SubtractDownloaded(100);
  EXPECT_EQ(fetch.downloaded(), 30);
}

TEST(BackgroundFetch, ExactTotalIsAllowedAndOneByteMoreIsNotCounted) {
  BackgroundFetch fetch = FetchOf(1, /*download_total=*/100);
  EXPECT_TRUE(fetch.AddDownloaded(100));
  EXPECT_FALSE(fetch.AddDownloaded(1));
  EXPECT_EQ(fetch.downloaded(), 100);
  EXPECT_FALSE(fetch.IsTotalExceeded());
}

TEST(BackgroundFetch, TotalOfZeroIsUnknownAndNeverExceeded) {
  BackgroundFetch fetch = FetchOf(1);
  EXPECT_TRUE(fetch.AddDownloaded(kOffsetMax));
  EXPECT_FALSE(fetch.IsTotalExceeded());
}

TEST(BackgroundFetch, RecountCountsWhatTheRecordsHold) {
  BackgroundFetch fetch = FetchOf(2, /*download_total=*/100);
  fetch.record(0).RestoreHead(SameOrigin(200, FileHeaders(60)));
  fetch.record(0).RestoreChunk({0, 60});
  fetch.record(1).RestoreHead(SameOrigin(200, FileHeaders(60)));
  fetch.record(1).RestoreChunk({0, 41});
  EXPECT_EQ(fetch.downloaded(), 0);
  fetch.Recount();
  EXPECT_EQ(fetch.downloaded(), 101);
  EXPECT_TRUE(fetch.IsTotalExceeded());
}

// --- Settling ----------------------------------------------------------------

TEST(BackgroundFetch, AllRecordsSettledMeansEveryOne) {
  BackgroundFetch fetch = FetchOf(2);
  EXPECT_FALSE(fetch.AllRecordsSettled());
  fetch.SettleRecord(1, FailureReason::kNone, 0, kNow);
  EXPECT_EQ(fetch.settled_records(), 1u);
  EXPECT_FALSE(fetch.AllRecordsSettled());
  fetch.SettleRecord(0, FailureReason::kNone, 0, kNow);
  EXPECT_EQ(fetch.settled_records(), 2u);
  EXPECT_TRUE(fetch.AllRecordsSettled());
  EXPECT_EQ(fetch.first_failure(), FailureReason::kNone);
  EXPECT_EQ(fetch.first_failed_record(), std::nullopt);
}

TEST(BackgroundFetch, FirstFailureInTimeDecides) {
  BackgroundFetch fetch = FetchOf(3);
  fetch.SettleRecord(1, FailureReason::kNone, 0, kNow);
  fetch.SettleRecord(2, FailureReason::kFetchError, 0, kNow);
  fetch.SettleRecord(0, FailureReason::kBadStatus, 0, kNow + 1);
  EXPECT_EQ(fetch.first_failed_record(), 2u);
  EXPECT_EQ(fetch.first_failure(), FailureReason::kFetchError);
}

TEST(BackgroundFetch, OfFailuresAtOnceTheLowestIndexDecides) {
  BackgroundFetch fetch = FetchOf(4);
  fetch.SettleRecord(2, FailureReason::kFetchError, 0, kNow);
  fetch.SettleRecord(3, FailureReason::kFetchError, 0, kNow);
  EXPECT_EQ(fetch.first_failed_record(), 2u);
  fetch.SettleRecord(1, FailureReason::kBadStatus, 0, kNow);
  EXPECT_EQ(fetch.first_failed_record(), 1u);
  EXPECT_EQ(fetch.first_failure(), FailureReason::kBadStatus);
}

TEST(BackgroundFetch, BytesOfARecordThatFailedStopCounting) {
  BackgroundFetch fetch = FetchOf(2);
  ASSERT_TRUE(Store(fetch, 0, {0, 100}));
  ASSERT_TRUE(Store(fetch, 1, {0, 30}));
  fetch.SettleRecord(0, FailureReason::kFetchError, 0, kNow);
  EXPECT_EQ(fetch.downloaded(), 30);
  fetch.SettleRecord(1, FailureReason::kNone, 30, kNow);
  EXPECT_EQ(fetch.downloaded(), 30);
}

TEST(BackgroundFetch, OnceSettledOnlyFinishedRecordsCount) {
  BackgroundFetch fetch = FetchOf(3);
  ASSERT_TRUE(Store(fetch, 0, {0, 100}));
  fetch.SettleRecord(0, FailureReason::kNone, 100, kNow);
  ASSERT_TRUE(Store(fetch, 1, {0, 30}));
  fetch.Settle(FailureReason::kAborted);
  EXPECT_EQ(fetch.reason(), FailureReason::kAborted);
  EXPECT_EQ(fetch.downloaded(), 100);
}

// A damaged journal may say that more was moved than there may be.
TEST(BackgroundFetch, WhatIsElsewhereNeverExceedsTheTotal) {
  BackgroundFetch fetch = FetchOf(1, /*download_total=*/50);
  fetch.SettleRecord(0, FailureReason::kNone, 100, kNow);
  fetch.record(0).Release(100);
  fetch.Settle(FailureReason::kNone);
  EXPECT_EQ(fetch.downloaded(), 50);
}

TEST(BackgroundFetch, RecordThatLostItsBytesIsOpenAgain) {
  BackgroundFetch fetch = FetchOf(1);
  ASSERT_TRUE(Store(fetch, 0, {0, 100}));
  fetch.SettleRecord(0, FailureReason::kNone, 100, kNow);
  fetch.ReopenRecord(0);
  EXPECT_EQ(fetch.settled_records(), 0u);
  EXPECT_FALSE(fetch.AllRecordsSettled());
  EXPECT_FALSE(fetch.record(0).IsSettled());
  fetch.Recount();
  EXPECT_EQ(fetch.downloaded(), 0);
}

TEST(BackgroundFetchDeathTest, RecordThatDoesNotExistIsABug) {
  BackgroundFetch fetch = FetchOf(1);
  EXPECT_DEATH(fetch.record(1), "check failed");
}

// --- What the app may know ---------------------------------------------------

TEST(BackgroundFetch, OutcomeIsPublicOnceItIsDurable) {
  BackgroundFetch fetch = FetchOf(1);
  for (const Phase secret :
       {Phase::kRegistering, Phase::kActive, Phase::kSettling}) {
    fetch.phase = secret;
    EXPECT_FALSE(fetch.IsOutcomePublic());
  }
  for (const Phase open : {Phase::kTelling, Phase::kDelivering, Phase::kClosing,
                           Phase::kClosed, Phase::kDeleting}) {
    fetch.phase = open;
    EXPECT_TRUE(fetch.IsOutcomePublic());
  }
}

TEST(BackgroundFetch, RecordsAreAvailableUntilTheEventsEndIsDurable) {
  BackgroundFetch fetch = FetchOf(1);
  for (const Phase open : {Phase::kActive, Phase::kSettling, Phase::kTelling,
                           Phase::kDelivering, Phase::kClosing}) {
    fetch.phase = open;
    EXPECT_TRUE(fetch.AreRecordsAvailable());
  }
  for (const Phase gone : {Phase::kClosed, Phase::kDeleting}) {
    fetch.phase = gone;
    EXPECT_FALSE(fetch.AreRecordsAvailable());
  }
}

}  // namespace
}  // namespace background_fetch
