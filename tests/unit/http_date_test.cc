#include "base/http_date.h"

#include <string>

#include "gtest/gtest.h"

namespace background_fetch {
namespace {

// 1994-11-06 08:49:37, the example of RFC 9110.
constexpr TimeMs kExample = 784111777000;
constexpr TimeMs kIn2026 = 1795258800000;

TEST(HttpDate, ImfFixdateIsParsed) {
  EXPECT_EQ(ParseHttpDate("Sun, 06 Nov 1994 08:49:37 GMT", kIn2026).value(),
            kExample);
}

TEST(HttpDate, Rfc850IsParsed) {
  EXPECT_EQ(ParseHttpDate("Sunday, 06-Nov-94 08:49:37 GMT", kIn2026).value(),
            kExample);
}

TEST(HttpDate, AsctimeIsParsed) {
  EXPECT_EQ(ParseHttpDate("Sun Nov  6 08:49:37 1994", kIn2026).value(),
            kExample);
  EXPECT_EQ(ParseHttpDate("Wed Nov 16 08:49:37 1994", kIn2026).value(),
            kExample + 10 * int64_t{86400000});
}

TEST(HttpDate, EpochIsZero) {
  EXPECT_EQ(ParseHttpDate("Thu, 01 Jan 1970 00:00:00 GMT", kIn2026).value(), 0);
}

TEST(HttpDate, LeapDayIsTheDayBeforeMarch) {
  const TimeMs leap =
      ParseHttpDate("Thu, 29 Feb 2024 00:00:00 GMT", kIn2026).value();
  const TimeMs march =
      ParseHttpDate("Fri, 01 Mar 2024 00:00:00 GMT", kIn2026).value();
  EXPECT_EQ(march - leap, 86400000);
  EXPECT_EQ(leap, 1709164800000);
  EXPECT_FALSE(ParseHttpDate("Wed, 29 Feb 2023 00:00:00 GMT", kIn2026).ok());
}

TEST(HttpDate, CenturiesAreLeapYearsOnlyByFourHundred) {
  EXPECT_TRUE(ParseHttpDate("Tue, 29 Feb 2000 00:00:00 GMT", kIn2026).ok());
  EXPECT_FALSE(ParseHttpDate("Mon, 29 Feb 2100 00:00:00 GMT", kIn2026).ok());
}

TEST(HttpDate, TwoDigitYearIsAtMostFiftyYearsAhead) {
  const auto year_of = [](const std::string& ending) {
    const TimeMs time =
        ParseHttpDate("Sunday, 01-Jan-" + ending + " 00:00:00 GMT", kIn2026)
            .value();
    return 1970 + time / (int64_t{86400000} * 365);
  };
  EXPECT_EQ(year_of("27"), 2027);
  EXPECT_EQ(year_of("75"), 2075);
  EXPECT_EQ(year_of("76"), 2076);
  EXPECT_EQ(year_of("77"), 1977);
}

TEST(HttpDate, AnythingElseIsMalformed) {
  for (const char* text :
       {"", "Sun", "Sun, ", "Sun, 06 Nov 1994 08:49:37", "120",
        "Sun, 06 Nov 1994 08:49:37 GMT ", "Sun, 6 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nvo 1994 08:49:37 GMT", "Sun, 06 anF 1994 08:49:37 GMT",
        "Sun, 00 Nov 1994 08:49:37 GMT", "Sun, 31 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 06 Nov 1994 08:60:37 GMT",
        "Sun, 06 Nov 1994 08:49:61 GMT", "Sun Nov 6 08:49:37 1994",
        "Sunday, 06-Nov-1994 08:49:37 GMT", "Sun, 0x Nov 1994 08:49:37 GMT"}) {
    EXPECT_FALSE(ParseHttpDate(text, kIn2026).ok()) << text;
  }
}

TEST(HttpDate, CutAnywhereOrLongerThanItsFormIsMalformed) {
  for (const std::string whole :
       {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994"}) {
    ASSERT_TRUE(ParseHttpDate(whole, kIn2026).ok());
    for (size_t length = 0; length < whole.size(); ++length) {
      const std::string cut = whole.substr(0, length);
      EXPECT_FALSE(ParseHttpDate(cut, kIn2026).ok()) << cut;
    }
    for (const char* more : {" ", "0", " GMT"}) {
      EXPECT_FALSE(ParseHttpDate(whole + more, kIn2026).ok()) << whole << more;
    }
  }
}

}  // namespace
}  // namespace background_fetch
