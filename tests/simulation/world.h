// World: one origin with its servers, its storage, its pages and one worker at
// a time, which comes and goes.
//
// Mechanism only: who does what and when is a script's business (chaos.h,
// exhaustive.h). The same seed and script give the same world.

#ifndef BACKGROUND_FETCH_TESTS_SIMULATION_WORLD_H_
#define BACKGROUND_FETCH_TESTS_SIMULATION_WORLD_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "tests/simulation/dice.h"
#include "tests/simulation/invariants.h"
#include "tests/simulation/reaper.h"
#include "tests/simulation/scheduler.h"
#include "tests/simulation/simulated_directory.h"
#include "tests/simulation/simulated_server.h"
#include "tests/simulation/simulated_store.h"
#include "tests/simulation/simulated_worker.h"
#include "tests/simulation/trace.h"

namespace background_fetch::simulation {

class World final : public SimulatedWorker::Observer {
 public:
  World(uint64_t seed, Trace& trace);

  Dice dice;
  Scheduler scheduler{dice};
  Reaper reaper{dice};
  SimulatedDirectory directory{scheduler, dice};
  SimulatedStore store{scheduler, dice};
  SimulatedServer server{scheduler, dice};
  Invariants invariants;
  Clock clock;
  // Pages that take what is announced to them.
  int32_t pages = 1;
  // How long the worker stays dead, at most, and its event runs, at most.
  DurationMs rest_ms_max = 1000;
  DurationMs event_ms_max = 100;
  // By how much the clock jumps between two lives, at most, either way.
  DurationMs clock_jump_ms_max = 0;

  // --- What users do --------------------------------------------------------

  struct Wanted {
    int32_t resource = 0;
    bool is_upload = false;
  };
  // Each boots the worker if there is none.
  void Register(const std::string& id, const std::vector<Wanted>& wanted,
                int64_t download_total = 0);
  void Abort(const std::string& uid);
  void SetPaused(const std::string& uid, bool is_paused);
  // All that were ever asked for, in order.
  const std::vector<std::string>& uids() const { return uids_; }

  // --- What happens to them -------------------------------------------------

  void SetOnline(bool is_online);
  // The machine sleeps; its clock may not notice.
  void Sleep(DurationMs duration, bool counts);
  void Kill();
  // The worker is replaced by a newer one.
  void HandOver();
  // The store loses something of a fetch that is not settled.
  void LoseSomething(const std::string& uid);

  // --- Running --------------------------------------------------------------

  // False: nothing is going to happen any more.
  bool Step();
  // Becomes kind, runs until everything has ended, starts the worker once more
  // and looks at what is left.
  void Finish();

 private:
  void OnAnnounce(const Announce& command) override;
  void OnDeliver(const Deliver& command) override;

  void Boot();
  void Bury();
  void BuryIfDead();
  void Tell(Event&& event);
  bool IsAtRest() const;
  void RunUntilAtRest();
  void Note(const std::string& what);

  Trace& trace_;
  std::unique_ptr<SimulatedWorker> worker_;
  std::vector<std::string> uids_;
  Token next_token_ = 1;
  bool is_online_ = true;
  bool is_handing_over_ = false;
};

}  // namespace background_fetch::simulation

#endif  // BACKGROUND_FETCH_TESTS_SIMULATION_WORLD_H_
