#include "tests/simulation/chaos.h"

#include <cstddef>
#include <string>
#include <vector>

#include "tests/simulation/world.h"

namespace background_fetch::simulation {
namespace {

constexpr DurationMs kYearMs = DurationMs{365} * 24 * 60 * 60 * 1000;
constexpr DurationMs kHourMs = DurationMs{60} * 60 * 1000;

constexpr int64_t kFetchesMax = 6;
constexpr int64_t kRecordsMax = 5;
constexpr int64_t kStepsMax = 500;

class Chaos {
 public:
  Chaos(uint64_t seed, Trace& trace) : world_(seed, trace) {}

  void Run() {
    Arrange();
    Register();
    ActLater();
    const int64_t steps = dice_.Between(0, kStepsMax);
    for (int64_t i = 0; i < steps && world_.Step(); ++i) {
    }
    is_over_ = true;
    world_.Finish();
  }

 private:
  void Arrange() {
    const int64_t resources = dice_.Between(1, 4);
    for (int32_t i = 0; i < resources; ++i) {
      world_.server.resources.push_back(MakeResource(i, dice_));
    }
    world_.reaper.StrikeOneIn(dice_.OneOf<int64_t>({0, 0, 300, 40}));
    world_.directory.tears_on_crash = dice_.Chance(30);
    world_.invariants.journal_may_tear = world_.directory.tears_on_crash;
    world_.directory.sync_ms_max = dice_.OneOf<DurationMs>({1, 20, 1000});
    world_.store.transaction_ms_max = dice_.OneOf<DurationMs>({1, 20, 500});
    if (dice_.Chance(15)) {
      world_.directory.sync_failure_percent = dice_.OneOf<int64_t>({5, 50});
    }
    if (dice_.Chance(15)) {
      world_.store.failure_percent = dice_.OneOf<int64_t>({5, 50});
    }
    if (dice_.Chance(8)) {
      world_.store.quota_bytes = dice_.Magnitude(int64_t{8} * 1024 * 1024);
    }
    world_.clock.grain = dice_.OneOf<DurationMs>({1, 1, 100});
    if (dice_.Chance(20)) {
      world_.clock_jump_ms_max = dice_.OneOf({kHourMs, kYearMs});
    }
    world_.rest_ms_max = dice_.OneOf<DurationMs>({100, 24 * kHourMs});
    world_.event_ms_max = dice_.OneOf<DurationMs>({10, 60'000});
    world_.pages = static_cast<int32_t>(dice_.Between(0, 2));
    action_ms_max_ = dice_.OneOf<DurationMs>({200, 20'000, kHourMs});
  }

  void ActLater() {
    world_.scheduler.After(dice_.Magnitude(action_ms_max_), kWorldLife, [this] {
      if (is_over_) return;
      Act();
      ActLater();
    });
  }

  void Act() {
    switch (dice_.Between(0, 14)) {
      case 0:
      case 1:
      case 2:
        return Register();
      case 3:
        return world_.Abort(AnyUid());
      case 4:
      case 5:
        return world_.SetPaused(AnyUid(), dice_.Chance(50));
      case 6:
      case 7:
        return ChangeResource();
      case 8:
        return world_.SetOnline(dice_.Chance(60));
      case 9:
        return world_.HandOver();
      case 10:
        world_.pages = static_cast<int32_t>(dice_.Between(0, 2));
        return;
      case 11:
        return world_.Sleep(dice_.Magnitude(8 * kHourMs), dice_.Chance(50));
      case 12:
        if (dice_.Chance(50)) world_.Kill();
        return;
      case 13:
        if (dice_.Chance(30)) world_.LoseSomething(AnyUid());
        return;
      case 14:
        AnyResource().fault_percent = dice_.OneOf<int64_t>({0, 5, 25, 60, 100});
    }
  }

  // Few ids for many fetches: the same one is wanted again while it is taken,
  // and while the event of its last holder runs.
  void Register() {
    if (static_cast<int64_t>(world_.uids().size()) == kFetchesMax) return;
    const int64_t records = dice_.Between(1, kRecordsMax);
    const auto resources = static_cast<int64_t>(world_.server.resources.size());
    std::vector<World::Wanted> wanted;
    for (int64_t i = 0; i < records; ++i) {
      wanted.push_back(
          {.resource = static_cast<int32_t>(dice_.Between(0, resources - 1)),
           .is_upload = dice_.Chance(5)});
    }
    world_.Register(dice_.OneOf<std::string>({"a", "b"}), wanted,
                    dice_.Chance(12) ? dice_.Magnitude(10'000'000) : 0);
  }

  void ChangeResource() {
    Resource& resource = AnyResource();
    if (resource.IsChangeVisible()) resource.Change(dice_);
  }

  Resource& AnyResource() {
    std::vector<Resource>& all = world_.server.resources;
    return all[static_cast<size_t>(
        dice_.Between(0, static_cast<int64_t>(all.size()) - 1))];
  }

  const std::string& AnyUid() {
    return world_.uids()[static_cast<size_t>(
        dice_.Between(0, static_cast<int64_t>(world_.uids().size()) - 1))];
  }

  World world_;
  Dice& dice_ = world_.dice;
  DurationMs action_ms_max_ = 0;
  bool is_over_ = false;
};

}  // namespace

void RunChaos(uint64_t seed, Trace& trace) { Chaos(seed, trace).Run(); }

}  // namespace background_fetch::simulation
