// Random: a small deterministic generator, seeded by the host.
//
// The core draws no randomness of its own; one seed replays one run exactly.
// For jitter and tests, never for secrets. The algorithm is SplitMix64: eight
// bytes of state, and every seed is a good one, zero included.

#ifndef BACKGROUND_FETCH_BASE_RANDOM_H_
#define BACKGROUND_FETCH_BASE_RANDOM_H_

#include <cstdint>

#include "base/check.h"

namespace background_fetch {

class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  uint64_t Next() {
    state_ += 0x9e3779b97f4a7c15u;
    uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9u;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebu;
    return mixed ^ (mixed >> 31);
  }

  // A whole number in [0, bound). The bias of the remainder is below
  // bound / 2^64, nothing that jitter could notice.
  int64_t Below(int64_t bound) {
    BF_CHECK(bound > 0);
    return static_cast<int64_t>(Next() % static_cast<uint64_t>(bound));
  }

 private:
  uint64_t state_;
};

}  // namespace background_fetch

#endif  // BACKGROUND_FETCH_BASE_RANDOM_H_
