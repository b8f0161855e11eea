// EngineWorld: an engine, a directory and a body store that remember what they
// were told; enough of a host to test the engine's decisions one at a time.

#ifndef BACKGROUND_FETCH_TESTS_UNIT_ENGINE_WORLD_H_
#define BACKGROUND_FETCH_TESTS_UNIT_ENGINE_WORLD_H_

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include "engine/engine.h"
#include "gtest/gtest.h"
#include "tests/unit/memory_directory.h"

namespace background_fetch {

inline FetchOptions WithId(const std::string& id) {
  return {.id = id, .title = {}, .icons = {}};
}

inline RequestInfo Get(const std::string& url) {
  return {.url = url, .headers = {}};
}

inline RequestInfo Post(const std::string& url, int64_t body_length = 0) {
  return {
      .url = url, .method = "POST", .headers = {}, .body_length = body_length};
}

class EngineWorld {
 public:
  EngineWorld() { Boot(); }

  // --- The engine's surroundings --------------------------------------------

  MemoryDirectory directory;
  TimeMs now = 1'000'000;
  bool is_online = true;
  // Journal syncs and deletions are answered at once unless this is false.
  bool answers_storage = true;
  // Generations that are to be deleted are still there after a crash.
  bool keeps_deleted = false;
  // So are cancelled requests.
  bool answers_cancels = true;

  Engine& engine() { return *engine_; }

  void Tell(Event event) {
    engine_->HandleEvent(std::move(event), now);
    Run();
  }

  // Lets the time pass to the next wake-up, at most to `until`.
  void WakeUntil(TimeMs until) {
    while (engine_->NextWake() <= until) {
      now = std::max(now, engine_->NextWake());
      Tell(TimePassed{});
    }
    now = until;
  }

  // Lets the time pass until something is asked for, at most to `until`.
  void WakeUntilAsked(TimeMs until) {
    while (started.empty() && engine_->NextWake() <= until) {
      now = std::max(now, engine_->NextWake());
      Tell(TimePassed{});
    }
  }

  // The worker dies: everything not synced is lost, chunks are not. A new
  // engine reads what there is.
  void Crash() {
    directory.DropUnsynced();
    Boot();
  }

  // --- What the engine wanted, oldest first ---------------------------------

  std::deque<StartRequest> started;
  std::deque<ReadBody> reads;
  std::deque<Deliver> delivered;
  std::vector<RequestId> cancelled;
  std::vector<Announce> announced;
  std::vector<Registered> registered;
  std::vector<Rejected> rejected;
  std::vector<AbortAnswered> aborts;
  std::vector<PauseAnswered> pauses;
  std::vector<ReleaseAnswered> releases;
  std::vector<std::string> deleted_fetches;
  std::vector<ChunkOwner> deleted_generations;
  int syncs = 0;

  // --- Steps ----------------------------------------------------------------

  // Registers a fetch of these URLs; its uid is "uid-<id>".
  void Register(const std::string& id, const std::vector<std::string>& urls,
                int64_t download_total = 0) {
    std::vector<RequestInfo> requests;
    for (const std::string& url : urls) requests.push_back(Get(url));
    FetchOptions options = WithId(id);
    options.download_total = download_total;
    RegisterWith(std::move(options), std::move(requests));
  }

  // The same of whatever else a fetch may have.
  void RegisterWith(FetchOptions options, std::vector<RequestInfo> requests,
                    int64_t room_bytes = kOffsetMax) {
    std::string uid = "uid-" + options.id;
    Tell(background_fetch::Register{.token = next_token_++,
                                    .uid = std::move(uid),
                                    .options = std::move(options),
                                    .requests = std::move(requests),
                                    .room_bytes = room_bytes});
  }

  Token Abort(const std::string& id, bool is_repeated = false) {
    const Token token = next_token_++;
    Tell(background_fetch::Abort{
        .token = token, .uid = "uid-" + id, .is_repeated = is_repeated});
    return token;
  }

  void SetPaused(const std::string& id, bool is_paused) {
    Tell(background_fetch::SetPaused{
        .token = next_token_++, .uid = "uid-" + id, .is_paused = is_paused});
  }

  void Release(const std::string& id, uint32_t record) {
    Tell(background_fetch::Release{
        .token = next_token_++, .uid = "uid-" + id, .record = record});
  }

  StartRequest TakeStart() {
    EXPECT_FALSE(started.empty());
    StartRequest start = started.front();
    started.pop_front();
    return start;
  }

  ReadBody TakeRead() {
    EXPECT_FALSE(reads.empty());
    ReadBody read = reads.front();
    reads.pop_front();
    return read;
  }

  void Head(RequestId request, int status, HeaderList headers) {
    Tell(ResponseHeadSeen{.request = request,
                          .head = {.status = status,
                                   .status_text = {},
                                   .headers = std::move(headers),
                                   .url = "https://host/file",
                                   .type = "basic",
                                   .redirected = false}});
  }

