#include "tests/simulation/world.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace background_fetch::simulation {
namespace {

// A kind world that is not at rest after so many steps or so long goes round
// in circles. The longest waits are an hour (Retry-After, retries), and what is
// slowest here takes minutes.
constexpr int32_t kStepsToRestMax = 50'000;
constexpr DurationMs kTimeToRestMax = DurationMs{7} * 24 * 60 * 60 * 1000;

// A page is frozen, or its message is lost, as often.
constexpr int64_t kDeafPagePercent = 10;

// Of the records of a fetch, those that the app moves elsewhere in its event.
constexpr uint32_t kTransfersMax = 4;
constexpr int64_t kTransferPercent = 15;

}  // namespace

World::World(uint64_t seed, Trace& trace)
    : dice(seed), invariants(store, server, trace), trace_(trace) {
  clock.offset = kFirstReading;
}

void World::Note(const std::string& what) {
  if (trace_.is_on()) trace_.Add(scheduler.now(), what);
}

// --- What users do -----------------------------------------------------------

void World::Register(const std::string& id, const std::vector<Wanted>& wanted,
                     int64_t download_total) {
  std::vector<RequestInfo> requests;
  for (const Wanted& each : wanted) {
    requests.emplace_back();
    requests.back().url =
        server.resources[static_cast<size_t>(each.resource)].url;
    if (!each.is_upload) continue;
    requests.back().method = "POST";
    requests.back().body_length = 1000;
  }
  uids_.push_back("u" + std::to_string(uids_.size()));
  Tell(background_fetch::Register{
      .token = next_token_++,
      .uid = uids_.back(),
      .options = {.id = id, .download_total = download_total},
      .requests = std::move(requests)});
}

void World::Abort(const std::string& uid) {
  // Whoever asks here may have lost an answer; nobody else can know.
  Tell(background_fetch::Abort{
      .token = next_token_++, .uid = uid, .is_repeated = dice.Chance(30)});
}

void World::SetPaused(const std::string& uid, bool is_paused) {
  Tell(background_fetch::SetPaused{
      .token = next_token_++, .uid = uid, .is_paused = is_paused});
}

void World::Tell(Event&& event) {
  if (is_handing_over_) return;  // the page asks the new worker, later
  if (!worker_) Boot();
  worker_->Feed(std::move(event));
}

// --- What happens to them ----------------------------------------------------

void World::SetOnline(bool is_online) {
  if (is_online_ == is_online) return;
  is_online_ = is_online;
  server.is_reachable = is_online;
  if (worker_) worker_->Feed(OnlineChanged{.is_online = is_online});
}

void World::Sleep(DurationMs duration, bool counts) {
  Note("the machine sleeps for " + std::to_string(duration) + " ms");
  scheduler.Sleep(duration);
  invariants.OnSlept();
  if (worker_) worker_->Sleep(duration, counts);
}

void World::Kill() {
  if (worker_) Bury();
}

void World::HandOver() {
  if (!worker_ || is_handing_over_) return;
  Note("a newer worker asks for the lock");
  is_handing_over_ = true;
  worker_->End();
}

void World::LoseSomething(const std::string& uid) {
  // A settled fetch is what the app was promised; nobody can bring it back.
  if (worker_) {
    const std::optional<Snapshot> snapshot = worker_->engine().SnapshotOf(uid);
    if (!snapshot || !snapshot->is_active) return;
    Bury();
  }
  if (!store.LoseSomething(uid)) return;
  Note("the store loses something of " + uid);
  invariants.OnLost(uid);
}

void World::Boot() {
  worker_ =
      std::make_unique<SimulatedWorker>(Surroundings{.scheduler = scheduler,
                                                     .dice = dice,
                                                     .trace = trace_,
                                                     .reaper = reaper,
                                                     .directory = directory,
                                                     .store = store,
                                                     .server = server,
                                                     .invariants = invariants},
                                        *this, clock);
  worker_->Start(is_online_);
}

void World::Bury() {
  Note("the worker dies");
  scheduler.EndLife();
  store.Crash();
  directory.Crash();
  worker_.reset();
  if (clock_jump_ms_max > 0) {
    clock.offset += dice.Between(-clock_jump_ms_max, clock_jump_ms_max);
  }
  const bool is_awaited = is_handing_over_ || dice.Chance(50);
  is_handing_over_ = false;
  scheduler.After(is_awaited ? 0 : dice.Magnitude(rest_ms_max), kWorldLife,
                  [this] {
                    if (!worker_) Boot();
                  });
}

void World::BuryIfDead() {
  if (!worker_) return;
  if (worker_->is_dead() || (is_handing_over_ && worker_->HasEnded())) Bury();
}

// --- Answers -----------------------------------------------------------------

void World::OnAnnounce(const Announce& command) {
  if (!command.must_be_heard) return;
  if (pages > 0 && dice.Chance(kDeafPagePercent)) return;
  const DurationMs delay = pages > 0 ? dice.Between(0, 200) : 0;
  scheduler.After(delay, scheduler.life(), [this, sequence = command.sequence] {
    worker_->Feed(Announced{.sequence = sequence});
  });
}

void World::OnDeliver(const Deliver& command) {
  const DurationMs lasts = dice.Magnitude(event_ms_max);
  const bool is_held = lasts > 0;
  for (uint32_t record = 0; record < kTransfersMax; ++record) {
    if (!dice.Chance(kTransferPercent)) continue;
    scheduler.After(
        dice.Between(0, lasts), scheduler.life(),
        [this, uid = command.uid, record] {
          worker_->Feed(
              Release{.token = next_token_++, .uid = uid, .record = record});
        });
  }
  scheduler.After(lasts, scheduler.life(), [this, uid = command.uid, is_held] {
    worker_->Feed(EventDelivered{.uid = uid, .was_held = is_held});
  });
}

// --- Running -----------------------------------------------------------------

bool World::Step() {
  BuryIfDead();
  const bool ran = scheduler.RunNext();
  BuryIfDead();
  return ran;
}

bool World::IsAtRest() const {
  if (!worker_ || is_handing_over_ || worker_->engine().IsWorking() ||
      !store.IsIdle() || directory.is_syncing()) {
    return false;
  }
  return std::none_of(uids_.begin(), uids_.end(), [&](const std::string& uid) {
    return worker_->engine().SnapshotOf(uid).has_value();
  });
}

void World::RunUntilAtRest() {
  const TimeMs until = scheduler.now() + kTimeToRestMax;
  for (int32_t steps = 0; !IsAtRest(); ++steps) {
    const bool runs = Step();
    if (!runs || steps > kStepsToRestMax || scheduler.now() > until) {
      invariants.Break("what was registered ends in a kind world",
                       runs ? "it does not come to rest" : "nothing happens");
    }
  }
}

void World::Finish() {
  Note("the world becomes kind");
  reaper.Rest();
  server.is_kind = true;
  directory.sync_failure_percent = 0;
  store.failure_percent = 0;
  store.quota_bytes = INT64_MAX;
  clock_jump_ms_max = 0;
  pages = 1;
  SetOnline(true);
  while (is_handing_over_) Step();
  BuryIfDead();
  if (!worker_) Boot();
  for (const std::string& uid : uids_) SetPaused(uid, false);
  RunUntilAtRest();
  invariants.OnFinished(worker_->engine());
  // What the journal forgot to forget would come back now.
  Kill();
  RunUntilAtRest();
  invariants.OnFinished(worker_->engine());
  invariants.CheckNothingLeft();
}

}  // namespace background_fetch::simulation
