// Trace: the last steps of a world, kept for the report of a failure.
//
// Off by default: describing every step costs more than the steps. A seed that
// fails is run again with the trace on.

#ifndef BACKGROUND_FETCH_TESTS_SIMULATION_TRACE_H_
#define BACKGROUND_FETCH_TESTS_SIMULATION_TRACE_H_

#include <cstddef>
#include <cstdio>
#include <deque>
#include <string>
#include <utility>

#include "base/units.h"

namespace background_fetch::simulation {

class Trace {
 public:
  // kRecent keeps the last steps; kAll prints every one as it comes.
  enum class Mode { kOff, kRecent, kAll };

  explicit Trace(Mode mode) : mode_(mode) {}

  bool is_on() const { return mode_ != Mode::kOff; }

  void Add(TimeMs now, std::string text) {
    std::string line = std::to_string(now) + " ms  " + std::move(text);
    if (mode_ == Mode::kAll) {
      std::fprintf(stderr, "%s\n", line.c_str());
      return;
    }
    recent_.push_back(std::move(line));
    if (recent_.size() > kStepsShown) recent_.pop_front();
  }

  void Print() const {
    if (mode_ != Mode::kRecent) return;
    std::fprintf(stderr, "The last %zu steps:\n", recent_.size());
    for (const std::string& line : recent_) {
      std::fprintf(stderr, "  %s\n", line.c_str());
    }
  }

 private:
  static constexpr size_t kStepsShown = 40;

  Mode mode_;
  std::deque<std::string> recent_;
};

}  // namespace background_fetch::simulation

#endif  // BACKGROUND_FETCH_TESTS_SIMULATION_TRACE_H_
