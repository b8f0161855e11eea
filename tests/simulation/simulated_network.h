// SimulatedNetwork: the requests of one worker, and their bodies on the way
// into the store.
//
// Reports as the shipped host does (js/service-worker/network-request.js): the
// head; each chunk in its order, when it is durable; one closing event. What
// was received is kept, whatever ended it.

#ifndef BACKGROUND_FETCH_TESTS_SIMULATION_SIMULATED_NETWORK_H_
#define BACKGROUND_FETCH_TESTS_SIMULATION_SIMULATED_NETWORK_H_

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <utility>

#include "engine/event.h"
#include "tests/simulation/dice.h"
#include "tests/simulation/scheduler.h"
#include "tests/simulation/simulated_server.h"
#include "tests/simulation/simulated_store.h"

namespace background_fetch::simulation {

class SimulatedNetwork {
 public:
  struct Reports {
    std::function<void(Event&&)> event;
    // The network failed a request, or let it hang until it was given up.
    // Comes before the closing event.
    std::function<void(const StartRequest&)> fault;
    // Body bytes came, and go into the store.
    std::function<void(RequestId, int64_t bytes)> received;
  };

  SimulatedNetwork(Scheduler& scheduler, Dice& dice, SimulatedServer& server,
                   SimulatedStore& store, Reports reports)
      : scheduler_(scheduler),
        dice_(dice),
        server_(server),
        store_(store),
        reports_(std::move(reports)) {}
  ~SimulatedNetwork();

  void Start(const StartRequest& command);
  void Read(const ReadBody& command);
  void Cancel(RequestId id);
  void CancelAll();
  bool IsIdle() const { return live_.empty(); }

 private:
  struct Live {
    StartRequest command;
    Answer answer;
    std::optional<ReadBody> read;
    int64_t received = 0;
    int32_t puts = 0;                            // waiting for the store
    StoreAnswer stored = StoreAnswer::kDurable;  // or the first that was not
    bool is_cancelled = false;
    bool is_head_taken = false;  // by a piece
    bool is_piece_coming = false;
    bool is_source_done = false;
    bool is_broken = false;
  };

  void Arrive(RequestId id);
  void BreakUnread(RequestId id);
  void Pump(RequestId id);
  int64_t PieceBytes(const Live& live) const;
  void PumpStream(RequestId id, Live& live);
  void PumpWhole(RequestId id, Live& live);
  void Receive(RequestId id, int64_t bytes, DurationMs delay);
  void Write(RequestId id, int64_t bytes);
  void OnWritten(RequestId id, ByteRange range, StoreAnswer answer);
  void Break(RequestId id);
  void EndSource(RequestId id, bool is_broken);
  void CloseIfDone(RequestId id);
  Live* Find(RequestId id);

  Scheduler& scheduler_;
  Dice& dice_;
  SimulatedServer& server_;
  SimulatedStore& store_;
  Reports reports_;
  std::map<RequestId, Live> live_;
};

}  // namespace background_fetch::simulation

#endif  // BACKGROUND_FETCH_TESTS_SIMULATION_SIMULATED_NETWORK_H_
