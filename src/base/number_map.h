// Values by number, in the order of the numbers.
//
// For few of them, of which each is new and the highest when it comes: a
// vector, at a fraction of the code of a tree. A value stays where it is until
// it is erased.

#ifndef BACKGROUND_FETCH_BASE_NUMBER_MAP_H_
#define BACKGROUND_FETCH_BASE_NUMBER_MAP_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "base/insert_at.h"

namespace background_fetch {

template <typename Value>
class NumberMap {
 public:
  using Entry = std::pair<uint32_t, std::unique_ptr<Value>>;

  // Null: none has it.
  Value* Find(uint32_t number) const {
    const auto found = std::lower_bound(
        entries_.begin(), entries_.end(), number,
        [](const Entry& each, uint32_t value) { return each.first < value; });
    return found == entries_.end() || found->first != number
               ? nullptr
               : found->second.get();
  }

  // Replaces the one that has it.
  void Put(uint32_t number, std::unique_ptr<Value> value) {
    Erase(number);
    const auto next = std::upper_bound(
        entries_.begin(), entries_.end(), number,
        [](uint32_t wanted, const Entry& each) { return wanted < each.first; });
    InsertAt(static_cast<size_t>(next - entries_.begin()),
             Entry(number, std::move(value)), &entries_);
  }

  // Nothing happens where none has it.
  void Erase(uint32_t number) {
    std::erase_if(entries_,
                  [number](const Entry& each) { return each.first == number; });
  }

  size_t size() const { return entries_.size(); }
  auto begin() const { return entries_.begin(); }
  auto end() const { return entries_.end(); }

 private:
  std::vector<Entry> entries_;
};

}  // namespace background_fetch

#endif  // BACKGROUND_FETCH_BASE_NUMBER_MAP_H_
