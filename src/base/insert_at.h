// std::vector::insert() of one value, at a fraction of the code and as many
// moves: all that is moved is small.

#ifndef BACKGROUND_FETCH_BASE_INSERT_AT_H_
#define BACKGROUND_FETCH_BASE_INSERT_AT_H_

#include <cstddef>
#include <utility>
#include <vector>

namespace background_fetch {

// `at` is at most values->size().
template <typename Value>
void InsertAt(size_t at, Value value, std::vector<Value>* values) {
  values->push_back(std::move(value));
  for (size_t i = values->size() - 1; i > at; --i) {
    std::swap((*values)[i], (*values)[i - 1]);
  }
}

}  // namespace background_fetch

#endif  // BACKGROUND_FETCH_BASE_INSERT_AT_H_
