#include "ranges/range_set.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/random.h"

namespace background_fetch {
namespace {

TEST(RangeSet, IsEmptyAtFirst) {
  const RangeSet set;
  EXPECT_EQ(set.TotalBytes(), 0);
  EXPECT_EQ(set.ContiguousFromZero(), 0);
  EXPECT_FALSE(set.Contains({0, 1}));
  EXPECT_EQ(set.FirstGap({0, 10}), (ByteRange{0, 10}));
}

TEST(RangeSet, OverlappingRetryIsMergedOnce) {
  RangeSet set;
  EXPECT_EQ(set.Add({0, 100}), 100);
  EXPECT_EQ(set.Add({60, 160}), 60);
  EXPECT_EQ(set.Add({0, 160}), 0);
  EXPECT_EQ(set.TotalBytes(), 160);
  EXPECT_EQ(set.ranges(), (std::vector<ByteRange>{{0, 160}}));
}

TEST(RangeSet, TouchingRangesBecomeOne) {
  RangeSet set;
  set.Add({10, 20});
  set.Add({30, 40});
  EXPECT_EQ(set.Add({20, 30}), 10);
  EXPECT_EQ(set.ranges(), (std::vector<ByteRange>{{10, 40}}));
}

TEST(RangeSet, RangeAcrossSeveralSwallowsThem) {
  RangeSet set;
  set.Add({10, 20});
  set.Add({30, 40});
  set.Add({50, 60});
  EXPECT_EQ(set.Add({15, 55}), 20);
  EXPECT_EQ(set.ranges(), (std::vector<ByteRange>{{10, 60}}));
}

TEST(RangeSet, RangesOneByteApartStayApart) {
  RangeSet set;
  set.Add({0, 10});
  set.Add({11, 20});
  EXPECT_EQ(set.ranges(), (std::vector<ByteRange>{{0, 10}, {11, 20}}));
  EXPECT_EQ(set.FirstGap({0, 20}), (ByteRange{10, 11}));
}

TEST(RangeSet, EmptyRangeAddsNothing) {
  RangeSet set;
  EXPECT_EQ(set.Add({5, 5}), 0);
  EXPECT_EQ(set.Add({5, 4}), 0);
  EXPECT_TRUE(set.ranges().empty());
  EXPECT_TRUE(set.Contains({5, 5}));
}

TEST(RangeSet, ContiguousPartEndsAtTheFirstGap) {
  RangeSet set;
  set.Add({10, 20});
  EXPECT_EQ(set.ContiguousFromZero(), 0);
  set.Add({0, 5});
  EXPECT_EQ(set.ContiguousFromZero(), 5);
  set.Add({5, 10});
  EXPECT_EQ(set.ContiguousFromZero(), 20);
}

TEST(RangeSet, GapIsCutToTheWindowAskedAbout) {
  RangeSet set;
  set.Add({10, 20});
  EXPECT_EQ(set.FirstGap({0, 5}), (ByteRange{0, 5}));
  EXPECT_EQ(set.FirstGap({15, 30}), (ByteRange{20, 30}));
  EXPECT_EQ(set.FirstGap({10, 20}), (ByteRange{20, 20}));
  EXPECT_EQ(set.FirstGap({12, 12}), (ByteRange{12, 12}));
}

TEST(RangeSet, OffsetsUpToTheLargestFit) {
  RangeSet set;
  EXPECT_EQ(set.Add({0, kOffsetMax}), kOffsetMax);
  EXPECT_EQ(set.TotalBytes(), kOffsetMax);
}

TEST(RangeSet, ClearForgetsEverything) {
  RangeSet set;
  set.Add({0, 10});
  set.Clear();
  EXPECT_EQ(set.TotalBytes(), 0);
  EXPECT_EQ(set.Add({0, 10}), 10);
}

// What a RangeSet should be, one bool a byte.
class Bitmap {
 public:
  static constexpr int64_t kBytes = 64;

  int64_t Add(ByteRange range) {
    int64_t added = 0;
    for (int64_t offset = range.begin; offset < range.end; ++offset) {
      bool& bit = bits_[static_cast<size_t>(offset)];
      if (!bit) ++added;
      bit = true;
    }
    return added;
  }

  ByteRange FirstGap(ByteRange within) const {
    int64_t begin = within.begin;
    while (begin < within.end && Has(begin)) ++begin;
    if (begin >= within.end) return {within.end, within.end};
    int64_t end = begin;
    while (end < within.end && !Has(end)) ++end;
    return {begin, end};
  }

  std::vector<ByteRange> Ranges() const {
    std::vector<ByteRange> ranges;
    for (int64_t offset = 0; offset < kBytes; ++offset) {
      if (!Has(offset)) continue;
      if (ranges.empty() || ranges.back().end < offset) {
        ranges.push_back({offset, offset});
      }
      ranges.back().end = offset + 1;
    }
    return ranges;
  }

  int64_t Count() const { return std::count(bits_.begin(), bits_.end(), true); }

  bool Has(int64_t offset) const { return bits_[static_cast<size_t>(offset)]; }

 private:
  std::array<bool, kBytes> bits_{};
};

ByteRange RandomRange(Random& random, int64_t length_max) {
  const int64_t begin = random.Below(Bitmap::kBytes + 1);
  const int64_t length = random.Below(length_max + 1);
  return {begin, std::min(begin + length, Bitmap::kBytes)};
}

TEST(RangeSet, BehavesLikeABitmap) {
  for (uint64_t seed = 0; seed < 2000; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    RangeSet set;
    Bitmap model;
    for (int step = 0; step < 30; ++step) {
      const ByteRange added = RandomRange(random, 8);
      ASSERT_EQ(set.Add(added), model.Add(added));
      ASSERT_EQ(set.ranges(), model.Ranges());
      ASSERT_EQ(set.TotalBytes(), model.Count());
      ASSERT_EQ(set.ContiguousFromZero(),
                model.FirstGap({0, Bitmap::kBytes}).begin);
      const ByteRange asked = RandomRange(random, Bitmap::kBytes);
      ASSERT_EQ(set.FirstGap(asked), model.FirstGap(asked));
      ASSERT_EQ(set.Contains(asked), model.FirstGap(asked).IsEmpty());
    }
  }
}

}  // namespace
}  // namespace background_fetch
