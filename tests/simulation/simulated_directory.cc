#include "tests/simulation/simulated_directory.h"

#include <utility>

#include "base/check.h"

namespace background_fetch::simulation {

Result<std::vector<std::string>> SimulatedDirectory::List() {
  std::vector<std::string> names;
  for (const auto& [name, bytes] : files_) names.push_back(name);
  return names;
}

Result<std::string> SimulatedDirectory::Read(const std::string& name) {
  const auto file = files_.find(name);
  if (file == files_.end()) return ErrorCode::kNotFound;
  return file->second;
}

ErrorCode SimulatedDirectory::Append(const std::string& name,
                                     std::string_view bytes) {
  unsynced_.push_back({.name = name, .appended = std::string(bytes)});
  Apply(unsynced_.back(), files_);
  return ErrorCode::kOk;
}

ErrorCode SimulatedDirectory::Remove(const std::string& name) {
  unsynced_.push_back({.name = name, .appended = std::nullopt});
  Apply(unsynced_.back(), files_);
  return ErrorCode::kOk;
}

void SimulatedDirectory::Sync(std::function<void(bool is_durable)> done) {
  BF_CHECK(!is_syncing_);
  is_syncing_ = true;
  const DurationMs look_ms = dice_.Between(0, sync_ms_max);
  const DurationMs store_ms = dice_.Between(0, sync_ms_max);
  const bool fails = dice_.Chance(sync_failure_percent);
  const Life life = scheduler_.life();
  scheduler_.After(look_ms, life, [this] { captured_ = unsynced_.size(); });
  scheduler_.After(look_ms + store_ms + 1, life,
                   [this, fails, done = std::move(done)] {
                     if (!fails) MakeDurable(*captured_);
                     captured_.reset();
                     is_syncing_ = false;
                     done(!fails);
                   });
}

bool SimulatedDirectory::Crash() {
  const bool is_stored = captured_ && dice_.Chance(50);
  if (is_stored) MakeDurable(*captured_);
  captured_.reset();
  is_syncing_ = false;
  if (tears_on_crash) TearUnsynced();
  unsynced_.clear();
  files_ = durable_;
  return is_stored;
}

void SimulatedDirectory::Apply(const Operation& operation, Files& files) {
  if (operation.appended) {
    files[operation.name] += *operation.appended;
  } else {
    files.erase(operation.name);
  }
}

void SimulatedDirectory::MakeDurable(size_t operations) {
  for (size_t i = 0; i < operations; ++i) Apply(unsynced_[i], durable_);
  unsynced_.erase(unsynced_.begin(),
                  unsynced_.begin() + static_cast<ptrdiff_t>(operations));
}

// Keeps some operations whole and, of the next one, some bytes.
void SimulatedDirectory::TearUnsynced() {
  if (unsynced_.empty()) return;
  const auto kept = static_cast<size_t>(
      dice_.Between(0, static_cast<int64_t>(unsynced_.size())));
  std::optional<Operation> torn;
  if (kept < unsynced_.size() && unsynced_[kept].appended) {
    torn = unsynced_[kept];
    torn->appended->resize(static_cast<size_t>(
        dice_.Between(0, static_cast<int64_t>(torn->appended->size()))));
  }
  MakeDurable(kept);
  if (torn) Apply(*torn, durable_);
}

}  // namespace background_fetch::simulation
