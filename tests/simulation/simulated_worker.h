// SimulatedWorker: one life of the service worker: an engine and its host.
//
// Executes commands exactly as the shipped host does
// (js/service-worker/session.js): events that come while commands are executed
// wait until all of them are; after the end nobody is told anything. It may
// die before any event and any command.

#ifndef BACKGROUND_FETCH_TESTS_SIMULATION_SIMULATED_WORKER_H_
#define BACKGROUND_FETCH_TESTS_SIMULATION_SIMULATED_WORKER_H_

#include <cstdint>
#include <deque>
#include <memory>
#include <string>

#include "engine/engine.h"
#include "tests/simulation/dice.h"
#include "tests/simulation/invariants.h"
#include "tests/simulation/reaper.h"
#include "tests/simulation/scheduler.h"
#include "tests/simulation/simulated_directory.h"
#include "tests/simulation/simulated_network.h"
#include "tests/simulation/simulated_server.h"
#include "tests/simulation/simulated_store.h"
#include "tests/simulation/trace.h"

namespace background_fetch::simulation {

// What outlives a worker.
struct Surroundings {
  Scheduler& scheduler;
  Dice& dice;
  Trace& trace;
  Reaper& reaper;
  SimulatedDirectory& directory;
  SimulatedStore& store;
  SimulatedServer& server;
  Invariants& invariants;
};

// How the worker's clock reads the world's time. Jumps only between lives: a
// life reads the system's clock once.
struct Clock {
  TimeMs offset = 0;
  DurationMs grain = 1;

  TimeMs Read(TimeMs now) const { return (now + offset) / grain * grain; }
};

class SimulatedWorker {
 public:
  // Who hears of announcements and outcomes.
  class Observer {
   public:
    virtual ~Observer() = default;
    virtual void OnAnnounce(const Announce& command) = 0;
    virtual void OnDeliver(const Deliver& command) = 0;
  };

  // Boots: reads the journal and the store, and goes on with what is there.
  SimulatedWorker(const Surroundings& surroundings, Observer& observer,
                  Clock clock);

  void Start(bool is_online);
  void Feed(Event&& event);
  // Hands over: nothing is begun any more, what is under way is stored.
  void End();
  bool HasEnded() const;
  bool is_dead() const { return is_dead_; }
  const Engine& engine() const { return engine_; }
  void Sleep(DurationMs duration, bool counts) {
    if (!counts) clock_.offset -= duration;
  }

 private:
  Life BeginLife();
  void FeedAll();
  void Run();
  bool Dies();
  void SetAlarm();
  TimeMs Now() const { return clock_.Read(world_.scheduler.now()); }

  void Do(const StartRequest& command) { network_.Start(command); }
  void Do(const ReadBody& command) { network_.Read(command); }
  void Do(const CancelRequest& command) { network_.Cancel(command.request); }
  void Do(const DeleteGeneration& command) {
    world_.store.DeleteGeneration(command.owner);
  }
  void Do(const DeleteFetch& command);
  void Do(const SyncJournal& command);
  void Do(const Announce& command) { observer_.OnAnnounce(command); }
  void Do(const Deliver& command) { observer_.OnDeliver(command); }
  // Answers to users; the invariants have heard them.
  void Do(const Registered&) {}
  void Do(const Rejected&) {}
  void Do(const AbortAnswered&) {}
  void Do(const PauseAnswered&) {}
  void Do(const ReleaseAnswered&) {}

  Surroundings world_;
  Observer& observer_;
  Clock clock_;
  Life life_;
  Engine engine_;
  SimulatedNetwork network_;
  std::deque<Event> events_;
  uint64_t alarm_ = 0;  // counts settings: only the last one rings
  TimeMs alarm_at_ = kNever;
  bool is_feeding_ = false;
  bool is_over_ = false;
  bool is_dead_ = false;
};

}  // namespace background_fetch::simulation

#endif  // BACKGROUND_FETCH_TESTS_SIMULATION_SIMULATED_WORKER_H_
