#include "fetch/types.h"

#include <gtest/gtest.h>

namespace background_fetch {
namespace {

TEST(FailureReason, HasTheStringOfTheSpec) {
  EXPECT_EQ(ToString(FailureReason::kNone), "");
  EXPECT_EQ(ToString(FailureReason::kAborted), "aborted");
  EXPECT_EQ(ToString(FailureReason::kBadStatus), "bad-status");
  EXPECT_EQ(ToString(FailureReason::kFetchError), "fetch-error");
  EXPECT_EQ(ToString(FailureReason::kQuotaExceeded), "quota-exceeded");
  EXPECT_EQ(ToString(FailureReason::kDownloadTotalExceeded),
            "download-total-exceeded");
}

TEST(FetchResult, HasTheStringOfTheSpec) {
  EXPECT_EQ(ToString(FetchResult::kNone), "");
  EXPECT_EQ(ToString(FetchResult::kSuccess), "success");
  EXPECT_EQ(ToString(FetchResult::kFailure), "failure");
}

TEST(RequestInfo, DefaultsAreThoseOfARequestForAUrl) {
  const RequestInfo info;
  EXPECT_EQ(info.method, "GET");
  EXPECT_EQ(info.mode, "cors");
  EXPECT_EQ(info.credentials, "same-origin");
  EXPECT_EQ(info.cache, "default");
  EXPECT_EQ(info.redirect, "follow");
  EXPECT_EQ(info.referrer, "about:client");
  EXPECT_EQ(info.referrer_policy, "");
  EXPECT_EQ(info.integrity, "");
  EXPECT_EQ(info.body_length, 0);
}

}  // namespace
}  // namespace background_fetch
