#include "tests/simulation/simulated_worker.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/check.h"
#include "journal/journal.h"
#include "tests/simulation/describe.h"

namespace background_fetch::simulation {

namespace {

// What the journal says may have left: on a copy, for replay may remove files.
Invariants::Uploads UploadsSent(SimulatedDirectory directory) {
  Invariants::Uploads sent;
  std::map<FetchNumber, std::string> uids;
  Journal journal(directory);
  const auto report = journal.Replay([&](Entry&& entry) {
    if (const auto* begun = std::get_if<FetchBegun>(&entry)) {
      uids[begun->fetch] = begun->uid;
    } else if (const auto* fact = std::get_if<RequestSent>(&entry)) {
      sent.emplace(uids[fact->fetch], fact->record);
    }
  });
  BF_CHECK(report.ok());
  return sent;
}

}  // namespace

SimulatedWorker::SimulatedWorker(const Surroundings& surroundings,
                                 Observer& observer, Clock clock)
    : world_(surroundings),
      observer_(observer),
      clock_(clock),
      life_(BeginLife()),
      engine_(world_.directory, world_.dice.Seed(), "https://host"),
      network_(world_.scheduler, world_.dice, world_.server, world_.store,
               {.event = [this](Event&& event) { Feed(std::move(event)); },
                .fault =
                    [this](const StartRequest& request) {
                      world_.invariants.OnNetworkFault(request);
                    },
                .received =
                    [this](RequestId request, int64_t bytes) {
                      world_.invariants.OnReceived(request, bytes);
                    }}) {
  for (const auto& [key, generation] : world_.store.generations()) {
    if (generation.head) {
      engine_.RecoverHead(OwnerOf(key), *generation.head);
    }
  }
  for (const auto& [key, generation] : world_.store.generations()) {
    for (const auto& [range, source] : generation.chunks) {
      const ByteRange bytes{.begin = range.first, .end = range.second};
      engine_.RecoverChunk(OwnerOf(key), bytes);
      world_.invariants.OnRecovered(OwnerOf(key), bytes);
    }
  }
}

Life SimulatedWorker::BeginLife() {
  world_.invariants.OnBoot(UploadsSent(world_.directory));
  return world_.scheduler.BeginLife();
}

void SimulatedWorker::Start(bool is_online) {
  if (world_.trace.is_on()) {
    world_.trace.Add(world_.scheduler.now(), "the worker starts");
  }
  is_feeding_ = true;
  world_.invariants.is_online = is_online;
  world_.invariants.now = Now();
  engine_.Start(is_online, Now());
  Run();
  if (!is_dead_) world_.invariants.OnStarted(engine_);
  FeedAll();
}

void SimulatedWorker::Feed(Event&& event) {
  events_.push_back(std::move(event));
  if (is_feeding_ || is_over_ || is_dead_) return;
  is_feeding_ = true;
  FeedAll();
}

void SimulatedWorker::FeedAll() {
  while (!is_over_ && !is_dead_ && !events_.empty()) {
    Event event = std::move(events_.front());
    events_.pop_front();
    if (Dies()) return;
    if (world_.trace.is_on()) {
      world_.trace.Add(world_.scheduler.now(), "> " + Describe(event));
    }
    world_.invariants.now = Now();
    world_.invariants.OnEvent(event);
    engine_.HandleEvent(std::move(event), Now());
    Run();
  }
  is_feeding_ = false;
  if (!is_over_ && !is_dead_) SetAlarm();
}

void SimulatedWorker::Run() {
  for (const Command& command : engine_.TakeCommands()) {
    if (Dies()) return;
    if (world_.trace.is_on()) {
      world_.trace.Add(world_.scheduler.now(), "  < " + Describe(command));
    }
    world_.invariants.OnCommand(command, engine_);
    std::visit([this](const auto& each) { Do(each); }, command);
  }
  world_.invariants.OnIdle(engine_);
}

bool SimulatedWorker::Dies() {
  if (!is_dead_ && world_.reaper.StrikesNow()) is_dead_ = true;
  return is_dead_;
}

void SimulatedWorker::SetAlarm() {
  const TimeMs wake = engine_.NextWake();
  if (wake == alarm_at_ && wake > Now()) return;
  alarm_at_ = wake;
  const uint64_t alarm = ++alarm_;
  if (wake == kNever) return;
  // A timer never rings twice within the same instant.
  const DurationMs delay = std::max<DurationMs>(wake - Now(), 1);
  world_.scheduler.After(delay, life_, [this, alarm] {
    if (alarm != alarm_) return;
    alarm_at_ = kNever;
    Feed(TimePassed{});
  });
}

void SimulatedWorker::Do(const DeleteFetch& command) {
  world_.store.DeleteFetch(command.uid, [this, uid = command.uid] {
    Feed(FetchDeleted{.uid = uid});
  });
}

void SimulatedWorker::Do(const SyncJournal&) {
  world_.invariants.OnSyncBegun();
  world_.directory.Sync([this](bool is_durable) {
    world_.invariants.OnSyncEnded(is_durable);
    if (is_durable) {
      Feed(JournalSynced{});
    } else {
      Feed(JournalSyncFailed{.is_quota = world_.dice.Chance(50)});
    }
  });
}

void SimulatedWorker::End() {
  is_over_ = true;
  network_.CancelAll();
}

bool SimulatedWorker::HasEnded() const {
  return is_over_ && network_.IsIdle() && world_.store.IsIdle() &&
         !world_.directory.is_syncing();
}

}  // namespace background_fetch::simulation
