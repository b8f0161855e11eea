#include "journal/entry_codec.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "base/bytes.h"
#include "base/random.h"
#include "tests/unit/sample_entries.h"

namespace background_fetch {
namespace {

std::string Encode(const Entry& entry) {
  std::string bytes;
  EncodeEntry(entry, &bytes);
  return bytes;
}

bool IsMalformed(std::string_view bytes) {
  const Result<Entry> entry = DecodeEntry(bytes);
  return !entry.ok() && entry.error() == ErrorCode::kMalformed;
}

TEST(EntryCodec, EveryTypeComesBackAsItWas) {
  for (const Entry& entry : SampleEntries()) {
    SCOPED_TRACE(entry.index());
    const Result<Entry> decoded = DecodeEntry(Encode(entry));
    ASSERT_TRUE(decoded.ok());
    EXPECT_EQ(decoded.value(), entry);
  }
}

TEST(EntryCodec, SamplesCoverEveryType) {
  uint64_t seen = 0;
  for (const Entry& entry : SampleEntries()) seen |= 1u << entry.index();
  EXPECT_EQ(seen, (1u << std::variant_size_v<Entry>)-1);
}

// Bytes on users' disks: a failure here is a change of format.
TEST(EntryCodec, TagsAndFieldsAreStable) {
  EXPECT_EQ(Encode(FetchSealed{1}), "\x03\x01");
  EXPECT_EQ(Encode(GenerationBegun{1, 300, 2}), "\x04\x01\xac\x02\x02");
  EXPECT_EQ(Encode(RequestSent{1, 7}), "\x05\x01\x07");
  EXPECT_EQ(Encode(RecordSettled{1, 2, 3, FailureReason::kQuotaExceeded, 128}),
            "\x06\x01\x02\x03\x04\x80\x01");
  EXPECT_EQ(Encode(FetchSettled{1, FailureReason::kAborted}), "\x07\x01\x01");
  EXPECT_EQ(Encode(DeliveryBegun{1, 3}), "\x08\x01\x03");
  EXPECT_EQ(Encode(FetchDelivered{1}), "\x09\x01");
  EXPECT_EQ(Encode(FetchDropped{1}), "\x0a\x01");
  EXPECT_EQ(Encode(FetchPaused{1, true}), "\x0b\x01\x01");
  EXPECT_EQ(Encode(RecordReleased{1, 2}), "\x0c\x01\x02");
  EXPECT_EQ(Encode(FetchBegun{.fetch = 1,
                              .uid = "u",
                              .options = {.id = "i",
                                          .title = "t",
                                          .icons = {{"a", "b", "c", "d"}},
                                          .download_total = 5},
                              .record_count = 6}),
            "\x01\x01\x01u\x01i\x01t\x01\x01"
            "a\x01"
            "b\x01"
            "c\x01"
            "d\x05\x06");
  EXPECT_EQ(Encode(RequestAdded{1,
                                {.url = "u",
                                 .method = "m",
                                 .headers = {{"n", "v"}},
                                 .mode = "o",
                                 .credentials = "r",
                                 .cache = "h",
                                 .redirect = "i",
                                 .referrer = "j",
                                 .referrer_policy = "p",
                                 .integrity = "g",
                                 .body_length = 9}}),
            "\x02\x01\x01u\x01m\x01\x01n\x01v\x01o\x01r\x01h\x01i\x01j\x01p"
            "\x01g\x09");
}

TEST(EntryCodec, EveryTruncationIsMalformed) {
  for (const Entry& entry : SampleEntries()) {
    const std::string bytes = Encode(entry);
    for (size_t length = 0; length < bytes.size(); ++length) {
      EXPECT_TRUE(IsMalformed(std::string_view(bytes).substr(0, length)));
    }
  }
}

TEST(EntryCodec, TrailingByteIsMalformed) {
  for (const Entry& entry : SampleEntries()) {
    EXPECT_TRUE(IsMalformed(Encode(entry) + '\0'));
  }
}

TEST(EntryCodec, UnknownTagIsMalformed) {
  EXPECT_TRUE(IsMalformed(std::string_view("\x00\x01", 2)));
  EXPECT_TRUE(IsMalformed("\x0b\x01"));
  EXPECT_TRUE(IsMalformed("\xff\x01"));
}

TEST(EntryCodec, UnknownReasonIsMalformed) {
  EXPECT_FALSE(IsMalformed("\x07\x01\x05"));
  EXPECT_TRUE(IsMalformed("\x07\x01\x06"));
  EXPECT_TRUE(IsMalformed("\x07\x01\xff"));
}

TEST(EntryCodec, NumberAbove32BitsIsMalformed) {
  EXPECT_FALSE(IsMalformed("\x03\xff\xff\xff\xff\x0f"));
  EXPECT_TRUE(IsMalformed("\x03\x80\x80\x80\x80\x10"));
}

TEST(EntryCodec, LengthAboveTheLargestOffsetIsMalformed) {
  const auto settled_with_length = [](uint64_t length) {
    std::string bytes("\x06\x01\x02\x03\x00", 5);
    ByteWriter(&bytes).WriteVarint(length);
    return bytes;
  };
  EXPECT_FALSE(IsMalformed(settled_with_length(kOffsetMax)));
  EXPECT_TRUE(IsMalformed(settled_with_length(kOffsetMax + 1)));
  EXPECT_TRUE(IsMalformed(settled_with_length(UINT64_MAX)));  // -1
}

TEST(EntryCodec, CountAboveTheBytesLeftIsMalformed) {
  std::string bytes("\x02\x01\x00\x00", 4);  // no URL, no method
  ByteWriter(&bytes).WriteVarint(UINT64_MAX);
  EXPECT_TRUE(IsMalformed(bytes));
}

TEST(EntryCodec, WhateverIsAcceptedEncodesToTheSameBytes) {
  const std::vector<Entry> samples = SampleEntries();
  int accepted = 0;
  for (uint64_t seed = 0; seed < 20'000; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    std::string bytes =
        Encode(samples[static_cast<size_t>(random.Below(std::ssize(samples)))]);
    for (int64_t changes = 1 + random.Below(3); changes > 0; --changes) {
      bytes[static_cast<size_t>(random.Below(std::ssize(bytes)))] =
          static_cast<char>(random.Next());
    }
    const Result<Entry> entry = DecodeEntry(bytes);
    if (!entry.ok()) continue;
    ++accepted;
    ASSERT_EQ(Encode(entry.value()), bytes);
  }
  EXPECT_GT(accepted, 1000);  // otherwise nothing was tested
}

TEST(EntryCodecDeathTest, NegativeLengthIsABug) {
  EXPECT_DEATH(Encode(RecordSettled{.length = -1}), "check failed");
}

}  // namespace
}  // namespace background_fetch
