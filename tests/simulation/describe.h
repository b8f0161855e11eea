// Events and commands in words, for the trace.

#ifndef BACKGROUND_FETCH_TESTS_SIMULATION_DESCRIBE_H_
#define BACKGROUND_FETCH_TESTS_SIMULATION_DESCRIBE_H_

#include <string>

#include "engine/command.h"
#include "engine/event.h"

namespace background_fetch::simulation {

std::string Describe(const Event& event);
std::string Describe(const Command& command);

}  // namespace background_fetch::simulation

#endif  // BACKGROUND_FETCH_TESTS_SIMULATION_DESCRIBE_H_
