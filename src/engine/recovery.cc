// Coming back: the journal says what was promised, the body store's keys say
// which bytes there are. What is missing from either is asked for again.

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/limits.h"
#include "engine/engine.h"

namespace background_fetch {
namespace {

RecordSettled SettledEntry(FetchNumber number, const BackgroundFetch& fetch,
                           uint32_t index) {
  const Record& record = fetch.record(index);
  return {.fetch = number,
          .record = index,
          .generation = record.generation(),
          .reason = record.reason(),
          .length = record.length()};
}

}  // namespace

// A fetch whose entries are being read and whose seal has not come yet. Those
// of one fetch are written one after the other, so there is never a second.
struct Engine::Replaying {
  struct Unsealed {
    FetchBegun begun;
    std::vector<RequestInfo> requests;
  };
  std::optional<Unsealed> unsealed;

  // Whether it speaks of the unsealed one.
  template <typename Fact>
  bool IsOf(const Fact& fact) const {
    return unsealed && unsealed->begun.fetch == fact.fetch;
  }
};

void Engine::Replay() {
  Replaying replaying;
  Result<ReplayReport> report = journal_.Replay(
      [&](Entry&& entry) { Apply(replaying, std::move(entry)); });
  // The host has just mounted this directory; if it cannot be read, the next
  // engine instance may fare better.
  BF_CHECK(report.ok());
  replay_report_ = report.value();
}

// Entries may speak of a fetch whose beginning was lost to damage: such
// entries say nothing any more. Its chunks are orphans, and go.
void Engine::Apply(Replaying& replaying, Entry&& entry) {
  const FetchNumber number =
      std::visit([](const auto& fact) { return fact.fetch; }, entry);
  next_fetch_ = std::max(next_fetch_, number + 1);
  if (auto* begun = std::get_if<FetchBegun>(&entry)) {
    replaying.unsealed = {.begun = std::move(*begun), .requests = {}};
    return;
  }
  if (auto* added = std::get_if<RequestAdded>(&entry)) {
    if (replaying.IsOf(*added)) {
      replaying.unsealed->requests.push_back(std::move(added->request));
    }
    return;
  }
  if (auto* sealed = std::get_if<FetchSealed>(&entry)) {
    if (!replaying.IsOf(*sealed)) return;
    Replaying::Unsealed unsealed = *std::move(replaying.unsealed);
    replaying.unsealed.reset();
    if (unsealed.requests.empty() ||
        unsealed.requests.size() != unsealed.begun.record_count) {
      return;
    }
    auto fetch = std::make_unique<BackgroundFetch>(
        std::move(unsealed.begun.uid), std::move(unsealed.begun.options),
        std::move(unsealed.requests));
    fetch->phase = Phase::kActive;
    fetches_.Put(sealed->fetch, std::move(fetch));
    return;
  }
  std::visit(
      [this](const auto& fact) {
        using Fact = std::decay_t<decltype(fact)>;
        BackgroundFetch* fetch = Find(fact.fetch);
        if (fetch == nullptr) return;
        if constexpr (requires { fact.record; }) {
          if (fact.record >= fetch->record_count()) return;
        }
        if constexpr (std::is_same_v<Fact, GenerationBegun>) {
          Record& record = fetch->record(fact.record);
          if (record.IsSettled()) fetch->ReopenRecord(fact.record);
          record.RestoreGeneration(fact.generation);
        } else if constexpr (std::is_same_v<Fact, RequestSent>) {
          fetch->record(fact.record).OnAsked();
        } else if constexpr (std::is_same_v<Fact, RecordSettled>) {
          Record& record = fetch->record(fact.record);
          if (record.IsSettled()) {
            if (fact.generation <= record.generation()) return;
            fetch->ReopenRecord(fact.record);
          }
          record.RestoreGeneration(fact.generation);
          // When is forgotten, but not in which order.
          fetch->SettleRecord(fact.record, fact.reason, fact.length,
                              /*now=*/fetch->settled_records());
        } else if constexpr (std::is_same_v<Fact, RecordReleased>) {
          Record& record = fetch->record(fact.record);
          // Only what has an outcome has records to move.
          if (fetch->phase > Phase::kActive && record.IsSettled() &&
              record.reason() == FailureReason::kNone) {
            if (!record.IsReleased()) fetch->delivery_attempts = 0;
            record.Release(record.length());
          }
        } else if constexpr (std::is_same_v<Fact, FetchPaused>) {
          fetch->is_paused = fact.is_paused;
        } else if constexpr (std::is_same_v<Fact, FetchSettled>) {
          fetch->Settle(fact.reason);
          fetch->phase = Phase::kSettling;
        } else if constexpr (std::is_same_v<Fact, DeliveryBegun>) {
          fetch->delivery_attempts = fact.attempt;
        } else if constexpr (std::is_same_v<Fact, FetchDelivered>) {
          fetch->phase = Phase::kClosed;
        } else if constexpr (std::is_same_v<Fact, FetchDropped>) {
          fetches_.Erase(fact.fetch);
        }
      },
      entry);
}

// Nothing for what is nobody's, or elsewhere by now: it is deleted.
BackgroundFetch* Engine::FetchToRecover(const ChunkOwner& owner) {
  BackgroundFetch* fetch = Find(NumberOf(owner.uid));
  if (fetch == nullptr) {
    AddOrphan(owner.uid);
    return nullptr;
  }
  // A record that the fetch does not have is nobody's, but it has others.
  if (owner.record >= fetch->record_count() ||
      fetch->record(owner.record).IsReleased()) {
    DeleteOnce(owner);
    return nullptr;
  }
  return fetch;
}

void Engine::RecoverHead(const ChunkOwner& owner, const ResponseHead& head) {
  BackgroundFetch* const fetch = FetchToRecover(owner);
  if (fetch == nullptr) return;
  Record& record = fetch->record(owner.record);
  // A head of a newer generation is proof that the older one was given up,
  // even if the entry that says so was lost; and if it had been complete, that
  // it was found to be so no more.
  if (owner.generation > record.generation()) {
    Emit(DeleteGeneration{.owner = {.uid = owner.uid,
                                    .record = owner.record,
                                    .generation = record.generation()}});
    if (record.IsSettled()) fetch->ReopenRecord(owner.record);
    record.RestoreGeneration(owner.generation);
  }
  if (owner.generation != record.generation() || record.IsVoid()) {
    Emit(DeleteGeneration{.owner = owner});
    return;
  }
  record.RestoreHead(head);
}

void Engine::RecoverChunk(const ChunkOwner& owner, ByteRange range) {
  BackgroundFetch* const fetch = FetchToRecover(owner);
  if (fetch == nullptr) return;
  Record& record = fetch->record(owner.record);
  // Bytes whose head is unknown cannot be held against anything.
  if (owner.generation != record.generation() || !record.IsHeadStored()) {
    DeleteOnce(owner);
    // The store may refuse; what is stored from now on must not mix with it.
    record.AvoidGeneration(owner.generation);
    return;
  }
  record.RestoreChunk(range);
}

void Engine::AddOrphan(const std::string& uid) {
  if (std::find(orphans_.begin(), orphans_.end(), uid) == orphans_.end()) {
    orphans_.push_back(uid);
  }
}

// Most chunks of one generation come one after the other, and are deleted once.
// What is partly in a pack comes in two places; twice does no harm.
void Engine::DeleteOnce(const ChunkOwner& owner) {
  const auto* last = commands_.empty()
                         ? nullptr
                         : std::get_if<DeleteGeneration>(&commands_.back());
  if (last != nullptr && last->owner == owner) return;
  Emit(DeleteGeneration{.owner = owner});
}

void Engine::Start(bool is_online, TimeMs now) {
  now_ = now;
  is_online_ = is_online;
  for (const std::string& uid : orphans_) Emit(DeleteFetch{.uid = uid});
  orphans_.clear();
  std::vector<FetchNumber> numbers;
  for (const auto& [number, fetch] : fetches_) numbers.push_back(number);
  for (FetchNumber number : numbers) ResumeFetch(number, now);
  Advance(now);
}

void Engine::ResumeFetch(FetchNumber number, TimeMs now) {
  BackgroundFetch& fetch = *Find(number);
  fetch.Recount();
  switch (fetch.phase) {
    case Phase::kActive:
      ResumeActive(number, now);
      break;
    case Phase::kSettling:
      fetch.Settle(fetch.reason());
      if (fetch.delivery_attempts < kDeliveryAttemptsMax) {
        BeginDelivery(number, now);
      } else {
        CloseFetch(number, now);
      }
      break;
    case Phase::kClosed:
      fetch.Settle(fetch.reason());
      // What was given out before may still be being read: when the event
      // ended is forgotten.
      fetch.delete_at = now + kDropDelayMs;
      break;
    default:
      BF_CHECK(false);
  }
  MarkChanged(fetch, /*at_once=*/true);
}

void Engine::ResumeActive(FetchNumber number, TimeMs now) {
  BackgroundFetch& fetch = *Find(number);
  // First of all: whatever settles the fetch, lost bytes must not count.
  for (uint32_t index = 0; index < fetch.record_count(); ++index) {
    if (fetch.record(index).IsSettled()) CheckSettled(number, index, now);
  }
  fetch.Recount();
  if (fetch.IsTotalExceeded()) {
    // The chunk that was too much became durable, the outcome did not. Asked
    // first: with that chunk its record may look complete.
    SettleFetch(number, FailureReason::kDownloadTotalExceeded, now);
    return;
  }
  for (uint32_t index = 0; index < fetch.record_count(); ++index) {
    if (!fetch.record(index).IsSettled()) ResumeRecord(number, index, now);
    if (fetch.phase != Phase::kActive) return;
  }
  fetch.Recount();
  if (fetch.AllRecordsSettled()) {
    SettleFetch(number, fetch.first_failure(), now);
  }
}

void Engine::CheckSettled(FetchNumber number, uint32_t index, TimeMs now) {
  BackgroundFetch& fetch = *Find(number);
  const Record& record = fetch.record(index);
  if (record.reason() != FailureReason::kNone || record.IsBodyStored()) return;
  // The store lost bytes behind our back; the record is not what it was.
  const uint32_t generation = record.generation();
  fetch.ReopenRecord(index);
  VoidGeneration(number, index, generation, now);
}

void Engine::ResumeRecord(FetchNumber number, uint32_t index, TimeMs now) {
  BackgroundFetch& fetch = *Find(number);
  Record& record = fetch.record(index);
  // Which of them were asked for is not journalled.
  record.DoubtHttpCache();
  if (record.IsFresh()) return;
  if (!record.IsRepeatable()) {
    SettleRecord(number, index, FailureReason::kFetchError, now);
  } else if (record.IsBadStatusStored()) {
    SettleRecord(number, index, FailureReason::kBadStatus, now);
  } else if (record.IsBodyStored()) {
    SettleRecord(number, index, FailureReason::kNone, now);
  } else {
    const uint32_t generation = record.generation();
    const bool is_worn_out = record.IsWornOut();
    if (record.StartOverUnlessResumable()) {
      VoidGeneration(number, index, generation, now);
      if (is_worn_out) {
        SettleRecord(number, index, FailureReason::kFetchError, now);
        return;
      }
    }
    // Every step looks at all open records. A store that lost its chunks must
    // not open a hundred thousand at once.
    if (record.stored().TotalBytes() > 0) {
      fetch.open_records.push_back(index);
    } else {
      record.ForgetAsked();
    }
  }
}

void Engine::Dictate(FunctionRef<void(const Entry&)> write) const {
  for (const auto& [number, fetch] : fetches_) {
    write(FetchBegun{.fetch = number,
                     .uid = fetch->uid(),
                     .options = fetch->options(),
                     .record_count = fetch->record_count()});
    for (uint32_t i = 0; i < fetch->record_count(); ++i) {
      write(RequestAdded{.fetch = number, .request = fetch->record(i).info()});
    }
    write(FetchSealed{.fetch = number});
    // The first failure decides, so it must be read first again.
    const std::optional<uint32_t> first_failed = fetch->first_failed_record();
    if (first_failed) write(SettledEntry(number, *fetch, *first_failed));
    for (uint32_t i = 0; i < fetch->record_count(); ++i) {
      const Record& record = fetch->record(i);
      if (i == first_failed) continue;
      if (record.generation() > 0) {
        write(GenerationBegun{
            .fetch = number, .record = i, .generation = record.generation()});
      }
      if (!record.IsRepeatable() && !record.IsFresh()) {
        write(RequestSent{.fetch = number, .record = i});
      }
      if (record.IsSettled()) {
        write(SettledEntry(number, *fetch, i));
      }
    }
    if (fetch->is_paused) {
      write(FetchPaused{.fetch = number, .is_paused = true});
    }
    if (fetch->phase >= Phase::kSettling) {
      write(FetchSettled{.fetch = number, .reason = fetch->reason()});
      for (uint32_t i = 0; i < fetch->record_count(); ++i) {
        if (fetch->record(i).IsReleased()) {
          write(RecordReleased{.fetch = number, .record = i});
        }
      }
      write(
          DeliveryBegun{.fetch = number, .attempt = fetch->delivery_attempts});
    }
    if (fetch->phase >= Phase::kClosing) {
      write(FetchDelivered{.fetch = number});
    }
  }
}

}  // namespace background_fetch
