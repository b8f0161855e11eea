// SimulatedDirectory: the journal's folder, in memory until it is synced.
//
// As the folder that ships, a sync is one transaction: it stores the files as
// they are at some moment between its begin and its end, or nothing. As a plain
// folder, a crash keeps what was written up to some byte since. The contract
// (journal/directory.h) allows both; a world has the one or the other.

#ifndef BACKGROUND_FETCH_TESTS_SIMULATION_SIMULATED_DIRECTORY_H_
#define BACKGROUND_FETCH_TESTS_SIMULATION_SIMULATED_DIRECTORY_H_

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "journal/directory.h"
#include "tests/simulation/dice.h"
#include "tests/simulation/scheduler.h"

namespace background_fetch::simulation {

class SimulatedDirectory final : public Directory {
 public:
  SimulatedDirectory(Scheduler& scheduler, Dice& dice)
      : scheduler_(scheduler), dice_(dice) {}

  // --- The world's switches -------------------------------------------------

  bool tears_on_crash = false;
  int64_t sync_failure_percent = 0;
  DurationMs sync_ms_max = 20;

  // --- The worker's side ----------------------------------------------------

  Result<std::vector<std::string>> List() override;
  Result<std::string> Read(const std::string& name) override;
  [[nodiscard]] ErrorCode Append(const std::string& name,
                                 std::string_view bytes) override;
  [[nodiscard]] ErrorCode Remove(const std::string& name) override;

  // One at a time. `done` hears whether the files are durable.
  void Sync(std::function<void(bool is_durable)> done);
  bool is_syncing() const { return is_syncing_; }

  // The worker dies: memory is gone, a sync under way may yet succeed.
  // Returns whether it did.
  bool Crash();

 private:
  struct Operation {
    std::string name;
    std::optional<std::string> appended;  // nothing: removed
  };
  using Files = std::map<std::string, std::string>;

  static void Apply(const Operation& operation, Files& files);
  void MakeDurable(size_t operations);
  void TearUnsynced();

  Scheduler& scheduler_;
  Dice& dice_;
  Files files_;
  Files durable_;
  std::vector<Operation> unsynced_;
  // How many of them the sync under way has taken; nothing: it has not looked.
  std::optional<size_t> captured_;
  bool is_syncing_ = false;
};

}  // namespace background_fetch::simulation

#endif  // BACKGROUND_FETCH_TESTS_SIMULATION_SIMULATED_DIRECTORY_H_
