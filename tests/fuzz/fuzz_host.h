// FuzzHost: a host that keeps the engine's rules and nothing else.
//
// Carries out commands only as far as the rules of engine/command.h and
// engine/event.h need it: which requests are open, which bodies are being read,
// whether a journal sync runs, what the body store holds. When and in which
// order it answers is the fuzzer's choice, and so is what servers say.
// Checks after each event what must hold whatever happened.

#ifndef BACKGROUND_FETCH_TESTS_FUZZ_FUZZ_HOST_H_
#define BACKGROUND_FETCH_TESTS_FUZZ_FUZZ_HOST_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/limits.h"
#include "engine/engine.h"
#include "tests/fuzz/fuzz_input.h"
#include "tests/unit/memory_directory.h"

namespace background_fetch {

class FuzzHost {
 public:
  FuzzHost() = default;
  FuzzHost(const FuzzHost&) = delete;
  FuzzHost& operator=(const FuzzHost&) = delete;

  // --- What the host holds --------------------------------------------------

  struct OpenRequest {
    ChunkOwner owner;
    bool has_head = false;
    bool is_cancelled = false;
    std::optional<ReadBody> read;  // its body is being read
  };

  MemoryDirectory directory;
  TimeMs now = 1'000'000;
  bool is_online = true;
  std::map<RequestId, OpenRequest> open;
  bool is_syncing = false;
  std::set<std::string> delivering;
  std::set<std::string> deleting;
  int64_t announced = 0;

  Engine& engine() { return *engine_; }

  // --- What happens ---------------------------------------------------------

  // A worker starts: a new engine reads what is durable.
  void Boot() {
    open.clear();
    is_syncing = false;
    delivering.clear();
    deleting.clear();
    engine_ = std::make_unique<Engine>(directory, /*seed=*/1);
    for (const auto& [key, head] : heads_) {
      engine_->RecoverHead(OwnerOf(key), head);
    }
    for (const auto& [key, range] : chunks_) {
      engine_->RecoverChunk(OwnerOf(key), range);
    }
    engine_->Start(is_online, now);
    Run();
  }

  void Crash() {
    directory.DropUnsynced();
    Boot();
  }

  void Tell(Event event) {
    engine_->HandleEvent(std::move(event), now);
    Run();
  }

  // In a body store heads are never without a chunk's transaction.
  void StoreHead(const ChunkOwner& owner, const ResponseHead& head) {
    heads_[KeyOf(owner)] = head;
  }
  void StoreChunk(const ChunkOwner& owner, ByteRange range) {
    chunks_.emplace(KeyOf(owner), range);
  }
  // Behind everybody's back.
  void LoseChunks() { chunks_.clear(); }
  void LoseHeads() { heads_.clear(); }

 private:
  using OwnerKey = std::tuple<std::string, uint32_t, uint32_t>;

  static OwnerKey KeyOf(const ChunkOwner& owner) {
    return {owner.uid, owner.record, owner.generation};
  }
  static ChunkOwner OwnerOf(const OwnerKey& key) {
    return {.uid = std::get<0>(key),
            .record = std::get<1>(key),
            .generation = std::get<2>(key)};
  }

  void Run() {
    for (Command& command : engine_->TakeCommands()) {
      std::visit([this](auto& each) { Do(each); }, command);
    }
    CheckInvariants();
  }

  void CheckInvariants() {
    int32_t live = 0;
    for (const auto& [id, request] : open) {
      // An answer that is left unread waits, and its first part for it.
      const bool is_unread = request.has_head && !request.read;
      live += request.is_cancelled || is_unread ? 0 : 1;
    }
    BF_CHECK(live <= kConnectionsMax);
    // An engine that wants to be called at once would be called for ever.
    BF_CHECK(engine_->NextWake() > now);
    for (const Snapshot& snapshot : engine_->ChangesSince(-1)) {
      const int64_t total = snapshot.options->download_total;
      BF_CHECK(snapshot.downloaded >= 0);
      BF_CHECK(total == 0 || snapshot.downloaded <= total ||
               snapshot.failure_reason ==
                   FailureReason::kDownloadTotalExceeded);
      BF_CHECK(snapshot.uploaded <= snapshot.upload_total);
    }
  }

  void Do(StartRequest& command) {
    const bool is_new =
        open.emplace(command.request, OpenRequest{.owner = command.owner})
            .second;
    BF_CHECK(is_new);
  }
  void Do(ReadBody& command) {
    OpenRequest& request = open.at(command.request);
    BF_CHECK(request.has_head && !request.read && !request.is_cancelled);
    request.read = std::move(command);
  }
  void Do(background_fetch::CancelRequest& command) {
    OpenRequest& request = open.at(command.request);
    BF_CHECK(!request.is_cancelled);
    request.is_cancelled = true;
  }
  void Do(DeleteGeneration& command) {
    const OwnerKey key = KeyOf(command.owner);
    chunks_.erase(key);
    heads_.erase(key);
  }
  void Do(DeleteFetch& command) {
    const auto is_of_fetch = [&](const auto& each) {
      return std::get<0>(each.first) == command.uid;
    };
    std::erase_if(chunks_, is_of_fetch);
    std::erase_if(heads_, is_of_fetch);
    deleting.insert(command.uid);
  }
  void Do(SyncJournal&) {
    BF_CHECK(!is_syncing);
    is_syncing = true;
  }
  void Do(Announce& command) {
    BF_CHECK(command.sequence > announced || command.sequence == 1);
    announced = command.sequence;
  }
  void Do(Deliver& command) { BF_CHECK(delivering.insert(command.uid).second); }
  void Do(Registered&) {}
  void Do(Rejected&) {}
  void Do(AbortAnswered&) {}
  void Do(PauseAnswered&) {}
  void Do(ReleaseAnswered&) {}

  std::unique_ptr<Engine> engine_;
  std::map<OwnerKey, ResponseHead> heads_;
  std::multimap<OwnerKey, ByteRange> chunks_;
};

}  // namespace background_fetch

#endif  // BACKGROUND_FETCH_TESTS_FUZZ_FUZZ_HOST_H_
