#include "ranges/representation.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "base/limits.h"
#include "tests/unit/sample_heads.h"

namespace background_fetch {
namespace {

Representation Typed(const std::string& content_type) {
  return DescribeRepresentation(CrossOrigin(
      200, {{"content-type", content_type}, {"content-length", "1000"}}));
}

// --- What a head says --------------------------------------------------------

TEST(Representation, EverythingOfASameOriginHeadIsKept) {
  const Representation file =
      DescribeRepresentation(SameOrigin(200, FileHeaders(1000)));
  EXPECT_EQ(file.etag, "\"v1\"");
  EXPECT_EQ(file.last_modified, "Sat, 21 Nov 2026 10:00:00 GMT");
  EXPECT_EQ(file.url, kFileUrl);
  EXPECT_EQ(file.length, 1000);
  EXPECT_EQ(file.range_support, RangeSupport::kBytes);
  EXPECT_TRUE(file.is_same_origin);
  EXPECT_FALSE(file.is_encoded);
}

TEST(Representation, BareHeadSaysNothing) {
  const Representation bare = DescribeRepresentation(SameOrigin(200));
  EXPECT_EQ(bare.etag, "");
  EXPECT_EQ(bare.last_modified, "");
  EXPECT_EQ(bare.length, std::nullopt);
  EXPECT_EQ(bare.range_support, RangeSupport::kUnknown);
}

TEST(Representation, AcceptRangesIsReadWithoutCase) {
  const auto support_of = [](const std::string& value) {
    return DescribeRepresentation(SameOrigin(200, {{"accept-ranges", value}}))
        .range_support;
  };
  EXPECT_EQ(support_of("bytes"), RangeSupport::kBytes);
  EXPECT_EQ(support_of("Bytes"), RangeSupport::kBytes);
  EXPECT_EQ(support_of("none"), RangeSupport::kNone);
  EXPECT_EQ(support_of("NONE"), RangeSupport::kNone);
  EXPECT_EQ(support_of("pages"), RangeSupport::kUnknown);
}

TEST(Representation, LengthThatDoesNotParseIsUnknown) {
  for (const char* value : {"abc", "-1", "10, 11", "9007199254740992"}) {
    SCOPED_TRACE(value);
    EXPECT_EQ(
        DescribeRepresentation(SameOrigin(200, {{"content-length", value}}))
            .length,
        std::nullopt);
  }
}

TEST(Representation, EncodedBodyHasAnUnknownLength) {
  for (const char* coding : {"gzip", "BR", "identity, gzip"}) {
    SCOPED_TRACE(coding);
    const Representation file = DescribeRepresentation(
        SameOrigin(200, With(FileHeaders(1000), "content-encoding", coding)));
    EXPECT_TRUE(file.is_encoded);
    EXPECT_EQ(file.length, std::nullopt);
  }
}

TEST(Representation, IdentityIsNoEncoding) {
  const Representation file = DescribeRepresentation(
      SameOrigin(200, With(FileHeaders(1000), "content-encoding", "Identity")));
  EXPECT_FALSE(file.is_encoded);
  EXPECT_EQ(file.length, 1000);
}

TEST(Representation, PartTellsTheWholeLengthAndThatRangesWork) {
  const Representation file = DescribeRepresentation(SameOrigin(
      206, With(PartHeaders({0, 100}, 1000), "accept-ranges", "none")));
  EXPECT_EQ(file.length, 1000);
  EXPECT_EQ(file.range_support, RangeSupport::kBytes);
}

TEST(Representation, PartNeverTakesItsOwnLengthForTheWhole) {
  const HeaderList part = PartHeaders({0, 100}, 1000);
  for (const char* content_range : {"", "bytes 0-99/*", "bytes 99-0/1000"}) {
    SCOPED_TRACE(content_range);
    EXPECT_EQ(DescribeRepresentation(
                  SameOrigin(206, With(part, "content-range", content_range)))
                  .length,
              std::nullopt);
  }
}

// --- Across origins, where Content-Encoding is hidden ------------------------

TEST(Representation, CrossOriginLengthIsTrustedForTypesNobodyCompresses) {
  for (const char* type :
       {"application/octet-stream", "application/zip", "application/gzip",
        "application/x-tar", "application/x-7z-compressed", "application/zstd",
        "application/vnd.rar", "application/ogg", "audio/mpeg", "video/webm",
        "image/png", "Video/MP4", "video/webm; codecs=\"vp9\"",
        "application/zip ;x=y"}) {
    SCOPED_TRACE(type);
    const Representation file = Typed(type);
    EXPECT_EQ(file.length, 1000);
    EXPECT_FALSE(file.is_same_origin);
  }
}

TEST(Representation, CrossOriginLengthOfAnythingElseIsUnknown) {
  for (const char* type :
       {"", "text/plain", "application/json", "application/wasm",
        "application/javascript", "application/x-javascript",
        "application/x-ndjson", "application/x-protobuf", "application/x-ttf",
        "application/zip+json", "image/svg+xml", "image/svg+xml; charset=utf-8",
        "IMAGE/SVG+XML", "image/x-icon", "image/vnd.microsoft.icon",
        "image/bmp", "audio/mpegurl", "videos/webm"}) {
    SCOPED_TRACE(type);
    EXPECT_EQ(Typed(type).length, std::nullopt);
  }
}

TEST(Representation, EncodingShownAcrossOriginsIsBelieved) {
  const Representation file = DescribeRepresentation(
      CrossOrigin(200, {{"content-type", "application/octet-stream"},
                        {"content-length", "1000"},
                        {"content-encoding", "gzip"}}));
  EXPECT_TRUE(file.is_encoded);
  EXPECT_EQ(file.length, std::nullopt);
}

// --- Validators --------------------------------------------------------------

TEST(Representation, OnlyAQuotedTagIsStrong) {
  const auto is_strong = [](const std::string& etag) {
    Representation file;
    file.etag = etag;
    return file.HasStrongEtag();
  };
  EXPECT_TRUE(is_strong("\"v1\""));
  EXPECT_TRUE(is_strong("\"\""));
  EXPECT_FALSE(is_strong(""));
  EXPECT_FALSE(is_strong("\""));
  EXPECT_FALSE(is_strong("v1"));
  EXPECT_FALSE(is_strong("W/\"v1\""));
}

// --- Resuming and splitting --------------------------------------------------

// As good as it gets: same origin, strong tag, length known, ranges accepted.
Representation Ideal() {
  return DescribeRepresentation(SameOrigin(200, FileHeaders(kSplitLengthMin)));
}

TEST(MayResume, StrongTagSufficesEvenWithoutALength) {
  Representation file = Ideal();
  file.length.reset();
  file.last_modified.clear();
  EXPECT_TRUE(MayResume(file));
}

TEST(MayResume, WeakValidatorNeedsALength) {
  for (const char* etag : {"", "W/\"v1\""}) {
    SCOPED_TRACE(etag);
    Representation file = Ideal();
    file.etag = etag;
    EXPECT_TRUE(MayResume(file));
    file.length.reset();
    EXPECT_FALSE(MayResume(file));
  }
}

TEST(MayResume, OwnOriginWithoutAnyValidatorStartsOver) {
  Representation file = Ideal();
  file.etag.clear();
  file.last_modified.clear();
  EXPECT_FALSE(MayResume(file));
  file.etag = "W/\"v1\"";
  EXPECT_TRUE(MayResume(file));
}

TEST(MayResume, HiddenValidatorsAreReplacedByATrustedLength) {
  Representation file = Ideal();
  file.etag.clear();
  file.last_modified.clear();
  file.is_same_origin = false;
  EXPECT_TRUE(MayResume(file));
  file.length.reset();
  EXPECT_FALSE(MayResume(file));
}

TEST(MayResume, EncodedBodyStartsOver) {
  Representation file = Ideal();
  file.is_encoded = true;
  EXPECT_FALSE(MayResume(file));
}

TEST(MayResume, ServerThatRefusesRangesIsNotAsked) {
  Representation file = Ideal();
  file.range_support = RangeSupport::kNone;
  EXPECT_FALSE(MayResume(file));
  file.range_support = RangeSupport::kUnknown;
  EXPECT_TRUE(MayResume(file));
}

TEST(MaySplit, BeginsAtTheLengthThatIsWorthIt) {
  Representation file = Ideal();
  EXPECT_TRUE(MaySplit(file));
  file.length = kSplitLengthMin - 1;
  EXPECT_FALSE(MaySplit(file));
  file.length.reset();
  EXPECT_FALSE(MaySplit(file));
}

TEST(MaySplit, OwnOriginMustSayThatRangesWork) {
  Representation file = Ideal();
  file.range_support = RangeSupport::kUnknown;
  EXPECT_FALSE(MaySplit(file));
}

TEST(MaySplit, AcrossOriginsTheHiddenAcceptRangesIsTriedOut) {
  Representation file = Ideal();
  file.range_support = RangeSupport::kUnknown;
  file.is_same_origin = false;
  EXPECT_TRUE(MaySplit(file));
  file.range_support = RangeSupport::kNone;
  EXPECT_FALSE(MaySplit(file));
}

TEST(MaySplit, WhatMayNotBeResumedIsNotSplit) {
  Representation file = Ideal();
  file.is_encoded = true;
  EXPECT_FALSE(MaySplit(file));
}

}  // namespace
}  // namespace background_fetch