  // It is durable, and nobody has told the engine yet.
  void StoreUnheard(const ReadBody& read, ByteRange range) {
    chunks_.insert({Key(read.owner), {range.begin, range.end}});
    if (read.head) heads_[Key(read.owner)] = *read.head;
  }

  void Store(const ReadBody& read, ByteRange range) {
    StoreUnheard(read, range);
    Tell(ChunkStored{.request = read.request, .range = range});
  }

  // A whole file, of which nothing is stored yet.
  ReadBody Receive(const StartRequest& start, int64_t length) {
    Head(start.request, 200, {{"content-length", std::to_string(length)}});
    const ReadBody read = TakeRead();
    Tell(BodyReceived{.request = start.request, .bytes = length});
    return read;
  }

  // A whole small file, from head to end.
  void Serve(const StartRequest& start, int64_t length) {
    Head(start.request, 200, {{"content-length", std::to_string(length)}});
    const ReadBody read = TakeRead();
    Store(read, {.begin = 0, .end = length});
    Tell(BodyEnded{.request = start.request});
  }

  void LoseChunks() { chunks_.clear(); }

  Snapshot Of(const std::string& id) {
    const auto snapshot = engine_->SnapshotOf("uid-" + id);
    EXPECT_TRUE(snapshot.has_value());
    return snapshot.value_or(Snapshot{});
  }

 private:
  using OwnerKey = std::tuple<std::string, uint32_t, uint32_t>;

  static OwnerKey Key(const ChunkOwner& owner) {
    return {owner.uid, owner.record, owner.generation};
  }
  static ChunkOwner OwnerOf(const OwnerKey& key) {
    return {.uid = std::get<0>(key),
            .record = std::get<1>(key),
            .generation = std::get<2>(key)};
  }

  void Boot() {
    started.clear();
    reads.clear();
    delivered.clear();
    engine_ = std::make_unique<Engine>(directory, /*seed=*/7, "https://app");
    for (const auto& [key, head] : heads_) {
      engine_->RecoverHead(OwnerOf(key), head);
    }
    for (const auto& [key, range] : chunks_) {
      engine_->RecoverChunk(OwnerOf(key),
                            {.begin = range.first, .end = range.second});
    }
    engine_->Start(is_online, now);
    Run();
  }

  void Run() {
    for (;;) {
      std::vector<Command> commands = engine_->TakeCommands();
      if (commands.empty()) return;
      for (Command& command : commands) {
        std::visit([this](auto& each) { Do(each); }, command);
      }
    }
  }

  void Do(StartRequest& command) { started.push_back(std::move(command)); }
  void Do(ReadBody& command) { reads.push_back(std::move(command)); }
  void Do(CancelRequest& command) {
    cancelled.push_back(command.request);
    if (!answers_cancels) return;
    engine_->HandleEvent(RequestFailed{.request = command.request}, now);
  }
  void Do(DeleteGeneration& command) {
    deleted_generations.push_back(command.owner);
    if (keeps_deleted) return;
    std::erase_if(chunks_, [&](const auto& chunk) {
      return chunk.first == Key(command.owner);
    });
    heads_.erase(Key(command.owner));
  }
  void Do(DeleteFetch& command) {
    deleted_fetches.push_back(command.uid);
    if (!answers_storage) return;
    std::erase_if(chunks_, [&](const auto& chunk) {
      return std::get<0>(chunk.first) == command.uid;
    });
    std::erase_if(heads_, [&](const auto& head) {
      return std::get<0>(head.first) == command.uid;
    });
    engine_->HandleEvent(FetchDeleted{.uid = command.uid}, now);
  }
  void Do(SyncJournal&) {
    ++syncs;
    if (!answers_storage) return;
    directory.Sync();
    engine_->HandleEvent(JournalSynced{}, now);
  }
  void Do(Announce& command) { announced.push_back(command); }
  void Do(Deliver& command) { delivered.push_back(std::move(command)); }
  void Do(Registered& command) { registered.push_back(std::move(command)); }
  void Do(Rejected& command) { rejected.push_back(command); }
  void Do(PauseAnswered& command) { pauses.push_back(command); }
  void Do(ReleaseAnswered& command) { releases.push_back(command); }
  void Do(AbortAnswered& command) { aborts.push_back(command); }

  std::unique_ptr<Engine> engine_;
  std::set<std::pair<OwnerKey, std::pair<int64_t, int64_t>>> chunks_;
  std::map<OwnerKey, ResponseHead> heads_;
  Token next_token_ = 1;
};

}  // namespace background_fetch

#endif  // BACKGROUND_FETCH_TESTS_UNIT_ENGINE_WORLD_H_
