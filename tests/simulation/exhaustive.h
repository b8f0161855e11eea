// Exhaustive: small worlds in which the worker dies at every point in turn.

#ifndef BACKGROUND_FETCH_TESTS_SIMULATION_EXHAUSTIVE_H_
#define BACKGROUND_FETCH_TESTS_SIMULATION_EXHAUSTIVE_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "tests/simulation/trace.h"

namespace background_fetch::simulation {

size_t ScenarioCount();
std::string ScenarioName(size_t scenario);

// Runs one scenario in which the worker dies at that point, counted from 1; 0:
// not at all. The seed decides what a transaction under way comes to. Returns
// how many points there were. Ends the process when an invariant is broken.
int64_t RunScenario(size_t scenario, int64_t point, uint64_t seed,
                    Trace& trace);

}  // namespace background_fetch::simulation

#endif  // BACKGROUND_FETCH_TESTS_SIMULATION_EXHAUSTIVE_H_
