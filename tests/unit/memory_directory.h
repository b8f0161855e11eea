// MemoryDirectory: a Directory that can lose, tear and damage its files.
//
// Remembers every operation since the last Sync(), so that a test can go back
// to what any crash in between would have left.

#ifndef BACKGROUND_FETCH_TESTS_UNIT_MEMORY_DIRECTORY_H_
#define BACKGROUND_FETCH_TESTS_UNIT_MEMORY_DIRECTORY_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "journal/directory.h"

namespace background_fetch {

class MemoryDirectory final : public Directory {
 public:
  using Files = std::map<std::string, std::string>;

  Result<std::vector<std::string>> List() override {
    if (listings_fail_) return ErrorCode::kIo;
    std::vector<std::string> names;
    // Backwards: callers must not rely on an order.
    for (auto file = files_.rbegin(); file != files_.rend(); ++file) {
      names.push_back(file->first);
    }
    return names;
  }

  Result<std::string> Read(const std::string& name) override {
    if (reads_until_failure_ && (*reads_until_failure_)-- == 0) {
      reads_until_failure_.reset();
      return ErrorCode::kIo;
    }
    const auto file = files_.find(name);
    if (file == files_.end()) return ErrorCode::kNotFound;
    return file->second;
  }

  [[nodiscard]] ErrorCode Append(const std::string& name,
                                 std::string_view bytes) override {
    const bool fails = next_append_bytes_.has_value();
    bytes = bytes.substr(0, next_append_bytes_.value_or(bytes.size()));
    next_append_bytes_.reset();
    Perform({.name = name, .appended = std::string(bytes)});
    return fails ? ErrorCode::kIo : ErrorCode::kOk;
  }

  [[nodiscard]] ErrorCode Remove(const std::string& name) override {
    if (removals_fail_) return ErrorCode::kIo;
    Perform({.name = name, .appended = std::nullopt});
    return ErrorCode::kOk;
  }

  void Sync() {
    synced_ = files_;
    unsynced_.clear();
  }

  // The next append writes only so many bytes and reports kIo.
  void FailNextAppendAfter(size_t bytes) { next_append_bytes_ = bytes; }
  void FailRemovals() { removals_fail_ = true; }
  void FailListings() { listings_fail_ = true; }
  // One read reports kIo, after so many that succeed.
  void FailReadAfter(size_t reads) { reads_until_failure_ = reads; }

  void DropUnsynced() {
    files_ = synced_;
    unsynced_.clear();
  }

  // How far a crash can be from the last sync: one step for each byte appended
  // and one for each operation.
  size_t CrashPoints() const {
    size_t points = 1;
    for (const Operation& operation : unsynced_) points += Steps(operation);
    return points;
  }

  // The files as they are if only `point` steps since the last sync survive.
  Files FilesAfterCrash(size_t point) const {
    Files files = synced_;
    for (const Operation& operation : unsynced_) {
      if (point == 0) break;
      if (point < Steps(operation)) {
        files[operation.name] += operation.appended->substr(0, point - 1);
        break;
      }
      Apply(operation, files);
      point -= Steps(operation);
    }
    return files;
  }

  const Files& files() const { return files_; }
  void SetFiles(Files files) {
    files_ = std::move(files);
    Sync();
  }

  void Truncate(const std::string& name, size_t length) {
    files_.at(name).resize(length);
  }

  void FlipBit(const std::string& name, size_t bit) {
    char& byte = files_.at(name).at(bit / 8);
    byte = static_cast<char>(byte ^ static_cast<char>(1u << (bit % 8)));
  }

  // Bytes ever appended: what the journal cost its host.
  int64_t appended_bytes() const { return appended_bytes_; }

 private:
  struct Operation {
    std::string name;
    std::optional<std::string> appended;  // nothing: removed
  };

  static size_t Steps(const Operation& operation) {
    return 1 + (operation.appended ? operation.appended->size() : 0);
  }

  static void Apply(const Operation& operation, Files& files) {
    if (operation.appended) {
      files[operation.name] += *operation.appended;
    } else {
      files.erase(operation.name);
    }
  }

  void Perform(Operation operation) {
    Apply(operation, files_);
    if (operation.appended) {
      appended_bytes_ += static_cast<int64_t>(operation.appended->size());
    }
    unsynced_.push_back(std::move(operation));
  }

  Files files_;
  Files synced_;
  std::vector<Operation> unsynced_;
  std::optional<size_t> next_append_bytes_;
  std::optional<size_t> reads_until_failure_;
  bool removals_fail_ = false;
  bool listings_fail_ = false;
  int64_t appended_bytes_ = 0;
};

}  // namespace background_fetch

#endif  // BACKGROUND_FETCH_TESTS_UNIT_MEMORY_DIRECTORY_H_
