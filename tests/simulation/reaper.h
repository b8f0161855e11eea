// Reaper: decides when the worker dies.
//
// Asked before every event and every command of the engine: between any two of
// them the browser may end the process. By lot, or at one given point.

#ifndef BACKGROUND_FETCH_TESTS_SIMULATION_REAPER_H_
#define BACKGROUND_FETCH_TESTS_SIMULATION_REAPER_H_

#include <cstdint>

#include "tests/simulation/dice.h"

namespace background_fetch::simulation {

class Reaper {
 public:
  explicit Reaper(Dice& dice) : dice_(dice) {}

  // On average the worker dies at one of so many points; 0: never.
  void StrikeOneIn(int64_t points) { one_in_ = points; }
  // Dies at exactly that point, counted from 1 over all lives.
  void StrikeAt(int64_t point) { strike_at_ = point; }
  void Rest() { one_in_ = 0; }

  bool StrikesNow() {
    ++points_;
    if (points_ == strike_at_) return true;
    return one_in_ > 0 && dice_.OneIn(one_in_);
  }

  int64_t points() const { return points_; }

 private:
  Dice& dice_;
  int64_t one_in_ = 0;
  int64_t strike_at_ = 0;
  int64_t points_ = 0;
};

}  // namespace background_fetch::simulation

#endif  // BACKGROUND_FETCH_TESTS_SIMULATION_REAPER_H_
