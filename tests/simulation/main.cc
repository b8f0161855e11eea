// simulation: runs simulated worlds by seed and says how to replay the first
// one that breaks.
//
//   simulation [--seeds N [--seed S]] [--jobs J]   N worlds from seed S on
//   simulation --seed S [--verbose]                one world, with its steps
//   simulation --exhaustive                        a crash at every point
//
// Worlds run in processes of their own, one per job: a failed assertion of the
// core ends one of them, and the seed it was at is run again with its steps
// shown.

#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <new>
#include <string>
#include <string_view>
#include <vector>

#include "tests/simulation/chaos.h"
#include "tests/simulation/exhaustive.h"
#include "tests/simulation/trace.h"

namespace background_fetch::simulation {
namespace {

// A world takes milliseconds; one that takes this long hangs inside a step.
// Of the processor's time: that others use it, too, is no fault.
constexpr int kWorldSecondsMax = 30;

void LimitWorld() {
  const itimerval limit{.it_interval = {},
                        .it_value = {.tv_sec = kWorldSecondsMax, .tv_usec = 0}};
  setitimer(ITIMER_VIRTUAL, &limit, nullptr);
}

// What a scenario's crash may leave behind is decided by lot, so often.
constexpr uint64_t kSeedsPerCrash = 4;

constexpr int64_t kSeedsDefault = 1000;

constexpr int64_t kJobsMax = 64;

// In a list of children: this one has ended.
constexpr pid_t kReaped = 0;

struct Options {
  int64_t seeds = 0;  // 0: not said
  uint64_t start = 1;
  int64_t jobs = 0;  // 0: one for each processor
  bool is_seed_given = false;
  bool is_exhaustive = false;
  bool is_verbose = false;
  // Of one world of --exhaustive, for replaying it.
  int64_t scenario = -1;
  int64_t point = 0;
};

// Written by one job, read by the parent when that job has ended.
struct Progress {
  uint64_t current = 0;
  int64_t done = 0;
};

Trace* shown_trace = nullptr;

void OnFatalSignal(int signal) {
  std::fprintf(
      stderr, "Broken: %s.\n",
      signal == SIGVTALRM ? "a step does not end" : "an assertion of the core");
  if (shown_trace != nullptr) shown_trace->Print();
  std::_Exit(1);
}

int64_t SecondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::steady_clock::now() - start)
      .count();
}

// Runs `play` with its last steps shown if it breaks.
int Replay(const Options& options, const std::function<void(Trace&)>& play) {
  Trace trace(options.is_verbose ? Trace::Mode::kAll : Trace::Mode::kRecent);
  shown_trace = &trace;
  std::signal(SIGABRT, OnFatalSignal);
  std::signal(SIGVTALRM, OnFatalSignal);
  LimitWorld();
  play(trace);
  return 0;
}

int ReplaySeed(const Options& options) {
  const int code =
      Replay(options, [&](Trace& trace) { RunChaos(options.start, trace); });
  std::printf("seed %llu: clean\n",
              static_cast<unsigned long long>(options.start));
  return code;
}

// --- By seed -----------------------------------------------------------------

void RunSeeds(const Options& options, int64_t job, Progress& progress) {
  // Quietly: the parent says what there is to say.
  if (std::freopen("/dev/null", "w", stderr) == nullptr) std::_Exit(1);
  for (int64_t i = job; i < options.seeds; i += options.jobs) {
    progress.current = options.start + static_cast<uint64_t>(i);
    LimitWorld();
    Trace trace(Trace::Mode::kOff);
    RunChaos(progress.current, trace);
    ++progress.done;
  }
  std::_Exit(0);
}

int RunAllSeeds(const Options& options) {
  void* shared =
      mmap(nullptr, sizeof(Progress) * kJobsMax, PROT_READ | PROT_WRITE,
           MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) return 1;
  auto* progress = static_cast<Progress*>(shared);
  const auto started = std::chrono::steady_clock::now();
  std::vector<pid_t> children;
  for (int64_t job = 0; job < options.jobs; ++job) {
    new (&progress[job]) Progress;
    const pid_t child = fork();
    if (child == 0) RunSeeds(options, job, progress[job]);
    children.push_back(child);
  }
  uint64_t broken = 0;
  for (size_t left = children.size(); left > 0; --left) {
    int status = 0;
    const auto ended =
        std::find(children.begin(), children.end(), wait(&status));
    const size_t job = static_cast<size_t>(ended - children.begin());
    *ended = kReaped;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) continue;
    if (broken != 0) continue;
    broken = progress[job].current;
    // The others need not go on.
    for (const pid_t child : children) {
      if (child != kReaped) kill(child, SIGTERM);
    }
  }
  int64_t done = 0;
  for (int64_t job = 0; job < options.jobs; ++job) done += progress[job].done;
  if (broken != 0) {
    std::fprintf(stderr, "npm run test:simulation -- --seed %llu\n",
                 static_cast<unsigned long long>(broken));
    std::fprintf(stderr, "after %lld seeds\n", static_cast<long long>(done));
    Options replay = options;
    replay.start = broken;
    ReplaySeed(replay);
    std::fprintf(stderr, "It broke in a run of many seeds, and not alone.\n");
    return 1;
  }
  const int64_t seconds = SecondsSince(started);
  std::printf("%lld seeds clean in %lld s, %lld seeds a second\n",
              static_cast<long long>(done), static_cast<long long>(seconds),
              static_cast<long long>(done / (seconds > 0 ? seconds : 1)));
  return 0;
}

