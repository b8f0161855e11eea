// Chaos: a world in which everything that may go wrong does, by lot.

#ifndef BACKGROUND_FETCH_TESTS_SIMULATION_CHAOS_H_
#define BACKGROUND_FETCH_TESTS_SIMULATION_CHAOS_H_

#include <cstdint>

#include "tests/simulation/trace.h"

namespace background_fetch::simulation {

// Runs the world of that seed to its end. Ends the process when an invariant
// is broken.
void RunChaos(uint64_t seed, Trace& trace);

}  // namespace background_fetch::simulation

#endif  // BACKGROUND_FETCH_TESTS_SIMULATION_CHAOS_H_
