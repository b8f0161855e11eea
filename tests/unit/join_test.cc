// One test for each cell of the table of what may be joined: readable headers
// (our own origin, or exposed by CORS) in one half, hidden ones in the other.

#include "ranges/join.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "tests/unit/sample_heads.h"

namespace background_fetch {
namespace {

constexpr int64_t kLength = 1000;
constexpr AskedRange kMiddle{.begin = 100, .end = 300};
constexpr AskedRange kToTheEnd{.begin = 100};

// --- Readable headers --------------------------------------------------------

ResponseHead Readable(bool is_same_origin, int status, HeaderList headers) {
  return is_same_origin ? SameOrigin(status, std::move(headers))
                        : CrossOrigin(status, std::move(headers));
}

// What is decided on our own origin, having seen that the same is decided
// across origins where every header is exposed.
JoinVerdict JudgeReadable(const AskedRange& asked, int status,
                          const HeaderList& headers,
                          const HeaderList& first = With(FileHeaders(kLength),
                                                         "content-type",
                                                         "video/webm")) {
  const auto judge = [&](bool is_same_origin) {
    return MayJoin(DescribeRepresentation(Readable(is_same_origin, 200, first)),
                   asked, Readable(is_same_origin, status, headers));
  };
  const JoinVerdict verdict = judge(/*is_same_origin=*/true);
  EXPECT_EQ(verdict, judge(/*is_same_origin=*/false));
  return verdict;
}

HeaderList Middle() { return PartHeaders({100, 300}, kLength); }

TEST(JoinReadable, PartAsAskedIsJoined) {
  EXPECT_EQ(JudgeReadable(kMiddle, 206, Middle()), JoinVerdict::kJoin);
}

TEST(JoinReadable, PartToTheEndIsJoined) {
  EXPECT_EQ(JudgeReadable(kToTheEnd, 206, PartHeaders({100, 1000}, kLength)),
            JoinVerdict::kJoin);
}

TEST(JoinReadable, PartWithoutContentLengthIsJoined) {
  EXPECT_EQ(JudgeReadable(kMiddle, 206, With(Middle(), "content-length", "")),
            JoinVerdict::kJoin);
}

TEST(JoinReadable, UnknownTotalIsNoOtherTotal) {
  EXPECT_EQ(JudgeReadable(kMiddle, 206,
                          With(Middle(), "content-range", "bytes 100-299/*")),
            JoinVerdict::kJoin);
  EXPECT_EQ(JudgeReadable(kToTheEnd, 206,
                          With(PartHeaders({100, 1000}, kLength),
                               "content-range", "bytes 100-999/*")),
            JoinVerdict::kJoin);
}

TEST(JoinReadable, TotalFirstToldByThePartIsTaken) {
  EXPECT_EQ(JudgeReadable(kToTheEnd, 206, PartHeaders({100, 1000}, kLength),
                          With(FileHeaders(kLength), "content-length", "")),
            JoinVerdict::kJoin);
}

TEST(JoinReadable, EndThatNobodyKnowsToBeTheEndRestarts) {
  EXPECT_EQ(JudgeReadable(kToTheEnd, 206,
                          With(PartHeaders({100, 1000}, kLength),
                               "content-range", "bytes 100-999/*"),
                          With(FileHeaders(kLength), "content-length", "")),
            JoinVerdict::kRestart);
}

TEST(JoinReadable, OtherLengthRestarts) {
  // Shorter and longer than asked, by the range and by the body.
  for (const HeaderList& headers :
       {PartHeaders({100, 299}, kLength), PartHeaders({100, 301}, kLength),
        With(Middle(), "content-length", "199"),
        With(Middle(), "content-length", "201")}) {
    EXPECT_EQ(JudgeReadable(kMiddle, 206, headers), JoinVerdict::kRestart);
  }
  EXPECT_EQ(JudgeReadable(kToTheEnd, 206, PartHeaders({100, 999}, kLength)),
            JoinVerdict::kRestart);
}

TEST(JoinReadable, OtherStartRestarts) {
  EXPECT_EQ(JudgeReadable(kMiddle, 206, PartHeaders({99, 300}, kLength)),
            JoinVerdict::kRestart);
  EXPECT_EQ(JudgeReadable(kMiddle, 206, PartHeaders({0, 200}, kLength)),
            JoinVerdict::kRestart);
}

TEST(JoinReadable, OtherTotalRestarts) {
  EXPECT_EQ(JudgeReadable(kMiddle, 206, PartHeaders({100, 300}, kLength + 1)),
            JoinVerdict::kRestart);
  EXPECT_EQ(JudgeReadable(kMiddle, 206, PartHeaders({100, 300}, kLength - 1)),
            JoinVerdict::kRestart);
}

TEST(JoinReadable, MalformedContentRangeRestarts) {
  for (const char* value : {"bytes 100-299", "bytes */1000", "100-299/1000",
                            "bytes 299-100/1000"}) {
    SCOPED_TRACE(value);
    EXPECT_EQ(
        JudgeReadable(kMiddle, 206, With(Middle(), "content-range", value)),
        JoinVerdict::kRestart);
  }
}

TEST(JoinReadable, ChangedEntityTagRestarts) {
  for (const char* etag : {"\"v2\"", "W/\"v1\"", ""}) {
    SCOPED_TRACE(etag);
    EXPECT_EQ(JudgeReadable(kMiddle, 206, With(Middle(), "etag", etag)),
              JoinVerdict::kRestart);
  }
}

TEST(JoinReadable, ChangedLastModifiedRestarts) {
  for (const char* date : {"Sat, 21 Nov 2026 10:00:01 GMT", ""}) {
    SCOPED_TRACE(date);
    EXPECT_EQ(
        JudgeReadable(kMiddle, 206, With(Middle(), "last-modified", date)),
        JoinVerdict::kRestart);
  }
}

TEST(JoinReadable, ValidatorThatWasNotThereBeforeSaysNothing) {
  const HeaderList first = With(
      With(FileHeaders(kLength), "content-type", "video/webm"), "etag", "");
  EXPECT_EQ(JudgeReadable(kMiddle, 206, Middle(), first), JoinVerdict::kJoin);
}

TEST(JoinReadable, OtherFinalUrlRestarts) {
  ResponseHead answer = SameOrigin(206, Middle());
  answer.url = "https://host/other";
  EXPECT_EQ(
      MayJoin(DescribeRepresentation(SameOrigin(200, FileHeaders(kLength))),
              kMiddle, answer),
      JoinVerdict::kRestart);
}

TEST(JoinReadable, ContentEncodingRestarts) {
  EXPECT_EQ(
      JudgeReadable(kMiddle, 206, With(Middle(), "content-encoding", "gzip")),
      JoinVerdict::kRestart);
}

TEST(JoinReadable, IdentityIsNoContentEncoding) {
  EXPECT_EQ(JudgeReadable(kMiddle, 206,
                          With(Middle(), "content-encoding", "identity")),
            JoinVerdict::kJoin);
}

TEST(JoinReadable, WholeBodyIsTakenFromZero) {
  EXPECT_EQ(JudgeReadable(kMiddle, 200, FileHeaders(kLength)),
            JoinVerdict::kTakeFromZero);
  // Another version, too: it is the body from byte 0, whatever it is.
  EXPECT_EQ(JudgeReadable(kMiddle, 200, With(FileHeaders(5), "etag", "\"v2\"")),
            JoinVerdict::kTakeFromZero);
}

TEST(JoinReadable, PageInThePlaceOfAFilmIsWaitedOut) {
  const HeaderList page = {{"content-type", "Text/HTML; charset=utf-8"}};
  EXPECT_EQ(JudgeReadable(kMiddle, 200, page), JoinVerdict::kWait);
  // The same type with other parameters, or none at all, is the body.
  for (const char* type : {"video/webm", "Video/WebM; codecs=vp8", ""}) {
    SCOPED_TRACE(type);
    EXPECT_EQ(JudgeReadable(kMiddle, 200,
                            With(FileHeaders(kLength), "content-type", type)),
              JoinVerdict::kTakeFromZero);
  }
  EXPECT_EQ(JudgeReadable(kMiddle, 200, page, FileHeaders(kLength)),
            JoinVerdict::kTakeFromZero);
}

TEST(JoinReadable, RefusedRangeRestarts) {
  for (const int status : {416, 403, 404, 410, 501, 505, 429}) {
    SCOPED_TRACE(status);
    EXPECT_EQ(JudgeReadable(kMiddle, status, {}), JoinVerdict::kRestart);
  }
}

// What a server says of a range behind the end of `length` bytes.
HeaderList Unsatisfied(int64_t length, const std::string& etag) {
  return With({{"content-range", "bytes */" + std::to_string(length)}}, "etag",
              etag);
}

TEST(JoinReadable, BodyThatEndsWhereTheRangeBeginsIsComplete) {
  EXPECT_EQ(JudgeReadable(kToTheEnd, 416, Unsatisfied(100, "\"v1\"")),
            JoinVerdict::kComplete);
}

TEST(JoinReadable, BodyThatEndsElsewhereRestarts) {
  for (const int64_t length : {0, 99, 101}) {
    SCOPED_TRACE(length);
    EXPECT_EQ(JudgeReadable(kToTheEnd, 416, Unsatisfied(length, "\"v1\"")),
              JoinVerdict::kRestart);
  }
}

TEST(JoinReadable, AnotherBodyThatEndsThereRestarts) {
  EXPECT_EQ(JudgeReadable(kToTheEnd, 416, Unsatisfied(100, "\"v2\"")),
            JoinVerdict::kRestart);
  // A weak tag says nothing of bytes.
  EXPECT_EQ(JudgeReadable(kToTheEnd, 416, Unsatisfied(100, "W/\"v1\""),
                          With(FileHeaders(kLength), "etag", "W/\"v1\"")),
            JoinVerdict::kRestart);
  ResponseHead moved = SameOrigin(416, Unsatisfied(100, "\"v1\""));
  moved.url += "?moved";
  EXPECT_EQ(
      MayJoin(DescribeRepresentation(SameOrigin(200, FileHeaders(kLength))),
              kToTheEnd, moved),
      JoinVerdict::kRestart);
}

TEST(JoinReadable, PartWithAnEndIsNotSaidToBeBehindIt) {
  EXPECT_EQ(JudgeReadable(kMiddle, 416, Unsatisfied(100, "\"v1\"")),
            JoinVerdict::kRestart);
}

TEST(Join, WithoutATagTheEndCountsOnlyWhereIfRangeWasSent) {
  const HeaderList first = FileHeaders(kLength);
  const HeaderList answer = Unsatisfied(100, "");
  EXPECT_EQ(MayJoin(DescribeRepresentation(SameOrigin(200, first)), kToTheEnd,
                    SameOrigin(416, answer)),
            JoinVerdict::kComplete);
  EXPECT_EQ(MayJoin(DescribeRepresentation(CrossOrigin(200, first)), kToTheEnd,
                    CrossOrigin(416, answer)),
            JoinVerdict::kRestart);
}

TEST(JoinReadable, AnyOtherStatusRestarts) {
  for (const int status : {0, 201, 204, 301, 304, 400, 401}) {
    SCOPED_TRACE(status);
    EXPECT_EQ(JudgeReadable(kMiddle, status, Middle()), JoinVerdict::kRestart);
  }
}

TEST(JoinReadable, ErrorThatMayPassIsWaitedFor) {
  for (const int status : {500, 502, 503, 504}) {
    SCOPED_TRACE(status);
    EXPECT_EQ(JudgeReadable(kMiddle, status, {}), JoinVerdict::kWait);
  }
}

TEST(JoinReadable, RetryAfterIsWaitedFor) {
  for (const int status : {429, 503}) {
    SCOPED_TRACE(status);
    EXPECT_EQ(JudgeReadable(kMiddle, status, {{"retry-after", "7"}}),
              JoinVerdict::kWait);
  }
}

TEST(JoinReadable, RetryAfterOfAnyOtherStatusRestarts) {
  for (const int status : {301, 403, 501}) {
    SCOPED_TRACE(status);
    EXPECT_EQ(JudgeReadable(kMiddle, status, {{"retry-after", "7"}}),
              JoinVerdict::kRestart);
  }
}

// On our own origin nothing hides a header: what is missing is missing.
TEST(JoinReadable, MissingContentRangeRestarts) {
  EXPECT_EQ(
      MayJoin(DescribeRepresentation(SameOrigin(200, FileHeaders(kLength))),
              kMiddle, SameOrigin(206, With(Middle(), "content-range", ""))),
      JoinVerdict::kRestart);
}

TEST(JoinReadable, MultipartRestarts) {
  EXPECT_EQ(
      MayJoin(DescribeRepresentation(SameOrigin(200, FileHeaders(kLength))),
              kMiddle,
              SameOrigin(
                  206, With(With(Middle(), "content-range", ""), "content-type",
                            "multipart/byteranges; boundary=x"))),
      JoinVerdict::kRestart);
}

// --- Hidden headers ----------------------------------------------------------

// What CORS shows of a film unless the server exposes more.
HeaderList HiddenFile(int64_t length) {
  return {{"content-length", std::to_string(length)},
          {"content-type", "video/webm"},
          {"last-modified", "Sat, 21 Nov 2026 10:00:00 GMT"}};
}

JoinVerdict JudgeHidden(const AskedRange& asked, int status,
                        const HeaderList& headers,
                        const HeaderList& first = HiddenFile(kLength)) {
  return MayJoin(DescribeRepresentation(CrossOrigin(200, first)), asked,
                 CrossOrigin(status, headers));
}

TEST(JoinHidden, LengthAsAskedIsJoined) {
  EXPECT_EQ(JudgeHidden(kMiddle, 206, HiddenFile(200)), JoinVerdict::kJoin);
  EXPECT_EQ(JudgeHidden(kToTheEnd, 206, HiddenFile(900)), JoinVerdict::kJoin);
}

TEST(JoinHidden, LastModifiedThatWasNeverThereIsNotMissed) {
  EXPECT_EQ(
      JudgeHidden(kMiddle, 206, With(HiddenFile(200), "last-modified", ""),
                  With(HiddenFile(kLength), "last-modified", "")),
      JoinVerdict::kJoin);
}

TEST(JoinHidden, UntrustedLengthOfTheFirstHeadRestarts) {
  EXPECT_EQ(
      JudgeHidden(kMiddle, 206,
                  With(HiddenFile(200), "content-type", "text/plain"),
                  With(HiddenFile(kLength), "content-type", "text/plain")),
      JoinVerdict::kRestart);
}

TEST(JoinHidden, OtherLengthRestarts) {
  for (const int64_t length : {0, 199, 201, 1000}) {
    SCOPED_TRACE(length);
    EXPECT_EQ(JudgeHidden(kMiddle, 206, HiddenFile(length)),
              JoinVerdict::kRestart);
  }
  EXPECT_EQ(JudgeHidden(kToTheEnd, 206, HiddenFile(899)),
            JoinVerdict::kRestart);
}

TEST(JoinHidden, UnknownLengthRestarts) {
  EXPECT_EQ(
      JudgeHidden(kMiddle, 206, With(HiddenFile(200), "content-length", "")),
      JoinVerdict::kRestart);
}

TEST(JoinHidden, MultipartRestartsEvenIfItsLengthFits) {
  EXPECT_EQ(JudgeHidden(kMiddle, 206,
                        With(HiddenFile(200), "content-type",
                             "multipart/byteranges; boundary=x")),
            JoinVerdict::kRestart);
}

TEST(JoinHidden, ChangedLastModifiedRestarts) {
  for (const char* date : {"Sat, 21 Nov 2026 10:00:01 GMT", ""}) {
    SCOPED_TRACE(date);
    EXPECT_EQ(
        JudgeHidden(kMiddle, 206, With(HiddenFile(200), "last-modified", date)),
        JoinVerdict::kRestart);
  }
}

TEST(JoinHidden, LastModifiedOutOfNothingRestarts) {
  EXPECT_EQ(JudgeHidden(kMiddle, 206, HiddenFile(200),
                        With(HiddenFile(kLength), "last-modified", "")),
            JoinVerdict::kRestart);
}

TEST(JoinHidden, OtherFinalUrlRestarts) {
  ResponseHead answer = CrossOrigin(206, HiddenFile(200));
  answer.url = "https://mirror/file";
  EXPECT_EQ(
      MayJoin(DescribeRepresentation(CrossOrigin(200, HiddenFile(kLength))),
              kMiddle, answer),
      JoinVerdict::kRestart);
}

TEST(JoinHidden, WholeBodyIsTakenFromZero) {
  EXPECT_EQ(JudgeHidden(kMiddle, 200, HiddenFile(kLength)),
            JoinVerdict::kTakeFromZero);
}

TEST(JoinHidden, RefusedRangeRestarts) {
  for (const int status : {416, 403, 404, 410, 501, 505, 429}) {
    SCOPED_TRACE(status);
    EXPECT_EQ(JudgeHidden(kMiddle, status, {}), JoinVerdict::kRestart);
  }
}

TEST(JoinHidden, ErrorThatMayPassIsWaitedFor) {
  for (const int status : {500, 502, 503, 504}) {
    SCOPED_TRACE(status);
    EXPECT_EQ(JudgeHidden(kMiddle, status, {}), JoinVerdict::kWait);
  }
}

TEST(JoinHidden, RetryAfterIsWaitedForWhereItIsExposed) {
  for (const int status : {429, 503}) {
    SCOPED_TRACE(status);
    EXPECT_EQ(JudgeHidden(kMiddle, status, {{"retry-after", "7"}}),
              JoinVerdict::kWait);
  }
}

// One part came with Content-Range (a proxy exposed it): then it must be right.
TEST(JoinHidden, ContentRangeThatIsShownIsHeldAgainstTheRange) {
  EXPECT_EQ(
      JudgeHidden(kMiddle, 206,
                  With(HiddenFile(200), "content-range", "bytes 100-299/1000")),
      JoinVerdict::kJoin);
  EXPECT_EQ(
      JudgeHidden(kMiddle, 206,
                  With(HiddenFile(200), "content-range", "bytes 0-199/1000")),
      JoinVerdict::kRestart);
}

}  // namespace
}  // namespace background_fetch