// --- Exhaustively ------------------------------------------------------------

int ReplayScenario(const Options& options) {
  return Replay(options, [&](Trace& trace) {
    RunScenario(static_cast<size_t>(options.scenario), options.point,
                options.start, trace);
  });
}

// The points of a scenario, or -1: it broke, and was replayed.
int64_t RunScenarioEverywhere(const Options& options, size_t scenario,
                              Progress& progress) {
  progress = {};
  const pid_t child = fork();
  if (child == 0) {
    if (std::freopen("/dev/null", "w", stderr) == nullptr) std::_Exit(1);
    Trace trace(Trace::Mode::kOff);
    const int64_t points = RunScenario(scenario, 0, 1, trace);
    for (int64_t point = 1; point <= points; ++point) {
      progress.done = point;
      for (uint64_t seed = 1; seed <= kSeedsPerCrash; ++seed) {
        progress.current = seed;
        LimitWorld();
        RunScenario(scenario, point, seed, trace);
      }
    }
    std::_Exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return progress.done;
  Options replay = options;
  replay.scenario = static_cast<int64_t>(scenario);
  replay.point = progress.done;
  replay.start = progress.current == 0 ? 1 : progress.current;
  std::fprintf(stderr,
               "npm run test:simulation -- --scenario %zu --point %lld "
               "--seed %llu\n",
               scenario, static_cast<long long>(replay.point),
               static_cast<unsigned long long>(replay.start));
  std::fprintf(stderr, "%s\n", ScenarioName(scenario).c_str());
  ReplayScenario(replay);
  return -1;
}

int RunExhaustive(const Options& options) {
  void* shared = mmap(nullptr, sizeof(Progress), PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) return 1;
  int64_t crashes = 0;
  for (size_t scenario = 0; scenario < ScenarioCount(); ++scenario) {
    const int64_t points = RunScenarioEverywhere(
        options, scenario, *static_cast<Progress*>(shared));
    if (points < 0) return 1;
    std::printf("%s: %lld crash points\n", ScenarioName(scenario).c_str(),
                static_cast<long long>(points));
    crashes += points;
  }
  std::printf("%zu scenarios, %lld crash points, each %llu times: clean\n",
              ScenarioCount(), static_cast<long long>(crashes),
              static_cast<unsigned long long>(kSeedsPerCrash));
  return 0;
}

// --- The command line --------------------------------------------------------

bool ParseOptions(int count, char** arguments, Options& options) {
  for (int i = 1; i < count; ++i) {
    const std::string_view name = arguments[i];
    if (name == "--exhaustive") {
      options.is_exhaustive = true;
      continue;
    }
    if (name == "--verbose") {
      options.is_verbose = true;
      continue;
    }
    if (++i == count) return false;
    const long long value = std::atoll(arguments[i]);
    if (name == "--seeds" && value > 0) {
      options.seeds = value;
    } else if (name == "--seed" && value >= 0) {
      options.start = static_cast<uint64_t>(value);
      options.is_seed_given = true;
    } else if (name == "--jobs" && value > 0 && value <= kJobsMax) {
      options.jobs = value;
    } else if (name == "--scenario" && value >= 0 &&
               value < static_cast<long long>(ScenarioCount())) {
      options.scenario = value;
    } else if (name == "--point" && value >= 0) {
      options.point = value;
    } else {
      return false;
    }
  }
  if (options.jobs == 0) {
    options.jobs = std::min(int64_t{sysconf(_SC_NPROCESSORS_ONLN)}, kJobsMax);
  }
  return true;
}

int Main(int count, char** arguments) {
  Options options;
  if (!ParseOptions(count, arguments, options)) {
    std::fprintf(stderr,
                 "usage: simulation [--seeds N [--seed S]] [--jobs J]\n"
                 "       simulation --seed S [--verbose]\n"
                 "       simulation --exhaustive\n");
    return 2;
  }
  if (options.scenario >= 0) return ReplayScenario(options);
  if (options.is_exhaustive) return RunExhaustive(options);
  if (options.seeds == 0 && options.is_seed_given) return ReplaySeed(options);
  if (options.seeds == 0) options.seeds = kSeedsDefault;
  return RunAllSeeds(options);
}

}  // namespace
}  // namespace background_fetch::simulation

int main(int count, char** arguments) {
  return background_fetch::simulation::Main(count, arguments);
}
