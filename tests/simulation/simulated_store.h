// SimulatedStore: the body store, one transaction after the other.
//
// Keeps no bytes, but where they came from: a chunk is so many bytes of one
// version of one resource, from one offset on. Puts that arrive while a
// transaction runs share the next one, as in the store that ships.

#ifndef BACKGROUND_FETCH_TESTS_SIMULATION_SIMULATED_STORE_H_
#define BACKGROUND_FETCH_TESTS_SIMULATION_SIMULATED_STORE_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "engine/command.h"
#include "tests/simulation/dice.h"
#include "tests/simulation/scheduler.h"

namespace background_fetch::simulation {

// Where the first byte of a chunk came from; the others follow it.
struct Source {
  int32_t resource = -1;
  int32_t version = -1;  // negative: bytes that belong to no representation
  int64_t offset = 0;
  // Where it was redirected to: each place has other bytes under the same
  // validators.
  int32_t place = 0;
};

// [uid, record, generation], as the shipped store's keys begin.
using OwnerKey = std::tuple<std::string, uint32_t, uint32_t>;
OwnerKey KeyOf(const ChunkOwner& owner);
ChunkOwner OwnerOf(const OwnerKey& key);

struct StoredGeneration {
  std::optional<ResponseHead> head;
  std::map<std::pair<int64_t, int64_t>, Source> chunks;  // by [begin, end)
};

enum class StoreAnswer { kDurable, kFailed, kQuota };

class SimulatedStore {
 public:
  struct Put {
    ChunkOwner owner;
    ByteRange range;
    Source source;
    std::optional<ResponseHead> head;
    std::function<void(StoreAnswer)> done;
  };
  using Generations = std::map<OwnerKey, StoredGeneration>;

  SimulatedStore(Scheduler& scheduler, Dice& dice)
      : scheduler_(scheduler), dice_(dice) {}

  // --- The world's switches -------------------------------------------------

  int64_t failure_percent = 0;
  int64_t quota_bytes = INT64_MAX;
  DurationMs transaction_ms_max = 20;

  // --- The worker's side ----------------------------------------------------

  void Write(Put put);
  void DeleteGeneration(const ChunkOwner& owner);
  void DeleteFetch(const std::string& uid, std::function<void()> done);
  bool IsIdle() const { return queue_.empty() && !is_running_; }

  // The worker dies: what waits is lost; the transaction that runs may yet be
  // stored.
  void Crash();

  // --- What is durable ------------------------------------------------------

  const Generations& generations() const { return generations_; }

  // Deletes behind the worker's back a chunk or a head of that fetch. False:
  // there is none.
  bool LoseSomething(const std::string& uid);

 private:
  struct Transaction {
    std::vector<Put> puts;
    std::optional<ChunkOwner> generation;  // to delete
    std::optional<std::string> uid;        // to delete
    std::function<void()> deleted;
  };

  void RunNext();
  void Commit(Transaction& transaction, bool answers);
  StoreAnswer Store(const Put& put);

  Scheduler& scheduler_;
  Dice& dice_;
  Generations generations_;
  int64_t used_bytes_ = 0;
  std::deque<Transaction> queue_;  // the front runs while is_running_
  bool is_running_ = false;
};

}  // namespace background_fetch::simulation

#endif  // BACKGROUND_FETCH_TESTS_SIMULATION_SIMULATED_STORE_H_
