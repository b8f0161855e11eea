#include "ranges/http_range.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace background_fetch {
namespace {

TEST(ContentRange, InclusivePositionsBecomeAHalfOpenRange) {
  const auto parsed = ParseContentRange("bytes 0-99/1234");
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed.value().range, (ByteRange{0, 100}));
  EXPECT_EQ(parsed.value().complete_length, 1234);
}

TEST(ContentRange, CompleteLengthMayBeUnknown) {
  const auto parsed = ParseContentRange("bytes 5-5/*");
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed.value().range, (ByteRange{5, 6}));
  EXPECT_EQ(parsed.value().complete_length, std::nullopt);
}

TEST(ContentRange, UnitKnowsNoCaseAndZerosMayLead) {
  const auto parsed = ParseContentRange("Bytes 00-007/08");
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed.value().range, (ByteRange{0, 8}));
  EXPECT_EQ(parsed.value().complete_length, 8);
}

TEST(ContentRange, LastByteOfTheWholeIsAccepted) {
  EXPECT_TRUE(ParseContentRange("bytes 0-9/10").ok());
}

TEST(ContentRange, AnythingElseIsMalformed) {
  for (const std::string_view value : {"",
                                       "bytes",
                                       "bytes ",
                                       "bytes 0-9",
                                       "bytes 0-9/",
                                       "bytes */10",
                                       "bytes */*",
                                       "bytes -9/10",
                                       "bytes 0-/10",
                                       "bytes 9-0/10",
                                       "bytes 0-10/10",
                                       "bytes 0-9/0",
                                       "bytes=0-9/10",
                                       "bytes  0-9/10",
                                       "bytes\t0-9/10",
                                       " bytes 0-9/10",
                                       "bytes 0-9/10 ",
                                       "bytes 0 -9/10",
                                       "bytes 0-9 /10",
                                       "bytes 0-9/ 10",
                                       "bytes +0-9/10",
                                       "bytes 0--9/10",
                                       "bytes 0x0-9/10",
                                       "bytes 0-9/10, bytes 0-9/10",
                                       "bytes 0-9/1e3",
                                       "octets 0-9/10",
                                       "byte 0-9/10",
                                       "bytes 0-9/**"}) {
    SCOPED_TRACE(value);
    EXPECT_EQ(ParseContentRange(value).error(), ErrorCode::kMalformed);
  }
}

TEST(ContentRange, LargestOffsetIsTheLargestJavaScriptCanSay) {
  const auto parsed = ParseContentRange(
      "bytes 9007199254740990-9007199254740990/9007199254740991");
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed.value().range, (ByteRange{kOffsetMax - 1, kOffsetMax}));
  EXPECT_EQ(parsed.value().complete_length, kOffsetMax);
}

TEST(ContentRange, LargerNumbersAreTooLargeHoweverManyDigits) {
  const std::string digits(1000, '9');
  for (const std::string& value :
       {std::string("bytes 0-9007199254740991/*"),
        std::string("bytes 9007199254740991-9007199254740991/*"),
        std::string("bytes 0-9/9007199254740992"), "bytes 0-" + digits + "/*",
        "bytes 0-9/" + digits, "bytes " + digits + "-9/10",
        std::string("bytes 0-18446744073709551616/*")}) {
    SCOPED_TRACE(value);
    EXPECT_EQ(ParseContentRange(value).error(), ErrorCode::kTooLarge);
  }
}

TEST(ContentRange, SyntaxIsJudgedBeforeSize) {
  EXPECT_EQ(ParseContentRange("bytes 0-9007199254740992/x").error(),
            ErrorCode::kMalformed);
}

TEST(UnsatisfiedRange, SaysTheCompleteLength) {
  const auto parsed = ParseUnsatisfiedRange("Bytes */1234");
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed.value(), 1234);
}

TEST(UnsatisfiedRange, AnythingElseIsMalformed) {
  for (const char* value :
       {"", "bytes", "bytes *", "bytes */", "bytes */*", "bytes */5 ",
        "bytes  */5", "bytes 0-4/5", "items */5", "*/5", "bytes */-5"}) {
    SCOPED_TRACE(value);
    EXPECT_EQ(ParseUnsatisfiedRange(value).error(), ErrorCode::kMalformed);
  }
}

TEST(UnsatisfiedRange, LargerThanTheLargestOffsetIsTooLarge) {
  EXPECT_TRUE(ParseUnsatisfiedRange("bytes */9007199254740991").ok());
  EXPECT_EQ(ParseUnsatisfiedRange("bytes */9007199254740992").error(),
            ErrorCode::kTooLarge);
}

TEST(FormatRange, HalfOpenRangeBecomesInclusivePositions) {
  EXPECT_EQ(FormatRange({0, 1}), "bytes=0-0");
  EXPECT_EQ(FormatRange({100, 300}), "bytes=100-299");
  EXPECT_EQ(FormatRange({0, kOffsetMax}), "bytes=0-9007199254740990");
}

TEST(FormatRange, OpenEndHasNoLastPosition) {
  EXPECT_EQ(FormatRangeFrom(0), "bytes=0-");
  EXPECT_EQ(FormatRangeFrom(7), "bytes=7-");
}

TEST(FormatRangeDeathTest, EmptyRangeIsABug) {
  EXPECT_DEATH(FormatRange({5, 5}), "check failed");
  EXPECT_DEATH(FormatRangeFrom(-1), "check failed");
}

TEST(ContentLength, DigitsAreTheLength) {
  EXPECT_EQ(ParseContentLength("0").value(), 0);
  EXPECT_EQ(ParseContentLength("0042").value(), 42);
  EXPECT_EQ(ParseContentLength("9007199254740991").value(), kOffsetMax);
}

TEST(ContentLength, EqualValuesCountAsOne) {
  EXPECT_EQ(ParseContentLength("42, 42,42 ,\t42").value(), 42);
}

TEST(ContentLength, AnythingElseIsMalformed) {
  for (const std::string_view value :
       {"", " ", ",", "42,", ",42", "42, 43", "42, 042", "-1", "+1", "1.0",
        "1e3", "0x10", "4 2", "\"42\"", "42, x"}) {
    SCOPED_TRACE(value);
    EXPECT_EQ(ParseContentLength(value).error(), ErrorCode::kMalformed);
  }
}

TEST(ContentLength, LargerThanTheLargestOffsetIsTooLarge) {
  EXPECT_EQ(ParseContentLength("9007199254740992").error(),
            ErrorCode::kTooLarge);
  EXPECT_EQ(ParseContentLength(std::string(1000, '9')).error(),
            ErrorCode::kTooLarge);
}

}  // namespace
}  // namespace background_fetch
