#include "base/http.h"

#include <gtest/gtest.h>

namespace background_fetch {
namespace {

TEST(FindHeader, ValueOfTheNameIsFound) {
  const HeaderList headers = {{"accept", "*/*"}, {"etag", "\"v1\""}};
  EXPECT_EQ(FindHeader(headers, "etag"), "\"v1\"");
}

TEST(FindHeader, FirstOfSeveralCounts) {
  const HeaderList headers = {{"etag", "\"v1\""}, {"etag", "\"v2\""}};
  EXPECT_EQ(FindHeader(headers, "etag"), "\"v1\"");
}

TEST(FindHeader, MissingNameIsEmpty) {
  EXPECT_EQ(FindHeader({}, "etag"), "");
  EXPECT_EQ(FindHeader({{"etag", "\"v1\""}}, "eta"), "");
  EXPECT_EQ(FindHeader({{"etag", "\"v1\""}}, "etags"), "");
}

}  // namespace
}  // namespace background_fetch
