#include "ranges/range_set.h"

#include <algorithm>

#include "base/check.h"
#include "base/insert_at.h"

namespace background_fetch {
namespace {

using Iterator = std::vector<ByteRange>::const_iterator;

// The first range that ends behind `offset`: the only one that can hold it.
Iterator FirstEndingAfter(const std::vector<ByteRange>& ranges,
                          int64_t offset) {
  return std::upper_bound(ranges.begin(), ranges.end(), offset,
                          [](int64_t wanted, const ByteRange& range) {
                            return wanted < range.end;
                          });
}

}  // namespace

int64_t RangeSet::Add(ByteRange range) {
  if (range.IsEmpty()) return 0;
  BF_CHECK(range.begin >= 0);

  // Ranges that overlap or touch the new one melt into it. `begin - 1` lets a
  // range that ends exactly where the new one begins count as touching.
  const Iterator first = FirstEndingAfter(ranges_, range.begin - 1);
  Iterator last = first;
  int64_t known_bytes = 0;
  while (last != ranges_.end() && last->begin <= range.end) {
    known_bytes += last->Length();
    ++last;
  }
  ByteRange merged = range;
  if (first != last) {
    merged.begin = std::min(merged.begin, first->begin);
    merged.end = std::max(merged.end, (last - 1)->end);
  }
  const auto at = static_cast<size_t>(first - ranges_.begin());
  ranges_.erase(first, last);
  InsertAt(at, merged, &ranges_);

  const int64_t added_bytes = merged.Length() - known_bytes;
  total_bytes_ += added_bytes;
  return added_bytes;
}

void RangeSet::Clear() {
  ranges_.clear();
  total_bytes_ = 0;
}

bool RangeSet::Contains(ByteRange range) const {
  return FirstGap(range).IsEmpty();
}

int64_t RangeSet::ContiguousFromZero() const {
  if (ranges_.empty() || ranges_.front().begin > 0) return 0;
  return ranges_.front().end;
}

ByteRange RangeSet::FirstGap(ByteRange within) const {
  const ByteRange none{.begin = within.end, .end = within.end};
  if (within.IsEmpty()) return none;

  Iterator next = FirstEndingAfter(ranges_, within.begin);
  int64_t begin = within.begin;
  if (next != ranges_.end() && next->begin <= begin) {
    begin = next->end;
    ++next;
  }
  // Ranges never touch, so the byte behind one is always missing.
  if (begin >= within.end) return none;
  const int64_t end = next == ranges_.end() ? within.end : next->begin;
  return {.begin = begin, .end = std::min(end, within.end)};
}

}  // namespace background_fetch
