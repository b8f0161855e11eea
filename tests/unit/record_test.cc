#include "fetch/record.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "tests/unit/sample_heads.h"

namespace background_fetch {
namespace {

constexpr int64_t kKiB = 1024;
constexpr int64_t kMiB = kKiB * 1024;
constexpr TimeMs kNow = 1'000'000;

// A film that is worth splitting, in parts of 1 MiB.
constexpr int64_t kFilm = 10 * kMiB;
constexpr AskedRange kFirstPart{.begin = 0, .end = kMiB};
constexpr AskedRange kSecondPart{.begin = kMiB, .end = 2 * kMiB};

RequestInfo Request(const std::string& method = "GET") {
  RequestInfo info;
  info.url = kFileUrl;
  info.method = method;
  return info;
}

RequestInfo RequestWithIntegrity() {
  RequestInfo info = Request();
  info.integrity = "sha256-AAAA";
  return info;
}

ResponseHead File(int64_t length) {
  return SameOrigin(200, FileHeaders(length));
}

// A file nobody can resume: its server says nothing about it but its length.
ResponseHead PlainFile(int64_t length) {
  return SameOrigin(200, {{"content-length", std::to_string(length)}});
}

ResponseHead Part(ByteRange part, int64_t length = kFilm) {
  return SameOrigin(206, PartHeaders(part, length));
}

// The part that was asked for.
ResponseHead AnswerTo(const AskedRange& asked) {
  return Part({.begin = asked.begin, .end = *asked.end});
}

// A record with the randomness, time and policy that its functions ask for.
class Download {
 public:
  explicit Download(RequestInfo info = Request()) : record(std::move(info)) {}

  Record record;
  Random random{7};
  TimeMs now = kNow;
  PartPolicy policy{.part_bytes = kMiB, .connections = 2};

  std::optional<Ask> NextAsk(
      const std::vector<AskedRange>& in_flight = {}) const {
    return record.NextAsk(in_flight, policy, now);
  }

  HeadVerdict PlainHead(const ResponseHead& head) {
    record.OnAsked();
    return record.OnHead(nullptr, head, now, random);
  }

  HeadVerdict PartHead(const AskedRange& asked, const ResponseHead& head) {
    record.OnAsked();
    return record.OnHead(&asked, head, now, random);
  }

  // No sooner than it could be asked for.
  FailureVerdict PlainFails(FailureContext context = {.may_come_back = true}) {
    now = std::max(now, record.retry_at());
    return record.OnRequestFailed(nullptr, context, now, random);
  }

  FailureVerdict PartFails(const AskedRange& asked,
                           FailureContext context = {.may_come_back = true}) {
    return record.OnRequestFailed(&asked, context, now, random);
  }

  // Up to the point where a first part can be asked for.
  void Hold() { ASSERT_EQ(PlainHead(File(kFilm)), HeadVerdict::kSplit); }

  // And that one has shown that ranges work.
  void Split() {
    Hold();
    const AskedRange last{.begin = kFilm - 1, .end = kFilm};
    ASSERT_EQ(PartHead(last, AnswerTo(last)), HeadVerdict::kRead);
  }

