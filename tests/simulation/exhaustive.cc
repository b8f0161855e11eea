#include "tests/simulation/exhaustive.h"

#include <array>
#include <string>
#include <vector>

#include "tests/simulation/world.h"

namespace background_fetch::simulation {
namespace {

constexpr int64_t kKiB = 1024;
constexpr int64_t kMiB = 1024 * kKiB;

// Waits for what a script brings about, at most.
constexpr int kStepsPerScript = 2000;

void After(World& world, DurationMs delay, std::function<void()> action) {
  world.scheduler.After(delay, kWorldLife, std::move(action));
}

void AddResource(World& world, int64_t length) {
  world.server.resources.push_back(MakePlainResource(
      static_cast<int32_t>(world.server.resources.size()), length));
}

void OneSmallFile(World& world) {
  AddResource(world, 10 * kKiB);
  world.Register("a", {{.resource = 0}});
}

void ManySmallFiles(World& world) {
  std::vector<World::Wanted> wanted;
  for (int32_t i = 0; i < 6; ++i) {
    AddResource(world, 10 * kKiB * i);
    wanted.push_back({.resource = i});
  }
  world.Register("a", wanted);
}

void LargeFileInParts(World& world) {
  AddResource(world, 4 * kMiB);
  world.Register("a", {{.resource = 0}});
}

void LargeFileWithCuts(World& world) {
  AddResource(world, 3 * kMiB);
  world.server.resources[0].cut_after_bytes = 300 * kKiB;
  world.Register("a", {{.resource = 0}});
}

void StreamOfUnknownLength(World& world) {
  AddResource(world, 3 * kMiB);
  world.server.resources[0].declares_length = false;
  world.server.resources[0].cut_after_bytes = 700 * kKiB;
  world.Register("a", {{.resource = 0}});
}

void FileThatChanges(World& world) {
  AddResource(world, 3 * kMiB);
  world.server.resources[0].bytes_per_second = kMiB;
  world.Register("a", {{.resource = 0}});
  After(world, 1500,
        [&world] { world.server.resources[0].Change(world.dice); });
}

void AbortMidway(World& world) {
  AddResource(world, 3 * kMiB);
  world.server.resources[0].bytes_per_second = kMiB;
  world.Register("a", {{.resource = 0}});
  After(world, 1500, [&world] { world.Abort("u0"); });
}

void PauseAndResume(World& world) {
  AddResource(world, 3 * kMiB);
  world.server.resources[0].bytes_per_second = kMiB;
  world.Register("a", {{.resource = 0}});
  After(world, 800, [&world] { world.SetPaused("u0", true); });
  After(world, 4000, [&world] { world.SetPaused("u0", false); });
}

void OneBadStatusAmongOthers(World& world) {
  for (int32_t i = 0; i < 3; ++i) AddResource(world, 50 * kKiB);
  world.server.resources[1].status = 404;
  world.Register("a", {{.resource = 0}, {.resource = 1}, {.resource = 2}});
}

void TotalExceeded(World& world) {
  AddResource(world, 100 * kKiB);
  AddResource(world, 100 * kKiB);
  world.Register("a", {{.resource = 0}, {.resource = 1}}, 150 * kKiB);
}

void Upload(World& world) {
  AddResource(world, 5 * kKiB);
  world.Register("a", {{.resource = 0, .is_upload = true}, {.resource = 0}});
}

void SameIdAgainDuringTheEvent(World& world) {
  AddResource(world, 10 * kKiB);
  world.event_ms_max = 5000;
  world.Register("a", {{.resource = 0}});
  for (DurationMs delay : {500, 1500, 2500}) {
    After(world, delay, [&world] { world.Register("a", {{.resource = 0}}); });
  }
}

struct Scenario {
  const char* name;
  void (*play)(World&);
};

constexpr std::array<Scenario, 12> kScenarios = {{
    {"one small file", OneSmallFile},
    {"many small files", ManySmallFiles},
    {"a large file in parts", LargeFileInParts},
    {"a large file with cuts", LargeFileWithCuts},
    {"a stream of unknown length with cuts", StreamOfUnknownLength},
    {"a file that changes midway", FileThatChanges},
    {"abort midway", AbortMidway},
    {"pause and resume", PauseAndResume},
    {"one bad status among others", OneBadStatusAmongOthers},
    {"downloadTotal exceeded", TotalExceeded},
    {"an upload", Upload},
    {"the same id again during the event", SameIdAgainDuringTheEvent},
}};

}  // namespace

size_t ScenarioCount() { return kScenarios.size(); }

std::string ScenarioName(size_t scenario) { return kScenarios[scenario].name; }

int64_t RunScenario(size_t scenario, int64_t point, uint64_t seed,
                    Trace& trace) {
  World world(seed, trace);
  world.reaper.StrikeAt(point);
  kScenarios[scenario].play(world);
  for (int i = 0; i < kStepsPerScript && world.Step(); ++i) {
  }
  const int64_t points = world.reaper.points();
  world.Finish();
  return points;
}

}  // namespace background_fetch::simulation
