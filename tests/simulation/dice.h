// Dice: everything random in a simulated world, from one seed.

#ifndef BACKGROUND_FETCH_TESTS_SIMULATION_DICE_H_
#define BACKGROUND_FETCH_TESTS_SIMULATION_DICE_H_

#include <cstdint>
#include <initializer_list>

#include "base/random.h"

namespace background_fetch::simulation {

class Dice {
 public:
  explicit Dice(uint64_t seed) : random_(seed) {}

  uint64_t Seed() { return random_.Next(); }

  // Both ends included.
  int64_t Between(int64_t low, int64_t high) {
    return low + random_.Below(high - low + 1);
  }

  bool Chance(int64_t percent) { return random_.Below(100) < percent; }
  bool OneIn(int64_t count) { return random_.Below(count) == 0; }

  // A size of any magnitude up to `limit`: small ones as often as large ones.
  int64_t Magnitude(int64_t limit) {
    int64_t bound = 1;
    while (bound < limit && !OneIn(8)) bound *= 4;
    return Between(0, bound < limit ? bound : limit);
  }

  template <typename T>
  T OneOf(std::initializer_list<T> choices) {
    return choices.begin()[random_.Below(static_cast<int64_t>(choices.size()))];
  }

 private:
  Random random_;
};

}  // namespace background_fetch::simulation

#endif  // BACKGROUND_FETCH_TESTS_SIMULATION_DICE_H_