  // A part arrives as asked.
  void Receive(const AskedRange& asked) {
    ASSERT_EQ(PartHead(asked, AnswerTo(asked)), HeadVerdict::kRead);
    ASSERT_EQ(record.OnChunkStored({asked.begin, *asked.end}),
              *asked.end - asked.begin);
  }
};

void ExpectPlain(const std::optional<Ask>& ask, bool bypasses_cache) {
  ASSERT_TRUE(ask.has_value());
  EXPECT_FALSE(ask->range.has_value());
  EXPECT_EQ(ask->if_range, "");
  EXPECT_EQ(ask->bypass_http_cache, bypasses_cache);
}

void ExpectRange(const std::optional<Ask>& ask, int64_t begin,
                 std::optional<int64_t> end) {
  ASSERT_TRUE(ask.has_value());
  ASSERT_TRUE(ask->range.has_value());
  EXPECT_EQ(ask->range->begin, begin);
  EXPECT_EQ(ask->range->end, end);
}

// Nothing of an earlier generation is left, and the next request is plain.
void ExpectStartedOver(const Download& download, uint32_t generation) {
  EXPECT_EQ(download.record.generation(), generation);
  EXPECT_EQ(download.record.DownloadedBytes(), 0);
  EXPECT_EQ(download.record.UnstoredHead(), nullptr);
  EXPECT_FALSE(download.record.IsHeadStored());
  EXPECT_EQ(download.record.vary(), "");
  const std::optional<Ask> ask = download.record.NextAsk(
      {}, download.policy, std::max(download.now, download.record.retry_at()));
  ExpectPlain(ask, /*bypasses_cache=*/true);
}

// --- The plain way -----------------------------------------------------------

TEST(Record, FirstRequestIsPlain) {
  Download download;
  EXPECT_TRUE(download.record.IsFresh());
  ExpectPlain(download.NextAsk(), /*bypasses_cache=*/false);
  download.record.OnAsked();
  EXPECT_FALSE(download.record.IsFresh());
}

// Some browsers keep a part of what was broken off, and complete it by a range
// of their own.
TEST(Record, PlainRequestThatFailedIsRepeatedPastTheHttpCache) {
  Download download;
  download.record.OnAsked();
  download.PlainFails();
  EXPECT_EQ(download.record.generation(), 0u);
  download.now = download.record.retry_at();
  ExpectPlain(download.NextAsk(), /*bypasses_cache=*/true);
}

TEST(Record, PlainRequestThatWasPausedIsRepeatedPastTheHttpCache) {
  Download download;
  download.record.OnAsked();
  EXPECT_FALSE(download.record.StartOverUnlessResumable());
  ExpectPlain(download.NextAsk(), /*bypasses_cache=*/true);
}

RequestInfo RequestWithCache(const char* mode) {
  RequestInfo info = Request();
  info.cache = mode;
  return info;
}

TEST(Record, WhoWantsTheHttpCacheIsAskedForThereAgain) {
  for (const char* mode : {"force-cache", "only-if-cached"}) {
    SCOPED_TRACE(mode);
    Download download(RequestWithCache(mode));
    download.record.OnAsked();
    download.PlainFails();
    download.now = download.record.retry_at();
    ExpectPlain(download.NextAsk(), /*bypasses_cache=*/false);
  }
}

TEST(Record, CopyInTheHttpCacheThatIsNoGoodIsNotForced) {
  Download download(RequestWithCache("force-cache"));
  download.PlainHead(PlainFile(100));
  ASSERT_TRUE(download.PlainFails().begins_generation);
  ExpectStartedOver(download, 1);
}

TEST(Record, NothingIsAskedBesideThePlainRequest) {
  Download download;
  EXPECT_EQ(download.NextAsk({AskedRange{}}), std::nullopt);
  ASSERT_EQ(download.PlainHead(File(1000)), HeadVerdict::kRead);
  EXPECT_EQ(download.NextAsk({AskedRange{}}), std::nullopt);
}

TEST(Record, PlainBodyIsReadToItsEnd) {
  Download download;
  const ResponseHead head = File(1000);
  EXPECT_EQ(download.PlainHead(head), HeadVerdict::kRead);
  ASSERT_NE(download.record.UnstoredHead(), nullptr);
  EXPECT_EQ(*download.record.UnstoredHead(), head);
  EXPECT_FALSE(download.record.IsHeadStored());

  EXPECT_EQ(download.record.OnChunkStored({0, 400}), 400);
  EXPECT_EQ(download.record.UnstoredHead(), nullptr);
  EXPECT_TRUE(download.record.IsHeadStored());
  EXPECT_FALSE(download.record.IsBodyStored());
  EXPECT_EQ(download.record.OnChunkStored({400, 1000}), 600);
  EXPECT_TRUE(download.record.IsBodyStored());
  EXPECT_EQ(download.record.DownloadedBytes(), 1000);
  EXPECT_EQ(download.record.OnBodyEnded(nullptr), EndVerdict::kComplete);
}

TEST(Record, ChunkStoredTwiceCountsOnce) {
  Download download;
  download.PlainHead(File(1000));
  EXPECT_EQ(download.record.OnChunkStored({0, 400}), 400);
  EXPECT_EQ(download.record.OnChunkStored({300, 500}), 100);
  EXPECT_EQ(download.record.DownloadedBytes(), 500);
}

TEST(Record, BodyOfUnknownLengthIsCompleteWhereItEnds) {
  Download download;
  EXPECT_EQ(download.PlainHead(SameOrigin(200)), HeadVerdict::kRead);
  download.record.OnChunkStored({0, 123});
  EXPECT_EQ(download.record.OnBodyEnded(nullptr), EndVerdict::kComplete);
}

TEST(Record, EmptyBodyIsComplete) {
  Download download;
  EXPECT_EQ(download.PlainHead(File(0)), HeadVerdict::kRead);
  EXPECT_EQ(download.record.OnChunkStored({0, 0}), 0);
  EXPECT_TRUE(download.record.IsHeadStored());
  EXPECT_EQ(download.record.OnBodyEnded(nullptr), EndVerdict::kComplete);
}

TEST(Record, BodyShorterThanDeclaredIsCut) {
  Download download;
  download.PlainHead(File(1000));
  download.record.OnChunkStored({0, 999});
  EXPECT_EQ(download.record.OnBodyEnded(nullptr), EndVerdict::kCutShort);
}

// Of another origin, whose Content-Encoding CORS hides.
ResponseHead ArchiveElsewhere(int64_t length) {
  return CrossOrigin(200, {{"content-length", std::to_string(length)},
                           {"content-type", "application/zip"}});
}

TEST(Record, BodyOfAnotherOriginThatEndsWellIsWholeWhateverItsLengthWas) {
  for (const int64_t length : {999, 1001}) {
    SCOPED_TRACE(length);
    Download download;
    download.PlainHead(ArchiveElsewhere(length));
    download.record.OnChunkStored({0, 1000});
    EXPECT_EQ(download.record.OnBodyEnded(nullptr), EndVerdict::kComplete);
  }
}

// More than a coding can add to a body that cannot be made smaller.
TEST(Record, BodyOfAnotherOriginThatEndsFarTooSoonIsCut) {
  const int64_t overhead = kCodingOverheadBytes + kMiB / kCodingOverheadDivisor;
  for (const int64_t missing : {overhead, overhead + 1}) {
    SCOPED_TRACE(missing);
    Download download;
    download.PlainHead(ArchiveElsewhere(kMiB));
    download.record.OnChunkStored({0, kMiB - missing});
    EXPECT_EQ(
        download.record.OnBodyEnded(nullptr),
        missing == overhead ? EndVerdict::kComplete : EndVerdict::kCutShort);
  }
}

TEST(Record, BodyOfAnotherOriginThatIsCutBehindItsLengthStartsOver) {
  Download download;
  download.PlainHead(ArchiveElsewhere(999));
  download.record.OnChunkStored({0, 1000});
  EXPECT_FALSE(download.record.IsBodyStored());
  const FailureVerdict verdict = download.PlainFails();
  EXPECT_FALSE(verdict.is_final);
  EXPECT_TRUE(verdict.begins_generation);
  ExpectStartedOver(download, 1);
}

TEST(Record, EveryOkStatusIsRead) {
  for (const int status : {200, 201, 203, 299}) {
    SCOPED_TRACE(status);
    Download download;
    EXPECT_EQ(download.PlainHead(SameOrigin(status)), HeadVerdict::kRead);
    EXPECT_FALSE(download.record.IsBadStatusStored());
  }
}

TEST(Record, AnyOtherStatusIsBad) {
  for (const int status : {199, 300, 304, 401, 403, 404, 416, 429, 500, 503}) {
    SCOPED_TRACE(status);
    Download download;
    EXPECT_EQ(download.PlainHead(SameOrigin(status, FileHeaders(kFilm))),
              HeadVerdict::kBadStatus);
    ASSERT_NE(download.record.UnstoredHead(), nullptr);
    EXPECT_EQ(download.record.UnstoredHead()->status, status);
    EXPECT_FALSE(download.record.IsBadStatusStored());
    download.record.OnChunkStored({0, 0});
    EXPECT_TRUE(download.record.IsBadStatusStored());
  }
}

TEST(Record, ResponseThatCannotBeReadIsAFetchError) {
  Download download;
  EXPECT_EQ(download.PlainHead(SameOrigin(0)), HeadVerdict::kFetchError);
}

TEST(Record, VaryOfTheResponseIsKnownFromItsHead) {
  Download download;
  EXPECT_EQ(download.record.vary(), "");
  download.PlainHead(SameOrigin(200, {{"vary", "accept"}}));
  EXPECT_EQ(download.record.vary(), "accept");
}

// --- 206 to a plain request --------------------------------------------------

TEST(Record, WholeBodyAsAPartIsReadToItsEnd) {
  Download download;
  EXPECT_EQ(download.PlainHead(Part({0, 1000}, 1000)), HeadVerdict::kRead);
  download.record.OnChunkStored({0, 1000});
  EXPECT_EQ(download.record.OnBodyEnded(nullptr), EndVerdict::kComplete);
}

TEST(Record, RestOfAPartNobodyAskedForIsAskedFor) {
  Download download;
  EXPECT_EQ(download.PlainHead(Part({0, 400}, 1000)), HeadVerdict::kRead);
  download.record.OnChunkStored({0, 400});
  EXPECT_EQ(download.record.OnBodyEnded(nullptr), EndVerdict::kCutShort);
  const FailureVerdict verdict = download.PlainFails();
  EXPECT_FALSE(verdict.is_final);
  EXPECT_FALSE(verdict.begins_generation);
  ExpectRange(download.NextAsk(), 400, 1000);
}

TEST(Record, PartNobodyAskedForThatDoesNotBeginTheBodyIsAFetchError) {
  for (const char* content_range :
       {"", "bytes 1-999/1000", "bytes */1000", "bytes 0-999",
        // Nobody could tell whether it was the whole.
        "bytes 0-999/*"}) {
    SCOPED_TRACE(content_range);
    Download same_origin;
    EXPECT_EQ(same_origin.PlainHead(
                  SameOrigin(206, With(PartHeaders({0, 1000}, 1000),
                                       "content-range", content_range))),
              HeadVerdict::kFetchError);
    Download cross_origin;
    EXPECT_EQ(cross_origin.PlainHead(
                  CrossOrigin(206, With(PartHeaders({0, 1000}, 1000),
                                        "content-range", content_range))),
              HeadVerdict::kFetchError);
  }
}

TEST(Record, LargePartNobodyAskedForIsReadOn) {
  Download download;
  EXPECT_EQ(download.PlainHead(Part({0, kFilm})), HeadVerdict::kRead);
}

// --- Responses without a body ------------------------------------------------

TEST(Record, HeadHasNoBodyWhateverItsLengthSays) {
  Download download(Request("HEAD"));
  EXPECT_EQ(download.PlainHead(File(kFilm)), HeadVerdict::kRead);
  download.record.OnChunkStored({0, 0});
  EXPECT_EQ(download.record.OnBodyEnded(nullptr), EndVerdict::kComplete);
}

TEST(Record, NoContentHasNoBodyWhateverItsLengthSays) {
  for (const int status : {204, 205}) {
    SCOPED_TRACE(status);
    Download download;
    EXPECT_EQ(download.PlainHead(SameOrigin(status, FileHeaders(kFilm))),
              HeadVerdict::kRead);
    download.record.OnChunkStored({0, 0});
    EXPECT_EQ(download.record.OnBodyEnded(nullptr), EndVerdict::kComplete);
  }
}

// --- Splitting ---------------------------------------------------------------

TEST(Record, LargeFileIsSplitAndASmallerOneIsNot) {
  Download large;
  EXPECT_EQ(large.PlainHead(File(kSplitLengthMin)), HeadVerdict::kSplit);
  Download smaller;
  EXPECT_EQ(smaller.PlainHead(File(kSplitLengthMin - 1)), HeadVerdict::kRead);
}

TEST(Record, PartsFollowEachOtherAsManyAtOnceAsAllowed) {
  Download download;
  download.Split();
  ExpectRange(download.NextAsk(), 0, kMiB);
  ExpectRange(download.NextAsk({kFirstPart}), kMiB, 2 * kMiB);
  EXPECT_EQ(download.NextAsk({kFirstPart, kSecondPart}), std::nullopt);
  download.policy.connections = 3;
  ExpectRange(download.NextAsk({kFirstPart, kSecondPart}), 2 * kMiB, 3 * kMiB);
}

TEST(Record, HeadOfTheWholeIsStoredWithTheFirstPart) {
  Download download;
  download.Split();
  download.Receive(kSecondPart);
  EXPECT_TRUE(download.record.IsHeadStored());
  ASSERT_EQ(download.PartHead(kFirstPart, AnswerTo(kFirstPart)),
            HeadVerdict::kRead);
  // Not the head of a part.
  EXPECT_EQ(download.record.UnstoredHead(), nullptr);
}

TEST(Record, UnstoredHeadIsThatOfTheWholeNotOfThePart) {
  Download download;
  download.Split();
  ASSERT_EQ(download.PartHead(kFirstPart, AnswerTo(kFirstPart)),
            HeadVerdict::kRead);
  ASSERT_NE(download.record.UnstoredHead(), nullptr);
  EXPECT_EQ(*download.record.UnstoredHead(), File(kFilm));
}

TEST(Record, BodyIsCompleteWithItsLastPart) {
  Download download;
  download.policy.part_bytes = kFilm / 2;
  const AskedRange first{.begin = 0, .end = kFilm / 2};
  const AskedRange second{.begin = kFilm / 2, .end = kFilm};
  download.Split();
  download.Receive(second);
  EXPECT_EQ(download.record.OnBodyEnded(&second), EndVerdict::kMore);
  download.Receive(first);
  EXPECT_EQ(download.record.OnBodyEnded(&first), EndVerdict::kComplete);
  EXPECT_TRUE(download.record.IsBodyStored());
  EXPECT_EQ(download.record.DownloadedBytes(), kFilm);
}

TEST(Record, SecondConnectionWaitsUntilRangesAreKnownToWork) {
  const HeaderList silent = With(FileHeaders(kFilm), "accept-ranges", "");
  Download download;
  // Not split: Accept-Ranges is missing. Then it is cut.
  ASSERT_EQ(download.PlainHead(SameOrigin(200, silent)), HeadVerdict::kRead);
  download.record.OnChunkStored({0, kMiB});
  download.PlainFails();
  ExpectRange(download.NextAsk(), kMiB, 2 * kMiB);
  EXPECT_EQ(download.NextAsk({kSecondPart}), std::nullopt);

  download.PartHead(kSecondPart, AnswerTo(kSecondPart));
  ExpectRange(download.NextAsk({kSecondPart}), 2 * kMiB, 3 * kMiB);
}

// There nobody says so beforehand; the first part finds out.
TEST(Record, AcrossOriginsRangesAreTried) {
  Download download;
  ASSERT_EQ(download.PlainHead(
                CrossOrigin(200, {{"content-length", std::to_string(kFilm)},
                                  {"content-type", "video/webm"}})),
            HeadVerdict::kSplit);
  EXPECT_EQ(download.NextAsk({kFirstPart}), std::nullopt);
  ASSERT_EQ(download.PartHead(
                kFirstPart,
                CrossOrigin(206, {{"content-length", std::to_string(kMiB)}})),
            HeadVerdict::kRead);
  ExpectRange(download.NextAsk({kFirstPart}), kMiB, 2 * kMiB);
}

// Parts of a body whose coding CORS hides fit up to its coded length.
TEST(Record, LastPartOfALengthOnlyBelievedShowsWhetherThereIsMore) {
  constexpr int64_t kCoded = 3 * kMiB;
  constexpr AskedRange kRest{.begin = kCoded - kPartBytesMin};
  for (const int64_t length : {kCoded, kCoded + kMiB}) {
    SCOPED_TRACE(length);
    Download download;
    ASSERT_EQ(download.PlainHead(ArchiveElsewhere(kCoded)),
              HeadVerdict::kSplit);
    ASSERT_EQ(download.PartHead(
                  kFirstPart,
                  CrossOrigin(206, {{"content-length", std::to_string(kMiB)}})),
              HeadVerdict::kRead);
    ExpectRange(download.NextAsk({kFirstPart}), kMiB, 2 * kMiB);
    download.record.OnChunkStored({0, kRest.begin});
    ExpectRange(download.NextAsk(), kRest.begin, std::nullopt);
    // It is under way, and all the rest with it.
    EXPECT_EQ(download.NextAsk({kRest}), std::nullopt);
    const ResponseHead head = CrossOrigin(
        206, {{"content-length", std::to_string(length - kRest.begin)}});
    if (length > kCoded) {
      EXPECT_EQ(download.PartHead(kRest, head), HeadVerdict::kRestart);
      ExpectStartedOver(download, 1);
      // To be read to its end, wherever that is.
      EXPECT_EQ(download.PlainHead(ArchiveElsewhere(kCoded)),
                HeadVerdict::kRead);
      continue;
    }
    ASSERT_EQ(download.PartHead(kRest, head), HeadVerdict::kRead);
    const BodyPlan plan = download.record.PlanBody(&kRest, head, {});
    EXPECT_EQ(plan.mode, BodyPlan::Mode::kBuffer);
    EXPECT_EQ(plan.end, kCoded);
    download.record.OnChunkStored({kRest.begin, kCoded});
    EXPECT_EQ(download.record.OnBodyEnded(&kRest), EndVerdict::kComplete);
  }
}

// --- The first part, while the plain response is left unread
// ------------------

TEST(Record, NothingIsAskedBesideTheFirstPart) {
  Download download;
  download.Hold();
  EXPECT_TRUE(download.record.IsFirstPartAwaited());
  ExpectRange(download.NextAsk(), 0, kMiB);
  EXPECT_EQ(download.NextAsk({kFirstPart}), std::nullopt);
  ASSERT_EQ(download.PartHead(kFirstPart, AnswerTo(kFirstPart)),
            HeadVerdict::kRead);
  EXPECT_FALSE(download.record.IsFirstPartAwaited());
  ExpectRange(download.NextAsk({kFirstPart}), kMiB, 2 * kMiB);
}

TEST(Record, FirstPartThatDoesNotFitLeavesThePlainResponseToBeRead) {
  const HeaderList part = PartHeaders({0, kMiB}, kFilm);
  for (const ResponseHead& answer :
       {SameOrigin(403), SameOrigin(404), SameOrigin(416), SameOrigin(500),
        SameOrigin(503, {{"retry-after", "7"}}), File(kFilm),
        SameOrigin(206, With(part, "etag", "\"v2\""))}) {
    SCOPED_TRACE(answer.status);
    Download download;
    download.Hold();
    EXPECT_EQ(download.PartHead(kFirstPart, answer), HeadVerdict::kReadPlain);
    EXPECT_EQ(download.record.generation(), 0u);
    // The plain answer is there; whoever asks again has been told to wait.
    EXPECT_EQ(download.record.retry_at(),
              answer.status == 503 ? download.now + 7000 : 0);
    ASSERT_NE(download.record.UnstoredHead(), nullptr);
    download.record.OnChunkStored({0, kFilm});
    EXPECT_EQ(download.record.OnBodyEnded(nullptr), EndVerdict::kComplete);
  }
}

TEST(Record, FirstPartThatFailsLeavesThePlainResponseToBeRead) {
  Download download;
  download.Hold();
  const FailureVerdict verdict = download.PartFails(kFirstPart);
  EXPECT_TRUE(verdict.reads_plain);
  EXPECT_FALSE(verdict.is_final);
  EXPECT_FALSE(verdict.begins_generation);
  EXPECT_EQ(download.record.retry_at(), 0);
  // Only the first: the next is a part like any other.
  EXPECT_FALSE(download.PartFails(kFirstPart).reads_plain);
}

TEST(Record, PlainResponseThatFailsUnreadStartsOver) {
  Download download;
  download.Hold();
  const FailureVerdict verdict = download.PlainFails();
  EXPECT_FALSE(verdict.reads_plain);
  EXPECT_TRUE(verdict.begins_generation);
  EXPECT_FALSE(download.record.IsFirstPartAwaited());
  ExpectStartedOver(download, 1);
}

TEST(Record, IntegrityNeverSplits) {
  Download download(RequestWithIntegrity());
  EXPECT_EQ(download.PlainHead(File(kFilm)), HeadVerdict::kRead);
}

TEST(Record, OnlyGetIsSplit) {
  Download download(Request("POST"));
  EXPECT_EQ(download.PlainHead(File(kFilm)), HeadVerdict::kRead);
}

// --- If-Range ----------------------------------------------------------------

TEST(Record, StrongTagOfOurOwnOriginGoesIntoIfRange) {
  Download download;
  download.Split();
  EXPECT_EQ(download.NextAsk()->if_range, "\"v1\"");
}

TEST(Record, WeakTagStaysOutOfIfRange) {
  Download download;
  ASSERT_EQ(download.PlainHead(
                SameOrigin(200, With(FileHeaders(kFilm), "etag", "W/\"v1\""))),
            HeadVerdict::kSplit);
  EXPECT_EQ(download.NextAsk()->if_range, "");
}

TEST(Record, AcrossOriginsIfRangeWouldForceAPreflight) {
  Download download;
  ASSERT_EQ(download.PlainHead(CrossOrigin(
                200, With(FileHeaders(kFilm), "content-type", "video/webm"))),
            HeadVerdict::kSplit);
  ExpectRange(download.NextAsk(), 0, kMiB);
  EXPECT_EQ(download.NextAsk()->if_range, "");
}

// --- Parts that do not fit ---------------------------------------------------

TEST(Record, RefusedPartStartsOverWithoutSplitting) {
  for (const int status : {403, 404, 410, 416, 501}) {
    SCOPED_TRACE(status);
    Download download;
    download.Split();
    download.Receive(kFirstPart);
    EXPECT_EQ(download.PartHead(kSecondPart, SameOrigin(status)),
              HeadVerdict::kRestart);
    ExpectStartedOver(download, 1);
    EXPECT_EQ(download.PlainHead(File(kFilm)), HeadVerdict::kRead);
  }
}

TEST(Record, PartThatFindsTheServerBrokenIsAskedForAgainAFewTimes) {
  for (const int status : {500, 502, 503, 504}) {
    SCOPED_TRACE(status);
    Download download;
    download.Split();
    download.Receive(kFirstPart);
    for (int32_t i = 0; i < kServerErrorsMax; ++i) {
      ASSERT_EQ(download.PartHead(kSecondPart, SameOrigin(status)),
                HeadVerdict::kWait);
      EXPECT_EQ(download.NextAsk(), std::nullopt);
      download.now = download.record.retry_at();
      ExpectRange(download.NextAsk(), kMiB, 2 * kMiB);
    }
    EXPECT_LE(download.now - kNow, TimeMs{10} * 1000);
    // Progress forgets them.
    ASSERT_EQ(download.record.OnChunkStored({kMiB, kMiB + 1}), 1);
    for (int32_t i = 0; i < kServerErrorsMax; ++i) {
      ASSERT_EQ(download.PartHead(kSecondPart, SameOrigin(status)),
                HeadVerdict::kWait);
      download.now = download.record.retry_at();
    }
    EXPECT_EQ(download.PartHead(kSecondPart, SameOrigin(status)),
              HeadVerdict::kRestart);
    ExpectStartedOver(download, 1);
  }
}

TEST(Record, ChangedFileStartsOver) {
  Download download;
  download.Split();
  download.Receive(kFirstPart);
  EXPECT_EQ(download.PartHead(
                kSecondPart,
                SameOrigin(206, With(PartHeaders({kMiB, 2 * kMiB}, kFilm),
                                     "etag", "\"v2\""))),
            HeadVerdict::kRestart);
  ExpectStartedOver(download, 1);
}

TEST(Record, StartingOverTooOftenLeavesItToPlainRequests) {
  Download download;
  download.Split();
  for (int32_t i = 1; i <= kRestartsMax; ++i) {
    SCOPED_TRACE(i);
    ASSERT_EQ(download.PartHead(kFirstPart, SameOrigin(403)),
              HeadVerdict::kRestart);
    EXPECT_EQ(download.record.generation(), static_cast<uint32_t>(i));
    ASSERT_EQ(download.PlainHead(File(kFilm)), HeadVerdict::kRead);
    download.record.OnChunkStored({0, 1});
  }
  // Cut once more, it is no longer gone on with; and with progress, for ever.
  for (int64_t i = 2; i < 3 * kRetriesMax; ++i) {
    ASSERT_TRUE(download.PlainFails().begins_generation);
    ExpectPlain(download.record.NextAsk({}, download.policy,
                                        download.record.retry_at()),
                /*bypasses_cache=*/true);
    ASSERT_EQ(download.PlainHead(File(kFilm)), HeadVerdict::kRead);
    download.record.OnChunkStored({0, i});
  }
}

TEST(Record, WholeBodyInAnswerToAPartIsTakenFromZero) {
  Download download;
  download.Split();
  download.Receive(kFirstPart);
  const ResponseHead whole = File(kFilm - 1);
  EXPECT_EQ(download.PartHead(kSecondPart, whole), HeadVerdict::kReadAnew);
  EXPECT_EQ(download.record.generation(), 1u);
  EXPECT_EQ(download.record.DownloadedBytes(), 0);
  ASSERT_NE(download.record.UnstoredHead(), nullptr);
  EXPECT_EQ(*download.record.UnstoredHead(), whole);

  download.record.OnChunkStored({0, kFilm - 1});
  EXPECT_EQ(download.record.OnBodyEnded(nullptr), EndVerdict::kComplete);
}

// What ends a record whose server ignores ranges is the number of its cuts.
TEST(Record, TakingFromZeroIsNoRestart) {
  Download download;
  download.Split();
  for (int32_t i = 0; i < 2 * kRestartsMax; ++i) {
    ASSERT_EQ(download.PartHead(kFirstPart, File(kFilm)),
              HeadVerdict::kReadAnew);
    download.record.OnChunkStored({0, kMiB});
  }
}

TEST(Record, TakingFromZeroEndsWithTheLastGeneration) {
  Download download;
  download.Split();
  download.record.RestoreGeneration(kGenerationsMax - 1);
  download.PlainHead(File(kFilm));
  EXPECT_EQ(download.PartHead(kFirstPart, File(kFilm)), HeadVerdict::kReadAnew);
  EXPECT_EQ(download.PartHead(kFirstPart, File(kFilm)),
            HeadVerdict::kFetchError);
}

// Stalls and refusals of parts say nothing of the plain way.
TEST(Record, BodyTakenFromZeroHasAllItsOwnRetries) {
  const ResponseHead busy = SameOrigin(503, {{"retry-after", "1"}});
  Download download;
  download.Split();
  download.Receive(kFirstPart);
  for (int32_t i = 1; i < kRetriesMax; ++i) {
    ASSERT_FALSE(download.PartFails(kSecondPart).is_final);
    download.now = download.record.retry_at();
  }
  ASSERT_EQ(download.PartHead(kSecondPart, busy), HeadVerdict::kWait);
  download.now = download.record.retry_at();
  ASSERT_EQ(download.PartHead(kSecondPart, File(kFilm)),
            HeadVerdict::kReadAnew);
  for (int32_t i = 0; i < kRetriesMax; ++i) {
    ASSERT_FALSE(download.PlainFails().is_final) << i;
  }
  EXPECT_TRUE(download.PlainFails().is_final);
}

// Otherwise a server that ignores ranges would be asked for ever.
TEST(Record, CutsOfThePlainWayCountWhateverPartsMeetInBetween) {
  Download download;
  ASSERT_EQ(download.PlainHead(File(kMiB)), HeadVerdict::kRead);
  ASSERT_EQ(download.record.OnChunkStored({0, 400}), 400);
  for (int32_t i = 1; i < kRetriesMax; ++i) {
    SCOPED_TRACE(i);
    ASSERT_FALSE(download.PlainFails().is_final);
    download.now = download.record.retry_at();
    const AskedRange rest{.begin = 401 - i, .end = kMiB};
    ASSERT_FALSE(download.PartFails(rest).begins_generation);
    download.now = download.record.retry_at();
    ASSERT_EQ(download.PartHead(rest, File(kMiB)), HeadVerdict::kReadAnew);
    download.record.OnChunkStored({0, 400 - i});
  }
  EXPECT_FALSE(download.PlainFails().is_final);
  EXPECT_TRUE(download.PlainFails().is_final);
}

TEST(Record, TotalToldByAPartIsKeptForTheNext) {
  Download download;
  ASSERT_EQ(download.PlainHead(SameOrigin(200, {{"etag", "\"v1\""}})),
            HeadVerdict::kRead);
  download.record.OnChunkStored({0, 100});
  download.PlainFails();
  // How much is missing, nobody has said yet.
  ExpectRange(download.NextAsk(), 100, std::nullopt);
  EXPECT_EQ(download.NextAsk({AskedRange{.begin = 100}}), std::nullopt);

  const AskedRange rest{.begin = 100};
  HeaderList headers = PartHeaders({100, 1000}, 1000);
  EXPECT_EQ(download.PartHead(
                rest, SameOrigin(206, With(headers, "last-modified", ""))),
            HeadVerdict::kRead);
  download.record.OnChunkStored({100, 500});
  EXPECT_EQ(download.record.OnBodyEnded(&rest), EndVerdict::kCutShort);
  download.PartFails(rest);
  ExpectRange(download.NextAsk(), 500, 1000);
}

// --- Waiting as told ---------------------------------------------------------

TEST(Record, RetryAfterIsWaitedForAndThePlainRequestRepeated) {
  for (const int status : {429, 503}) {
    SCOPED_TRACE(status);
    Download download;
    EXPECT_EQ(download.PlainHead(SameOrigin(status, {{"retry-after", "7"}})),
              HeadVerdict::kWait);
    EXPECT_EQ(download.record.retry_at(), kNow + 7000);
    EXPECT_EQ(download.record.generation(), 0u);
    download.now = kNow + 6999;
    EXPECT_EQ(download.NextAsk(), std::nullopt);
    download.now = kNow + 7000;
    // The same answer may be in the HTTP cache.
    ExpectPlain(download.NextAsk(), /*bypasses_cache=*/true);
  }
}

TEST(Record, RetryAfterThatSaysNothingIsReplacedByOurDelay) {
  Download download;
  EXPECT_EQ(download.PlainHead(SameOrigin(503, {{"retry-after", "soon"}})),
            HeadVerdict::kWait);
  EXPECT_GE(download.record.retry_at(), kNow + kRetryDelayFirstMs / 2);
  EXPECT_LE(download.record.retry_at(), kNow + kRetryDelayFirstMs);
}

TEST(Record, PartIsAskedForAgainAfterTheWait) {
  Download download;
  download.Split();
  download.Receive(kFirstPart);
  EXPECT_EQ(
      download.PartHead(kSecondPart, SameOrigin(503, {{"retry-after", "7"}})),
      HeadVerdict::kWait);
  EXPECT_EQ(download.record.generation(), 0u);
  EXPECT_EQ(download.record.DownloadedBytes(), kMiB);
  EXPECT_EQ(download.NextAsk(), std::nullopt);
  download.now = kNow + 7000;
  ExpectRange(download.NextAsk(), kMiB, 2 * kMiB);
}

TEST(Record, CutOfAnotherPartDoesNotEndTheWait) {
  Download download;
  download.Split();
  download.Receive(kFirstPart);
  ASSERT_EQ(
      download.PartHead(kSecondPart, SameOrigin(503, {{"retry-after", "7"}})),
      HeadVerdict::kWait);
  const FailureVerdict verdict =
      download.PartFails({.begin = 2 * kMiB, .end = 3 * kMiB});
  EXPECT_EQ(verdict.retry_at, kNow + 7000);
  EXPECT_EQ(download.record.retry_at(), kNow + 7000);
}

TEST(Record, StartingOverDoesNotEndTheWait) {
  Download download;
  download.Split();
  ASSERT_EQ(
      download.PartHead(kFirstPart, SameOrigin(503, {{"retry-after", "7"}})),
      HeadVerdict::kWait);
  ASSERT_EQ(download.PartHead(kSecondPart, SameOrigin(403)),
            HeadVerdict::kRestart);
  EXPECT_EQ(download.record.retry_at(), kNow + 7000);
  EXPECT_EQ(download.NextAsk(), std::nullopt);
}

TEST(Record, StartingOverEndsTheWaitAfterOurOwnFailures) {
  Download download;
  download.Split();
  download.PartFails(kFirstPart);
  download.PartFails(kFirstPart);
  ASSERT_GT(download.record.retry_at(), kNow);
  ASSERT_EQ(download.PartHead(kSecondPart, SameOrigin(403)),
            HeadVerdict::kRestart);
  EXPECT_EQ(download.record.retry_at(), 0);
  ExpectPlain(download.NextAsk(), /*bypasses_cache=*/true);
}

TEST(Record, LongestOfSeveralWaitsCounts) {
  Download download;
  download.Split();
  for (const char* told : {"7", "60", "1"}) {
    ASSERT_EQ(
        download.PartHead(kFirstPart, SameOrigin(503, {{"retry-after", told}})),
        HeadVerdict::kWait);
  }
  EXPECT_EQ(download.record.retry_at(), kNow + 60'000);
}

TEST(Record, NetworkThatIsBackDoesNotEndAWaitThatAServerAskedFor) {
  Download download;
  ASSERT_EQ(download.PlainHead(SameOrigin(503, {{"retry-after", "7"}})),
            HeadVerdict::kWait);
  download.record.RetryNow();
  EXPECT_EQ(download.record.retry_at(), kNow + 7000);
  EXPECT_EQ(download.NextAsk(), std::nullopt);
}

TEST(Record, ServerThatAlwaysAsksToWaitIsBelievedInTheEnd) {
  const ResponseHead busy = SameOrigin(503, {{"retry-after", "1"}});
  Download plain;
  for (int32_t i = 0; i < kRetriesMax; ++i) {
    ASSERT_EQ(plain.PlainHead(busy), HeadVerdict::kWait);
    plain.now = plain.record.retry_at();
  }
  EXPECT_EQ(plain.PlainHead(busy), HeadVerdict::kBadStatus);

  Download part;
  part.Split();
  for (int32_t i = 0; i < kRetriesMax; ++i) {
    // Those under way together are told the same.
    ASSERT_EQ(part.PartHead(kFirstPart, busy), HeadVerdict::kWait);
    ASSERT_EQ(part.PartHead(kSecondPart, busy), HeadVerdict::kWait);
    part.now = part.record.retry_at();
  }
  // Told a second each time, it has been waited for as long as for any other.
  EXPECT_GE(part.now - kNow, TimeMs{30} * 60 * 1000);
  ASSERT_EQ(part.PartHead(kFirstPart, busy), HeadVerdict::kRestart);

  // The plain request has as many waits as any other.
  part.now = part.record.retry_at();
  EXPECT_EQ(part.PlainHead(busy), HeadVerdict::kWait);
}

TEST(Record, PageThatStandsBeforeTheServerIsNeverTakenForTheBody) {
  const HeaderList video =
      With(FileHeaders(kFilm), "content-type", "video/mp4");
  const ResponseHead portal = SameOrigin(
      200, {{"content-length", "500"}, {"content-type", "text/html"}});
  Download download;
  ASSERT_EQ(download.PlainHead(SameOrigin(200, video)), HeadVerdict::kSplit);
  download.Receive(kFirstPart);
  for (int32_t i = 0; i < kRetriesMax; ++i) {
    ASSERT_EQ(download.PartHead(kSecondPart, portal), HeadVerdict::kWait);
    download.now = download.record.retry_at();
    EXPECT_EQ(download.record.DownloadedBytes(), kMiB);
  }
  EXPECT_EQ(download.PartHead(kSecondPart, portal), HeadVerdict::kFetchError);
}

TEST(Record, OnlyGetWaits) {
  Download download(Request("POST"));
  EXPECT_EQ(download.PlainHead(SameOrigin(503, {{"retry-after", "7"}})),
            HeadVerdict::kBadStatus);
}

TEST(Record, NetworkThatIsBackEndsTheWait) {
  Download download;
  download.PlainFails();
  ASSERT_GT(download.record.retry_at(), kNow);
  EXPECT_EQ(download.NextAsk(), std::nullopt);
  download.record.RetryNow();
  ExpectPlain(download.NextAsk(), /*bypasses_cache=*/true);
}

// --- Failures ----------------------------------------------------------------

TEST(Record, OnlyGetIsAskedAgain) {
  for (const char* method : {"POST", "PUT", "HEAD", "DELETE"}) {
    SCOPED_TRACE(method);
    Download download(Request(method));
    EXPECT_FALSE(download.record.IsRepeatable());
    EXPECT_TRUE(download.PlainFails().is_final);
  }
  Download offline(Request("POST"));
  EXPECT_TRUE(
      offline.PlainFails({.may_come_back = true, .is_online = false}).is_final);
}

TEST(Record, FetchNobodyAnsweredGivesUpSoon) {
  Download download;
  for (int32_t i = 0; i < kRetriesUnansweredMax; ++i) {
    ASSERT_FALSE(download.PlainFails({.may_come_back = false}).is_final);
  }
  EXPECT_TRUE(download.PlainFails({.may_come_back = false}).is_final);
}

TEST(Record, FetchThatWasAnsweredGivesUpLate) {
  Download download;
  for (int32_t i = 0; i < kRetriesMax; ++i) {
    ASSERT_FALSE(download.PlainFails().is_final);
  }
  EXPECT_TRUE(download.PlainFails().is_final);
}

TEST(Record, FailuresWhileOfflineAreNotCounted) {
  Download download;
  for (int32_t i = 0; i < 10 * kRetriesMax; ++i) {
    ASSERT_FALSE(
        download.PlainFails({.may_come_back = false, .is_online = false})
            .is_final);
  }
  // Nor do they lengthen the delay.
  EXPECT_LE(download.record.retry_at(), download.now + kRetryDelayFirstMs);
}

TEST(Record, DelayDoublesWithEveryFailureInARow) {
  Download download;
  DurationMs ceiling = kRetryDelayFirstMs;
  for (int32_t i = 0; i < 8; ++i) {
    SCOPED_TRACE(i);
    const FailureVerdict verdict = download.PlainFails();
    EXPECT_FALSE(verdict.begins_generation);
    EXPECT_EQ(verdict.retry_at, download.record.retry_at());
    EXPECT_GE(verdict.retry_at, download.now + ceiling / 2);
    EXPECT_LE(verdict.retry_at, download.now + ceiling);
    EXPECT_EQ(download.NextAsk(), std::nullopt);
    download.now = verdict.retry_at;
    ceiling *= 2;
  }
}

TEST(Record, ProgressForgetsTheFailuresBefore) {
  Download download;
  download.Split();
  for (int64_t i = 0; i < 3 * kRetriesMax; ++i) {
    ASSERT_FALSE(download.PartFails(kFirstPart).is_final);
    ASSERT_EQ(download.record.OnChunkStored({i, i + 1}), 1);
    download.now = std::max(download.now, download.record.retry_at());
  }
  EXPECT_EQ(download.record.generation(), 0u);
}

// Bytes that were there before and are fetched again are no progress: a body
// cut at the same place every time must come to an end.
TEST(Record, TheSameBytesAgainAreNoProgress) {
  Download download;
  for (int32_t i = 0; i < kRetriesMax; ++i) {
    ASSERT_EQ(download.PlainHead(PlainFile(1000)), HeadVerdict::kRead);
    ASSERT_EQ(download.record.OnChunkStored({0, 400}), 400);
    ASSERT_FALSE(download.PlainFails().is_final);
  }
  ASSERT_EQ(download.PlainHead(PlainFile(1000)), HeadVerdict::kRead);
  download.record.OnChunkStored({0, 400});
  // The first 400 bytes were progress, and reset the count.
  EXPECT_TRUE(download.PlainFails().is_final);
}

// Whatever there was before the resource changed.
TEST(Record, BytesOfAJoinedPartAreProgress) {
  Download download;
  download.Split();
  ASSERT_EQ(download.record.OnChunkStored({0, 4 * kMiB}), 4 * kMiB);
  ASSERT_EQ(download.PartHead(kFirstPart, File(kFilm)), HeadVerdict::kReadAnew);
  ASSERT_EQ(download.record.OnChunkStored({0, 1000}), 1000);
  ASSERT_FALSE(download.PlainFails().is_final);
  for (int64_t i = 1; i < 3 * kRetriesMax; ++i) {
    const AskedRange rest{.begin = 1000 * i, .end = kMiB};
    download.now = std::max(download.now, download.record.retry_at());
    ASSERT_EQ(download.PartHead(rest, AnswerTo(rest)), HeadVerdict::kRead);
    ASSERT_EQ(download.record.OnChunkStored({1000 * i, 1000 * (i + 1)}), 1000);
    ASSERT_FALSE(download.PartFails(rest).is_final);
  }
  EXPECT_EQ(download.record.generation(), 1u);
}

// A plain request whose answer promises 1000 bytes and ends early.
FailureVerdict EndsAfter(Download& download, int64_t bytes,
                         FailureContext context = {.may_come_back = true,
                                                   .has_ended = true}) {
  EXPECT_EQ(download.PlainHead(PlainFile(1000)), HeadVerdict::kRead);
  download.record.OnChunkStored({0, bytes});
  return download.PlainFails(context);
}

TEST(Record, TheSameEndAgainAndAgainIsBelieved) {
  Download download;
  for (int32_t i = 1; i < kSameEndsMax; ++i) {
    ASSERT_FALSE(EndsAfter(download, 400).is_final);
  }
  EXPECT_TRUE(EndsAfter(download, 400).is_final);
}

TEST(Record, EndsAtOtherBytesAreNotTheSame) {
  Download download;
  for (int32_t i = 0; i < 2 * kSameEndsMax; ++i) {
    ASSERT_FALSE(EndsAfter(download, 400 - i % 2).is_final);
  }
}

TEST(Record, RefusalBetweenSameEndsSaysNothingOfThem) {
  Download download;
  for (int32_t i = 1; i < kSameEndsMax; ++i) {
    ASSERT_FALSE(EndsAfter(download, 400).is_final);
    ASSERT_FALSE(download.PlainFails({.may_come_back = true, .has_ended = true})
                     .is_final);
  }
  EXPECT_TRUE(EndsAfter(download, 400).is_final);
}

TEST(Record, OnlyConnectionsThatEndWhileOnlineTellWhereABodyEnds) {
  for (const FailureContext& context :
       {FailureContext{.may_come_back = true, .has_ended = false},
        FailureContext{
            .may_come_back = true, .is_online = false, .has_ended = true}}) {
    Download download;
    for (int32_t i = 0; i < kSameEndsMax; ++i) {
      ASSERT_FALSE(EndsAfter(download, 400, context).is_final);
    }
  }
}

TEST(Record, PartsThatEndEarlyDoNotTellWhereABodyEnds) {
  Download download;
  download.Split();
  download.record.OnChunkStored({0, 400});
  for (int32_t i = 0; i < kSameEndsMax; ++i) {
    ASSERT_FALSE(
        download
            .PartFails(kFirstPart, {.may_come_back = true, .has_ended = true})
            .is_final);
  }
}

// As often as parts may fail; but for the first time, which is answered at
// once, two are under way.
void ExhaustParts(Download& download, const FailureContext& context) {
  ASSERT_FALSE(download.PartFails(kFirstPart, context).is_final);
  download.now = download.record.retry_at();
  for (int32_t i = 1; i < kRetriesMax; ++i) {
    for (const AskedRange& part : {kFirstPart, kSecondPart}) {
      const FailureVerdict verdict = download.PartFails(part, context);
      ASSERT_FALSE(verdict.is_final);
      ASSERT_FALSE(verdict.begins_generation);
    }
    download.now = download.record.retry_at();
  }
}

TEST(Record, ServerThatIsDownIsWaitedForWithWhatIsStored) {
  const FailureContext refused{.may_come_back = true};
  Download download;
  download.Split();
  ASSERT_EQ(download.record.OnChunkStored({2 * kMiB, 3 * kMiB}), kMiB);
  ExhaustParts(download, refused);
  EXPECT_GE(download.now - kNow, TimeMs{30} * 60 * 1000);
  EXPECT_EQ(download.record.DownloadedBytes(), kMiB);
  EXPECT_TRUE(download.PartFails(kFirstPart, refused).begins_generation);
}

TEST(Record, RangesThatNobodyEverAnsweredGiveThePlainRequestItsChance) {
  const FailureContext refused{.may_come_back = true};
  Download download;
  // A range could be refused for want of an answer to its preflight.
  ASSERT_EQ(
      download.PlainHead(CrossOrigin(
          200, {{"content-length", "1000"}, {"content-type", "video/mp4"}})),
      HeadVerdict::kRead);
  ASSERT_EQ(download.record.OnChunkStored({0, 400}), 400);
  ExhaustParts(download, refused);
  EXPECT_TRUE(download.PartFails(kFirstPart, refused).begins_generation);
}

TEST(Record, PartsThatKeepFailingGiveThePlainRequestItsChance) {
  const FailureContext cut{.may_come_back = true};
  Download download;
  download.Split();
  ExhaustParts(download, cut);
  const FailureVerdict verdict = download.PartFails(kFirstPart, cut);
  EXPECT_FALSE(verdict.is_final);
  EXPECT_TRUE(verdict.begins_generation);
  ExpectStartedOver(download, 1);
  ExpectPlain(download.NextAsk(), /*bypasses_cache=*/true);

  // It has as many retries as any other.
  for (int32_t i = 0; i < kRetriesMax; ++i) {
    ASSERT_FALSE(download.PlainFails().is_final);
  }
  EXPECT_TRUE(download.PlainFails().is_final);
}

// --- Cuts --------------------------------------------------------------------

TEST(Record, CutStreamGoesOnInPartsAtOnce) {
  Download download;
  // Too small to split, large enough to be resumed.
  ASSERT_EQ(download.PlainHead(File(2 * kMiB - 1)), HeadVerdict::kRead);
  download.record.OnChunkStored({0, 700'000});
  const FailureVerdict verdict = download.PlainFails();
  EXPECT_FALSE(verdict.is_final);
  EXPECT_FALSE(verdict.begins_generation);
  EXPECT_EQ(verdict.retry_at, kNow);
  EXPECT_EQ(download.record.DownloadedBytes(), 700'000);
  const std::optional<Ask> ask = download.NextAsk();
  ASSERT_TRUE(ask && ask->range);
  EXPECT_EQ(ask->range->begin, 700'000);
  EXPECT_EQ(ask->if_range, "\"v1\"");
}

TEST(Record, CutStreamOfUnknownLengthGoesOnFromItsFirstByteOn) {
  Download download;
  const HeaderList chunked = With(FileHeaders(0), "content-length", "");
  ASSERT_EQ(download.PlainHead(SameOrigin(200, chunked)), HeadVerdict::kRead);
  download.record.OnChunkStored({0, 1});
  EXPECT_FALSE(download.PlainFails().begins_generation);
  EXPECT_EQ(download.record.DownloadedBytes(), 1);
  ExpectRange(download.NextAsk(), 1, std::nullopt);
}

TEST(Record, OnlyWhatIsMissingOfACutPartIsAskedForAgain) {
  Download download;
  download.Split();
  download.Receive(kFirstPart);
  ASSERT_EQ(download.PartHead(kSecondPart, AnswerTo(kSecondPart)),
            HeadVerdict::kRead);
  download.record.OnChunkStored({kMiB, kMiB + 300});
  EXPECT_EQ(download.record.OnBodyEnded(&kSecondPart), EndVerdict::kCutShort);
  const FailureVerdict verdict = download.PartFails(kSecondPart);
  EXPECT_FALSE(verdict.is_final);
  EXPECT_FALSE(verdict.begins_generation);
  EXPECT_EQ(verdict.retry_at, kNow);
  ExpectRange(download.NextAsk(), kMiB + 300, 2 * kMiB + 300);
}

TEST(Record, SecondCutInARowWaits) {
  Download download;
  download.Split();
  download.Receive(kFirstPart);
  EXPECT_EQ(download.PartFails(kSecondPart).retry_at, kNow);
  const FailureVerdict verdict = download.PartFails(kSecondPart);
  EXPECT_GE(verdict.retry_at, kNow + kRetryDelayFirstMs);
  EXPECT_LE(verdict.retry_at, kNow + 2 * kRetryDelayFirstMs);
}

TEST(Record, CutOfABodyThatCannotBeResumedStartsOver) {
  const ResponseHead heads[] = {
      PlainFile(1000),
      SameOrigin(200, With(FileHeaders(1000), "content-encoding", "gzip")),
      SameOrigin(200, With(FileHeaders(1000), "accept-ranges", "none")),
      SameOrigin(200, {{"etag", "W/\"v1\""}, {"vary", "accept"}}),
      CrossOrigin(200,
                  {{"content-length", "1000"}, {"content-type", "text/plain"}}),
  };
  for (const ResponseHead& head : heads) {
    Download download;
    ASSERT_EQ(download.PlainHead(head), HeadVerdict::kRead);
    download.record.OnChunkStored({0, 400});
    const FailureVerdict verdict = download.PlainFails();
    EXPECT_FALSE(verdict.is_final);
    EXPECT_TRUE(verdict.begins_generation);
    ExpectStartedOver(download, 1);
  }
}

TEST(Record, CutOfABodyWithIntegrityStartsOver) {
  Download download(RequestWithIntegrity());
  ASSERT_EQ(download.PlainHead(File(1000)), HeadVerdict::kRead);
  download.record.OnChunkStored({0, 400});
  EXPECT_TRUE(download.PlainFails().begins_generation);
  ExpectStartedOver(download, 1);
}

TEST(Record, CutBeforeTheFirstByteStartsOver) {
  Download download;
  ASSERT_EQ(download.PlainHead(File(1000)), HeadVerdict::kRead);
  EXPECT_TRUE(download.PlainFails().begins_generation);
  ExpectStartedOver(download, 1);
}

// --- How to read a body ------------------------------------------------------

BodyPlan PlanOfPlain(const ResponseHead& head, const SpeedMeter& speed = {},
                     const RequestInfo& info = Request()) {
  Download download(info);
  download.PlainHead(head);
  return download.record.PlanBody(nullptr, head, speed);
}

BodyPlan PlanOfPart(const AskedRange& asked, const ResponseHead& head,
                    const SpeedMeter& speed = {}) {
  Download download;
  download.PlainHead(File(kFilm));
  download.PartHead(asked, head);
  return download.record.PlanBody(&asked, head, speed);
}

SpeedMeter SlowLink() {
  SpeedMeter speed;
  for (int i = 0; i < 20; ++i) speed.Observe(100'000, 10'000);
  return speed;
}

TEST(BodyPlan, SmallBodyIsBuffered) {
  const BodyPlan plan = PlanOfPlain(File(kBufferBytesMax));
  EXPECT_EQ(plan.mode, BodyPlan::Mode::kBuffer);
  EXPECT_EQ(plan.begin, 0);
  EXPECT_EQ(plan.end, std::nullopt);
}

TEST(BodyPlan, BodyOfOnePartIsABlobAndALargerOneAStream) {
  EXPECT_EQ(PlanOfPlain(File(kBufferBytesMax + 1)).mode, BodyPlan::Mode::kBlob);
  EXPECT_EQ(PlanOfPlain(File(kPartBytesInitial)).mode, BodyPlan::Mode::kBlob);
  const BodyPlan plan = PlanOfPlain(File(kPartBytesInitial + 1));
  EXPECT_EQ(plan.mode, BodyPlan::Mode::kStream);
  EXPECT_EQ(plan.piece_bytes, SpeedMeter().PieceBytes());
}

TEST(BodyPlan, BodyOfUnknownLengthIsAStream) {
  for (const ResponseHead& head :
       {SameOrigin(200),
        SameOrigin(200, With(FileHeaders(1000), "content-encoding", "gzip")),
        SameOrigin(201, FileHeaders(1000)), Part({0, 1000}, 1000),
        CrossOrigin(200, {{"content-length", "1000"},
                          {"content-type", "text/plain"}})}) {
    const BodyPlan plan = PlanOfPlain(head);
    EXPECT_EQ(plan.mode, BodyPlan::Mode::kStream);
    EXPECT_EQ(plan.end, std::nullopt);
  }
  EXPECT_EQ(PlanOfPlain(File(1000), {}, Request("HEAD")).mode,
            BodyPlan::Mode::kStream);
}

TEST(BodyPlan, PartIsABlobBoundedByItsRange) {
  const BodyPlan plan = PlanOfPart(kSecondPart, AnswerTo(kSecondPart));
  EXPECT_EQ(plan.mode, BodyPlan::Mode::kBlob);
  EXPECT_EQ(plan.begin, kMiB);
  EXPECT_EQ(plan.end, 2 * kMiB);
}

TEST(BodyPlan, SmallPartIsBuffered) {
  const AskedRange asked{.begin = kMiB, .end = kMiB + kBufferBytesMax};
  EXPECT_EQ(PlanOfPart(asked, AnswerTo(asked)).mode, BodyPlan::Mode::kBuffer);
}

TEST(BodyPlan, LargestPartIsABlobWhateverTheSpeedIsNow) {
  const AskedRange asked{.begin = kMiB, .end = kMiB + kPartBytesMax};
  EXPECT_EQ(PlanOfPart(asked, AnswerTo(asked)).mode, BodyPlan::Mode::kBlob);
}

TEST(BodyPlan, FirstPartComesInPiecesUntilItsHeadIsStored) {
  const AskedRange asked{.begin = 0, .end = kMiB};
  const BodyPlan plan = PlanOfPart(asked, AnswerTo(asked));
  EXPECT_EQ(plan.mode, BodyPlan::Mode::kStream);
  EXPECT_EQ(plan.piece_bytes, kPartBytesMin);
  EXPECT_EQ(plan.end, kMiB);
}

TEST(BodyPlan, PartOfUnknownLengthIsCountedAsItComes) {
  const BodyPlan plan = PlanOfPart(
      kSecondPart, SameOrigin(206, With(PartHeaders({kMiB, 2 * kMiB}, kFilm),
                                        "content-length", "")));
  EXPECT_EQ(plan.mode, BodyPlan::Mode::kStream);
  EXPECT_EQ(plan.begin, kMiB);
  EXPECT_EQ(plan.end, 2 * kMiB);
}

TEST(BodyPlan, PartToTheEndEndsWhereTheBodyDoes) {
  const AskedRange rest{.begin = kFilm - 1000};
  const BodyPlan plan = PlanOfPart(rest, Part({kFilm - 1000, kFilm}));
  EXPECT_EQ(plan.mode, BodyPlan::Mode::kBuffer);
  EXPECT_EQ(plan.begin, kFilm - 1000);
  EXPECT_EQ(plan.end, kFilm);
}

TEST(BodyPlan, SlowLinkStreamsInSmallPieces) {
  const AskedRange asked{.begin = 0, .end = kBufferBytesMax + 1};
  const BodyPlan part = PlanOfPart(asked, AnswerTo(asked), SlowLink());
  EXPECT_EQ(part.mode, BodyPlan::Mode::kStream);
  EXPECT_EQ(part.piece_bytes, kPieceBytesMin);
  const BodyPlan plain = PlanOfPlain(File(kBufferBytesMax + 1), SlowLink());
  EXPECT_EQ(plain.mode, BodyPlan::Mode::kStream);
  EXPECT_EQ(plain.piece_bytes, kPieceBytesMin);
}

TEST(BodyPlan, StreamOfUnknownSpeedShowsItsBytesAsSoonAsAPieceIsDue) {
  const BodyPlan plan = PlanOfPlain(SameOrigin(200));
  EXPECT_GT(plan.piece_bytes, plan.piece_bytes_min);
  EXPECT_EQ(plan.piece_bytes_min, kPieceBytesMin);
  EXPECT_EQ(plan.piece_ms, kPieceDurationMs);
}

TEST(BodyPlan, BodyTakenFromZeroIsPlannedAsAPlainOne) {
  Download download;
  download.Split();
  const ResponseHead whole = File(kFilm);
  ASSERT_EQ(download.PartHead(kSecondPart, whole), HeadVerdict::kReadAnew);
  const BodyPlan plan = download.record.PlanBody(nullptr, whole, {});
  EXPECT_EQ(plan.mode, BodyPlan::Mode::kStream);
  EXPECT_EQ(plan.begin, 0);
  EXPECT_EQ(plan.end, std::nullopt);
}

// In one piece it would not show how far it got.
TEST(Record, PlainBodyThatHasFailedIsReadAsAStream) {
  Download download;
  const ResponseHead head = PlainFile(1000);
  download.PlainHead(head);
  ASSERT_EQ(download.record.PlanBody(nullptr, head, {}).mode,
            BodyPlan::Mode::kBuffer);
  download.PlainFails();
  download.PlainHead(head);
  EXPECT_EQ(download.record.PlanBody(nullptr, head, {}).mode,
            BodyPlan::Mode::kStream);
}

// --- Settling ----------------------------------------------------------------

TEST(Record, SuccessKeepsItsLengthAndItsBytes) {
  Download download;
  download.PlainHead(File(1000));
  download.record.OnChunkStored({0, 1000});
  download.record.Settle(FailureReason::kNone, 1000);
  EXPECT_TRUE(download.record.IsSettled());
  EXPECT_FALSE(download.record.IsFresh());
  EXPECT_EQ(download.record.reason(), FailureReason::kNone);
  EXPECT_EQ(download.record.length(), 1000);
  EXPECT_EQ(download.record.DownloadedBytes(), 1000);
  EXPECT_TRUE(download.record.IsBodyStored());
  EXPECT_EQ(download.NextAsk(), std::nullopt);
}

TEST(Record, FailureHasNoLengthAndItsBytesDoNotCount) {
  Download download;
  download.PlainHead(File(1000));
  download.record.OnChunkStored({0, 400});
  download.record.Settle(FailureReason::kQuotaExceeded, 400);
  EXPECT_EQ(download.record.reason(), FailureReason::kQuotaExceeded);
  EXPECT_EQ(download.record.length(), 0);
  EXPECT_EQ(download.record.DownloadedBytes(), 0);
  EXPECT_EQ(download.NextAsk(), std::nullopt);
}

TEST(RecordDeathTest, SettlingTwiceIsABug) {
  Download download;
  download.record.Settle(FailureReason::kNone, 0);
  EXPECT_DEATH(download.record.Settle(FailureReason::kNone, 0), "check failed");
}

// --- Coming back -------------------------------------------------------------

TEST(RecordRecovery, OnlyWhatIsNotStoredIsAskedFor) {
  Download download;
  download.record.RestoreHead(File(kFilm));
  download.record.RestoreChunk({0, kMiB});
  download.record.RestoreChunk({2 * kMiB, 3 * kMiB});
  EXPECT_FALSE(download.record.IsFresh());
  EXPECT_TRUE(download.record.IsHeadStored());
  EXPECT_EQ(download.record.UnstoredHead(), nullptr);
  EXPECT_EQ(download.record.DownloadedBytes(), 2 * kMiB);
  EXPECT_FALSE(download.record.StartOverUnlessResumable());
  EXPECT_EQ(download.record.generation(), 0u);

  ExpectRange(download.NextAsk(), kMiB, 2 * kMiB);
  EXPECT_EQ(download.NextAsk()->if_range, "\"v1\"");
  ExpectRange(download.NextAsk({kSecondPart}), 3 * kMiB, 4 * kMiB);
}

TEST(RecordRecovery, WholeBodyIsRecognised) {
  Download download;
  download.record.RestoreHead(File(1000));
  download.record.RestoreChunk({0, 400});
  EXPECT_FALSE(download.record.IsBodyStored());
  download.record.RestoreChunk({400, 1000});
  EXPECT_TRUE(download.record.IsBodyStored());
}

TEST(RecordRecovery, BodyOfUnknownLengthIsNeverTakenForWhole) {
  Download download;
  download.record.RestoreHead(SameOrigin(200));
  download.record.RestoreChunk({0, 1000});
  EXPECT_FALSE(download.record.IsBodyStored());
}

TEST(RecordRecovery, BodyOfUnknownLengthIsCompleteWhereTheServerSaysSo) {
  Download download;
  download.record.RestoreHead(SameOrigin(200, {{"etag", "\"v1\""}}));
  download.record.RestoreChunk({0, 1000});
  const std::optional<Ask> ask = download.NextAsk();
  ASSERT_TRUE(ask && ask->range);
  EXPECT_EQ(ask->range->begin, 1000);
  EXPECT_EQ(
      download.PartHead(*ask->range,
                        SameOrigin(416, {{"content-range", "bytes */1000"}})),
      HeadVerdict::kComplete);
  EXPECT_EQ(download.record.generation(), 0u);
  EXPECT_EQ(download.record.DownloadedBytes(), 1000);
}

TEST(RecordRecovery, BadStatusIsRecognised) {
  Download bad;
  bad.record.RestoreHead(SameOrigin(404));
  EXPECT_TRUE(bad.record.IsBadStatusStored());
  Download good;
  good.record.RestoreHead(SameOrigin(200));
  EXPECT_FALSE(good.record.IsBadStatusStored());
}

TEST(RecordRecovery, RecordThatWasNeverAskedStaysFresh) {
  Download download;
  EXPECT_FALSE(download.record.StartOverUnlessResumable());
  EXPECT_TRUE(download.record.IsFresh());
  EXPECT_EQ(download.record.generation(), 0u);
}

TEST(RecordRecovery, BodyThatCannotBeResumedStartsOver) {
  Download download;
  download.record.RestoreHead(PlainFile(1000));
  download.record.RestoreChunk({0, 400});
  EXPECT_TRUE(download.record.StartOverUnlessResumable());
  ExpectStartedOver(download, 1);
}

TEST(RecordRecovery, StreamWithAHoleAtItsBeginningStartsOver) {
  Download download;
  // Resumable by its tag, but its length is unknown: no parts.
  download.record.RestoreHead(SameOrigin(200, {{"etag", "\"v1\""}}));
  download.record.RestoreChunk({100, 200});
  EXPECT_TRUE(download.record.StartOverUnlessResumable());
  ExpectStartedOver(download, 1);
}

TEST(RecordRecovery, BodyWithIntegrityStartsOver) {
  Download download(RequestWithIntegrity());
  download.record.RestoreHead(File(1000));
  download.record.RestoreChunk({0, 400});
  EXPECT_TRUE(download.record.StartOverUnlessResumable());
}

TEST(RecordRecovery, GenerationGoesOnWithAPlainRequestPastTheCache) {
  Download download;
  download.record.RestoreGeneration(3);
  EXPECT_FALSE(download.record.IsFresh());
  EXPECT_FALSE(download.record.StartOverUnlessResumable());
  ExpectStartedOver(download, 3);
}

TEST(RecordRecovery, WhatStartedOverIsNotSplitAgainInEveryLife) {
  Download download;
  download.record.RestoreGeneration(1);
  EXPECT_EQ(download.PlainHead(File(kFilm)), HeadVerdict::kRead);
  Download first;
  first.record.RestoreGeneration(0);
  EXPECT_EQ(first.PlainHead(File(kFilm)), HeadVerdict::kSplit);
}

TEST(RecordRecovery, BodyThatBeganTooOftenDoesNotBeginAgain) {
  for (const bool is_worn_out : {false, true}) {
    const uint32_t generation = kGenerationsMax - (is_worn_out ? 0 : 1);
    Download cut;
    cut.record.RestoreGeneration(generation);
    EXPECT_EQ(cut.record.IsWornOut(), is_worn_out);
    ASSERT_EQ(cut.PlainHead(PlainFile(kFilm)), HeadVerdict::kRead);
    cut.record.OnChunkStored({0, kMiB});
    EXPECT_EQ(cut.PlainFails().is_final, is_worn_out);

    Download part;
    part.record.RestoreGeneration(generation);
    part.record.RestoreHead(File(kFilm));
    part.record.RestoreChunk({0, kMiB});
    EXPECT_EQ(part.PartHead(kSecondPart, SameOrigin(403)),
              is_worn_out ? HeadVerdict::kFetchError : HeadVerdict::kRestart);
  }
}

TEST(RecordRecovery, NewerGenerationForgetsTheOlder) {
  Download download;
  download.record.RestoreHead(SameOrigin(404));
  download.record.RestoreChunk({0, 400});
  download.record.RestoreGeneration(1);
  EXPECT_EQ(download.record.DownloadedBytes(), 0);
  EXPECT_FALSE(download.record.IsHeadStored());
  EXPECT_FALSE(download.record.IsBadStatusStored());

  download.record.RestoreHead(File(1000));
  download.record.RestoreChunk({0, 1000});
  EXPECT_TRUE(download.record.IsBodyStored());
}

TEST(RecordRecovery, ProgressBeforeTheCrashIsNoProgressAfterIt) {
  Download download;
  download.record.RestoreHead(PlainFile(1000));
  download.record.RestoreChunk({0, 400});
  ASSERT_TRUE(download.record.StartOverUnlessResumable());
  for (int32_t i = 0; i < kRetriesMax; ++i) {
    ASSERT_FALSE(download.PlainFails().is_final);
    ASSERT_EQ(download.PlainHead(PlainFile(1000)), HeadVerdict::kRead);
    ASSERT_EQ(download.record.OnChunkStored({0, 400}), 400);
  }
  EXPECT_TRUE(download.PlainFails().is_final);
}

TEST(RecordRecovery, SettledRecordIsHeldAgainstItsLength) {
  Download download;
  download.record.RestoreGeneration(1);
  download.record.Settle(FailureReason::kNone, 1000);
  EXPECT_FALSE(download.record.IsBodyStored());
  download.record.RestoreHead(SameOrigin(200, {{"vary", "accept"}}));
  download.record.RestoreChunk({0, 999});
  EXPECT_FALSE(download.record.IsBodyStored());
  download.record.RestoreChunk({999, 1000});
  EXPECT_TRUE(download.record.IsBodyStored());
  EXPECT_EQ(download.record.vary(), "accept");
  EXPECT_EQ(download.record.DownloadedBytes(), 1000);
}

TEST(RecordRecovery, RecordThatLostBytesIsFetchedAgain) {
  Download download;
  download.record.Settle(FailureReason::kNone, 1000);
  download.record.RestoreHead(File(1000));
  download.record.RestoreChunk({0, 999});
  download.record.Reopen();
  EXPECT_FALSE(download.record.IsSettled());
  EXPECT_EQ(download.record.length(), 0);
  ExpectStartedOver(download, 1);
}

}  // namespace
}  // namespace background_fetch
