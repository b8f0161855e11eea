#include "tests/simulation/simulated_store.h"

#include <iterator>

namespace background_fetch::simulation {
namespace {

// As in the shipped store.
constexpr size_t kPutsPerTransactionMax = 64;

int64_t BytesOf(const StoredGeneration& generation) {
  int64_t bytes = 0;
  for (const auto& [range, source] : generation.chunks) {
    bytes += range.second - range.first;
  }
  return bytes;
}

}  // namespace

OwnerKey KeyOf(const ChunkOwner& owner) {
  return {owner.uid, owner.record, owner.generation};
}

ChunkOwner OwnerOf(const OwnerKey& key) {
  return {.uid = std::get<0>(key),
          .record = std::get<1>(key),
          .generation = std::get<2>(key)};
}

void SimulatedStore::Write(Put put) {
  const bool may_join = !queue_.empty() &&
                        !(queue_.size() == 1 && is_running_) &&
                        !queue_.back().puts.empty() &&
                        queue_.back().puts.size() < kPutsPerTransactionMax;
  if (!may_join) queue_.emplace_back();
  queue_.back().puts.push_back(std::move(put));
  RunNext();
}

void SimulatedStore::DeleteGeneration(const ChunkOwner& owner) {
  queue_.emplace_back();
  queue_.back().generation = owner;
  RunNext();
}

void SimulatedStore::DeleteFetch(const std::string& uid,
                                 std::function<void()> done) {
  queue_.emplace_back();
  queue_.back().uid = uid;
  queue_.back().deleted = std::move(done);
  RunNext();
}

void SimulatedStore::RunNext() {
  if (is_running_ || queue_.empty()) return;
  is_running_ = true;
  scheduler_.After(dice_.Between(0, transaction_ms_max), scheduler_.life(),
                   [this] {
                     Transaction transaction = std::move(queue_.front());
                     queue_.pop_front();
                     is_running_ = false;
                     Commit(transaction, /*answers=*/true);
                     RunNext();
                   });
}

void SimulatedStore::Crash() {
  if (is_running_ && dice_.Chance(50)) Commit(queue_.front(), false);
  queue_.clear();
  is_running_ = false;
}

void SimulatedStore::Commit(Transaction& transaction, bool answers) {
  // A put that fails does not fail its neighbours.
  std::vector<StoreAnswer> stored;
  for (const Put& put : transaction.puts) stored.push_back(Store(put));
  if (!dice_.Chance(failure_percent)) {
    std::erase_if(generations_, [&](const auto& each) {
      const bool is_meant =
          (transaction.generation &&
           each.first == KeyOf(*transaction.generation)) ||
          (transaction.uid && std::get<0>(each.first) == *transaction.uid);
      if (is_meant) used_bytes_ -= BytesOf(each.second);
      return is_meant;
    });
  }
  if (!answers) return;
  for (size_t i = 0; i < stored.size(); ++i) {
    transaction.puts[i].done(stored[i]);
  }
  if (transaction.deleted) transaction.deleted();
}

StoreAnswer SimulatedStore::Store(const Put& put) {
  if (dice_.Chance(failure_percent)) return StoreAnswer::kFailed;
  if (used_bytes_ + put.range.Length() > quota_bytes) {
    return StoreAnswer::kQuota;
  }
  StoredGeneration& generation = generations_[KeyOf(put.owner)];
  if (put.head) generation.head = put.head;
  if (put.range.IsEmpty()) return StoreAnswer::kDurable;
  const auto [chunk, is_new] = generation.chunks.insert_or_assign(
      {put.range.begin, put.range.end}, put.source);
  if (is_new) used_bytes_ += put.range.Length();
  return StoreAnswer::kDurable;
}

bool SimulatedStore::LoseSomething(const std::string& uid) {
  std::vector<OwnerKey> owned;
  for (const auto& [key, generation] : generations_) {
    if (std::get<0>(key) == uid) owned.push_back(key);
  }
  if (owned.empty()) return false;
  const OwnerKey& key = owned[static_cast<size_t>(
      dice_.Between(0, static_cast<int64_t>(owned.size()) - 1))];
  StoredGeneration& generation = generations_[key];
  const auto count = static_cast<int64_t>(generation.chunks.size());
  const int64_t lost = dice_.Between(0, count);
  if (lost == count) {
    generation.head.reset();
    return true;
  }
  const auto chunk = std::next(generation.chunks.begin(), lost);
  used_bytes_ -= chunk->first.second - chunk->first.first;
  generation.chunks.erase(chunk);
  return true;
}

}  // namespace background_fetch::simulation
