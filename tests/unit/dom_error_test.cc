#include "engine/dom_error.h"

#include <gtest/gtest.h>

#include <utility>

namespace background_fetch {
namespace {

TEST(DomError, EveryRefusalHasTheNameOfTheSpecAndSaysWhy) {
  using Case = std::pair<ErrorCode, std::string_view>;
  for (const auto& [error, name] : {
           Case{ErrorCode::kEmptyId, "TypeError"},
           Case{ErrorCode::kIdActive, "TypeError"},
           Case{ErrorCode::kNoRequests, "TypeError"},
           Case{ErrorCode::kTooLarge, "QuotaExceededError"},
           Case{ErrorCode::kQuota, "QuotaExceededError"},
           Case{ErrorCode::kIo, "UnknownError"},
       }) {
    const DomError shown = ToDomError(error);
    SCOPED_TRACE(shown.message);
    EXPECT_EQ(shown.name, name);
    EXPECT_FALSE(shown.message.empty());
  }
}

TEST(DomErrorDeathTest, ErrorsThatNeverReachAnAppAreBugsThere) {
  EXPECT_DEATH(ToDomError(ErrorCode::kOk), "check failed");
  EXPECT_DEATH(ToDomError(ErrorCode::kMalformed), "check failed");
  EXPECT_DEATH(ToDomError(ErrorCode::kNotFound), "check failed");
}

}  // namespace
}  // namespace background_fetch
