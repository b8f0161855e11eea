// BenchWorld: an engine with one fetch of many records, and a host that answers
// at once and keeps nothing.
//
// What a benchmark times is Step() alone: one event, its commands taken, the
// next wake asked for, as a host does it. Everything else happens in Tell().

#ifndef BACKGROUND_FETCH_TESTS_BENCH_BENCH_WORLD_H_
#define BACKGROUND_FETCH_TESTS_BENCH_BENCH_WORLD_H_

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/check.h"
#include "engine/engine.h"

namespace background_fetch {

// Counts what is written and forgets it: what the bytes cost a host is not the
// engine's share.
class CountingDirectory final : public Directory {
 public:
  Result<std::vector<std::string>> List() override {
    return std::vector<std::string>{};
  }
  Result<std::string> Read(const std::string&) override {
    return ErrorCode::kNotFound;
  }
  [[nodiscard]] ErrorCode Append(const std::string&,
                                 std::string_view bytes) override {
    appended_bytes_ += static_cast<int64_t>(bytes.size());
    return ErrorCode::kOk;
  }
  [[nodiscard]] ErrorCode Remove(const std::string&) override {
    return ErrorCode::kOk;
  }

  int64_t appended_bytes() const { return appended_bytes_; }

 private:
  int64_t appended_bytes_ = 0;
};

// The tiles of an offline map: the case with the most records.
inline std::vector<RequestInfo> TileRequests(uint32_t count) {
  std::vector<RequestInfo> requests(count);
  for (uint32_t i = 0; i < count; ++i) {
    requests[i].url =
        "https://tiles.example.org/12/2148/" + std::to_string(i) + ".png";
    requests[i].headers = {{"accept", "image/png"}};
  }
  return requests;
}

class BenchWorld {
 public:
  static constexpr int64_t kTileBytes = 10'000;

  // A fresh fetch of so many records.
  explicit BenchWorld(uint32_t records) : BenchWorld(own_directory_) {
    Tell(Register{.token = 1,
                  .uid = "uid",
                  .options = {.id = "map", .title = {}, .icons = {}},
                  .requests = TileRequests(records)});
  }
  // What the journal says, over a body store that is empty.
  explicit BenchWorld(Directory& directory) : engine_(directory, /*seed=*/1) {
    engine_.Start(/*is_online=*/true, now_);
    Carry(engine_.TakeCommands());
  }
  BenchWorld(const BenchWorld&) = delete;
  BenchWorld& operator=(const BenchWorld&) = delete;

  Engine& engine() { return engine_; }
  const CountingDirectory& directory() const { return own_directory_; }

  // Commands that the engine gave in answer to one event.
  std::vector<Command> Step(Event&& event) {
    ++now_;
    engine_.HandleEvent(std::move(event), now_);
    std::vector<Command> commands = engine_.TakeCommands();
    next_wake_ = engine_.NextWake();
    return commands;
  }

  // Answers at once what needs no network, and what comes of that.
  void Carry(std::vector<Command> commands) {
    while (!commands.empty()) {
      std::vector<Command> next;
      for (Command& command : commands) {
        std::visit([&](auto& each) { Do(each, next); }, command);
      }
      commands = std::move(next);
    }
  }

  void Tell(Event event) { Carry(Step(std::move(event))); }

  bool HasStarted() const { return !started_.empty(); }
  RequestId TakeStarted() {
    BF_CHECK(HasStarted());
    const RequestId id = started_.front();
    started_.pop_front();
    return id;
  }

  static ResponseHeadSeen HeadOf(RequestId request, HeaderList headers) {
    return {.request = request,
            .head = {.status = 200,
                     .status_text = "OK",
                     .headers = std::move(headers),
                     .url = "https://tiles.example.org/12/2148/1.png",
                     .type = "basic",
                     .redirected = false}};
  }
  static ResponseHeadSeen TileHead(RequestId request) {
    return HeadOf(request, {{"accept-ranges", "bytes"},
                            {"cache-control", "max-age=3600"},
                            {"content-length", std::to_string(kTileBytes)},
                            {"content-type", "image/png"},
                            {"etag", "\"5f0c-1a2b3c\""}});
  }

  // The body of a request whose head has been told.
  void FinishTile(RequestId request) {
    Tell(ChunkStored{.request = request, .range = {.end = kTileBytes}});
    Tell(BodyEnded{.request = request});
  }

  void FinishAllTiles() {
    while (HasStarted()) {
      const RequestId request = TakeStarted();
      Tell(TileHead(request));
      FinishTile(request);
    }
  }

  // Lets the wake-ups of the next `duration` come.
  void Wake(DurationMs duration) {
    const TimeMs until = now_ + duration;
    while (next_wake_ <= until) {
      now_ = next_wake_ > now_ ? next_wake_ : now_;
      Tell(TimePassed{});
    }
  }

 private:
  void Again(Event&& event, std::vector<Command>& next) {
    for (Command& command : Step(std::move(event))) {
      next.push_back(std::move(command));
    }
  }

  void Do(StartRequest& command, std::vector<Command>&) {
    started_.push_back(command.request);
  }
  void Do(SyncJournal&, std::vector<Command>& next) {
    Again(JournalSynced{}, next);
  }
  void Do(Announce& command, std::vector<Command>& next) {
    if (command.must_be_heard) {
      Again(Announced{.sequence = command.sequence}, next);
    }
  }
  void Do(Deliver& command, std::vector<Command>& next) {
    Again(EventDelivered{.uid = command.uid}, next);
  }
  void Do(DeleteFetch& command, std::vector<Command>& next) {
    Again(FetchDeleted{.uid = command.uid}, next);
  }
  void Do(const auto&, std::vector<Command>&) {}

  CountingDirectory own_directory_;
  TimeMs now_ = 1'700'000'000'000;
  TimeMs next_wake_ = kNever;
  Engine engine_;
  std::deque<RequestId> started_;
};

}  // namespace background_fetch

#endif  // BACKGROUND_FETCH_TESTS_BENCH_BENCH_WORLD_H_
