// The life of a fetch: registered, settled, told, delivered, dropped. What
// happens on the network in between is network.cc; after a restart,
// recovery.cc.

#include "engine/engine.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/limits.h"

namespace background_fetch {
namespace {

int64_t TextBytes(const RequestInfo& request) {
  size_t bytes = request.url.size() + request.method.size() +
                 request.mode.size() + request.credentials.size() +
                 request.cache.size() + request.redirect.size() +
                 request.referrer.size() + request.referrer_policy.size() +
                 request.integrity.size();
  for (const auto& [name, value] : request.headers) {
    bytes += name.size() + value.size() + 16;
  }
  return static_cast<int64_t>(bytes);
}

int64_t TextBytes(const FetchOptions& options) {
  size_t bytes = options.id.size() + options.title.size();
  for (const Icon& icon : options.icons) {
    bytes += icon.src.size() + icon.sizes.size() + icon.type.size() +
             icon.label.size() + 16;
  }
  return static_cast<int64_t>(bytes);
}

Deliver::Kind KindOf(FailureReason reason) {
  if (reason == FailureReason::kNone) return Deliver::Kind::kSuccess;
  if (reason == FailureReason::kAborted) return Deliver::Kind::kAbort;
  return Deliver::Kind::kFail;
}

}  // namespace

Engine::Engine(Directory& directory, uint64_t seed, std::string origin)
    : origin_(std::move(origin)), journal_(directory), random_(seed) {
  Replay();
}

void Engine::HandleEvent(Event&& event, TimeMs now) {
  std::visit([&](auto& each) { HandleEvent(std::move(each), now); }, event);
}

std::vector<Command> Engine::TakeCommands() {
  return std::exchange(commands_, {});
}

// --- Registering -------------------------------------------------------------

ErrorCode Engine::CheckId(std::string_view id) const {
  if (id.empty()) return ErrorCode::kEmptyId;
  for (const auto& [number, fetch] : fetches_) {
    if (fetch->phase <= Phase::kActive && fetch->options().id == id) {
      return ErrorCode::kIdActive;
    }
  }
  return ErrorCode::kOk;
}

ErrorCode Engine::CheckRegister(const Register& event) const {
  const ErrorCode error = CheckId(event.options.id);
  if (error != ErrorCode::kOk) return error;
  if (event.requests.empty()) return ErrorCode::kNoRequests;
  if (event.requests.size() > static_cast<size_t>(kRecordsMax) ||
      fetches_.size() >= static_cast<size_t>(kActiveFetchesMax) ||
      TextBytes(event.options) > kTextBytesMax) {
    return ErrorCode::kTooLarge;
  }
  for (const RequestInfo& request : event.requests) {
    if (TextBytes(request) > kRequestBytesMax) return ErrorCode::kTooLarge;
  }
  // Better refused now than failed when the store is full. The largest count
  // stands for -1, which browsers take, and is no download that anybody means.
  const int64_t total = event.options.download_total;
  if (total > event.room_bytes && total < kOffsetMax) return ErrorCode::kQuota;
  return ErrorCode::kOk;
}

void Engine::On(Register&& event, TimeMs now) {
  const ErrorCode error = CheckRegister(event);
  if (error != ErrorCode::kOk) {
    Emit(Rejected{.token = event.token, .error = error});
    return;
  }
  const FetchNumber number = next_fetch_++;
  Append(
      FetchBegun{.fetch = number,
                 .uid = event.uid,
                 .options = event.options,
                 .record_count = static_cast<uint32_t>(event.requests.size())},
      /*is_urgent=*/true, now);
  for (const RequestInfo& request : event.requests) {
    Append(RequestAdded{.fetch = number, .request = request},
           /*is_urgent=*/true, now);
  }
  Append(FetchSealed{.fetch = number}, /*is_urgent=*/true, now);
  fetches_.Put(number, std::make_unique<BackgroundFetch>(
                           std::move(event.uid), std::move(event.options),
                           std::move(event.requests)));
  WaitForDurable(Waiter::Kind::kRegistered, number, event.token);
}

// --- Settling and delivering -------------------------------------------------

void Engine::On(Abort&& event, TimeMs now) {
  const FetchNumber number = NumberOf(event.uid);
  const BackgroundFetch* fetch = Find(number);
  if (fetch == nullptr || fetch->phase != Phase::kActive) {
    // The journal does not say whose abort it was. A question that was lost may
    // claim it: at worst two that were under way when their worker died both
    // hear that they aborted the fetch, and it is aborted.
    const bool has_decided = fetch != nullptr && event.is_repeated &&
                             fetch->reason() == FailureReason::kAborted;
    if (has_decided && !fetch->IsOutcomePublic()) {
      WaitForDurable(Waiter::Kind::kAborted, number, event.token);
    } else {
      Emit(AbortAnswered{.token = event.token, .is_aborted = has_decided});
    }
    return;
  }
  SettleFetch(number, FailureReason::kAborted, now);
  WaitForDurable(Waiter::Kind::kAborted, number, event.token);
}

void Engine::On(SetPaused&& event, TimeMs now) {
  const FetchNumber number = NumberOf(event.uid);
  BackgroundFetch* fetch = Find(number);
  if (fetch == nullptr || fetch->phase != Phase::kActive) {
    Emit(PauseAnswered{.token = event.token, .is_active = false});
    return;
  }
  Append(FetchPaused{.fetch = number, .is_paused = event.is_paused},
         /*is_urgent=*/true, now);
  WaitForDurable(Waiter::Kind::kPaused, number, event.token);
  fetch->is_paused = event.is_paused;
  if (event.is_paused) {
    PauseRequests(number, now);
  } else {
    fetch->RetryNow();
  }
  MarkChanged(*fetch, /*at_once=*/true);
}

// Durable first: a crash must find the bytes, or the word that they are not
// needed. Before the outcome is known they might still be.
void Engine::On(Release&& event, TimeMs now) {
  const FetchNumber number = NumberOf(event.uid);
  BackgroundFetch* fetch = Find(number);
  const bool has_record = fetch != nullptr && fetch->IsOutcomePublic() &&
                          fetch->phase < Phase::kDeleting &&
                          event.record < fetch->record_count();
  if (!has_record || !fetch->record(event.record).IsSettled() ||
      fetch->record(event.record).reason() != FailureReason::kNone) {
    Emit(ReleaseAnswered{.token = event.token, .is_released = false});
    return;
  }
  Record& released = fetch->record(event.record);
  // An event that moves its records goes on where it was stopped: it is no
  // handler that kills its worker every time.
  if (!released.IsReleased()) fetch->delivery_attempts = 0;
  // What the store has lost meanwhile does not come back by it.
  released.Release(released.DownloadedBytes());
  Append(RecordReleased{.fetch = number, .record = event.record},
         /*is_urgent=*/true, now);
  WaitForDurable(Waiter::Kind::kReleased, number, event.token, event.record);
}

void Engine::SettleFetch(FetchNumber number, FailureReason reason, TimeMs now) {
  BackgroundFetch& fetch = *Find(number);
  BF_CHECK(fetch.phase == Phase::kActive);
  CancelFetch(number);
  fetch.open_records.clear();
  fetch.Settle(reason);
  Append(FetchSettled{.fetch = number, .reason = reason}, /*is_urgent=*/true,
         now);
  BeginDelivery(number, now);
}

void Engine::BeginDelivery(FetchNumber number, TimeMs now) {
  BackgroundFetch& fetch = *Find(number);
  fetch.phase = Phase::kSettling;
  ++fetch.delivery_attempts;
  Append(DeliveryBegun{.fetch = number, .attempt = fetch.delivery_attempts},
         /*is_urgent=*/true, now);
  WaitForDurable(Waiter::Kind::kSettled, number, 0);
}

void Engine::On(Announced&& event, TimeMs) {
  for (const auto& [number, fetch] : fetches_) {
    if (fetch->phase == Phase::kTelling &&
        fetch->telling_sequence <= event.sequence) {
      DeliverNow(*fetch);
    }
  }
}

void Engine::DeliverNow(BackgroundFetch& fetch) {
  fetch.phase = Phase::kDelivering;
  Emit(Deliver{.uid = fetch.uid(), .kind = KindOf(fetch.reason())});
}

void Engine::On(EventDelivered&& event, TimeMs now) {
  const FetchNumber number = NumberOf(event.uid);
  BackgroundFetch* fetch = Find(number);
  if (fetch == nullptr || fetch->phase != Phase::kDelivering) return;
  if (!event.was_held) fetch->readers_until = now + kUnheldReadersMs;
  CloseFetch(number, now);
}

void Engine::CloseFetch(FetchNumber number, TimeMs now) {
  Find(number)->phase = Phase::kClosing;
  Append(FetchDelivered{.fetch = number}, /*is_urgent=*/true, now);
  WaitForDurable(Waiter::Kind::kDelivered, number, 0);
}

void Engine::On(FetchDeleted&& event, TimeMs now) {
  const FetchNumber number = NumberOf(event.uid);
  const BackgroundFetch* fetch = Find(number);
  if (fetch == nullptr || fetch->phase != Phase::kDeleting) return;
  Append(FetchDropped{.fetch = number}, /*is_urgent=*/false, now);
  fetches_.Erase(number);
}

// --- The journal -------------------------------------------------------------

void Engine::Append(const Entry& entry, bool is_urgent, TimeMs now) {
  // Sizes were checked when the fetch was registered, and the directory is
  // memory until it is synced: a refusal here is no answer of the world's.
  BF_CHECK(journal_.Append(entry) == ErrorCode::kOk);
  journal_sync_.OnAppended(is_urgent, now);
}

void Engine::WaitForDurable(Waiter::Kind kind, FetchNumber fetch, Token token,
                            uint32_t record) {
  waiters_.push_back({.position = journal_sync_.appended(),
                      .kind = kind,
                      .fetch = fetch,
                      .token = token,
                      .record = record});
}

void Engine::On(JournalSynced&&, TimeMs now) {
  journal_sync_.OnSynced();
  const auto is_durable = [this](const Waiter& waiter) {
    return waiter.position <= journal_sync_.durable();
  };
  std::vector<Waiter> reached;
  std::copy_if(waiters_.begin(), waiters_.end(), std::back_inserter(reached),
               is_durable);
  waiters_.erase(std::remove_if(waiters_.begin(), waiters_.end(), is_durable),
                 waiters_.end());
  // What is to leave does before the pause that came after it is answered.
  StartWaitingRequests(now);
  for (const Waiter& waiter : reached) OnDurable(waiter, now);
  if (journal_.WantsCompaction()) {
    BF_CHECK(journal_.Compact([this](auto write) { Dictate(write); }) ==
             ErrorCode::kOk);
    journal_sync_.OnAppended(/*is_urgent=*/false, now);
  }
}

void Engine::OnDurable(const Waiter& waiter, TimeMs now) {
  BackgroundFetch* fetch = Find(waiter.fetch);
  switch (waiter.kind) {
    case Waiter::Kind::kRegistered:
      fetch->phase = Phase::kActive;
      Emit(Registered{.token = waiter.token, .uid = fetch->uid()});
      MarkChanged(*fetch, /*at_once=*/true);
      return;
    case Waiter::Kind::kSettled:
      fetch->phase = Phase::kTelling;
      MarkChanged(*fetch, /*at_once=*/true);
      AnnounceNow(/*must_be_heard=*/true, now);
      fetch->telling_sequence = announcer_.sequence();
      fetch->telling_deadline = now + kHeardTimeoutMs;
      return;
    case Waiter::Kind::kDelivered:
      fetch->close_at = std::max(now, fetch->readers_until);
      return;
    case Waiter::Kind::kAborted:
      Emit(AbortAnswered{.token = waiter.token, .is_aborted = true});
      return;
    case Waiter::Kind::kPaused:
      Emit(PauseAnswered{.token = waiter.token, .is_active = true});
      return;
    case Waiter::Kind::kReleased:
      if (fetch != nullptr) {
        Emit(DeleteGeneration{
            .owner = {
                .uid = fetch->uid(),
                .record = waiter.record,
                .generation = fetch->record(waiter.record).generation()}});
      }
      Emit(ReleaseAnswered{.token = waiter.token, .is_released = true});
      return;
  }
}

void Engine::On(JournalSyncFailed&& event, TimeMs now) {
  journal_sync_.OnFailed(now);
  // A fetch nobody was promised is given up; everything else is tried again.
  std::vector<Waiter> kept;
  for (const Waiter& waiter : waiters_) {
    if (waiter.kind != Waiter::Kind::kRegistered) {
      kept.push_back(waiter);
      continue;
    }
    Emit(
        Rejected{.token = waiter.token,
                 .error = event.is_quota ? ErrorCode::kQuota : ErrorCode::kIo});
    Append(FetchDropped{.fetch = waiter.fetch}, /*is_urgent=*/false, now);
    fetches_.Erase(waiter.fetch);
  }
  waiters_ = std::move(kept);
}

// --- Telling -----------------------------------------------------------------

void Engine::MarkChanged(BackgroundFetch& fetch, bool at_once) {
  fetch.is_changed = true;
  announcer_.OnChanged(at_once);
}

void Engine::AnnounceNow(bool must_be_heard, TimeMs now) {
  const int64_t sequence = announcer_.OnAnnounced(now);
  for (const auto& [number, fetch] : fetches_) {
    if (!fetch->is_changed) continue;
    fetch->is_changed = false;
    fetch->changed_sequence = sequence;
  }
  Emit(Announce{.sequence = sequence, .must_be_heard = must_be_heard});
}

// --- Time --------------------------------------------------------------------

void Engine::On(OnlineChanged&& event, TimeMs) {
  const bool was_online = std::exchange(is_online_, event.is_online);
  // Hosts say so at every occasion: that nothing has changed ends no wait.
  if (was_online || !is_online_) return;
  for (const auto& [number, fetch] : fetches_) fetch->RetryNow();
}

void Engine::On(TimePassed&&, TimeMs) {}

void Engine::Advance(TimeMs now) {
  CancelStalled(now);
  for (const auto& [number, fetch] : fetches_) {
    AdvanceFetch(number, *fetch, now);
  }
  Schedule(now);
  if (announcer_.IsDue(now)) AnnounceNow(/*must_be_heard=*/false, now);
  if (journal_sync_.IsDue(now)) {
    journal_sync_.OnStarted();
    Emit(SyncJournal{});
  }
}

void Engine::AdvanceFetch(FetchNumber number, BackgroundFetch& fetch,
                          TimeMs now) {
  if (fetch.phase == Phase::kTelling && fetch.telling_deadline <= now) {
    DeliverNow(fetch);
  }
  if (fetch.phase == Phase::kClosing && fetch.close_at <= now) {
    fetch.phase = Phase::kClosed;
    fetch.delete_at = now + kDropDelayMs;
    MarkChanged(fetch, /*at_once=*/true);
  }
  // A request still closing may yet store a chunk.
  if (fetch.phase == Phase::kClosed && fetch.delete_at <= now &&
      !HasRequests(number)) {
    fetch.phase = Phase::kDeleting;
    Emit(DeleteFetch{.uid = fetch.uid()});
  }
}

TimeMs Engine::NextWake() const {
  TimeMs wake = std::min(announcer_.DueAt(), journal_sync_.DueAt());
  for (const auto& [id, request] : requests_) {
    // One that waits for the journal has not begun to stall.
    if (!request->is_closing && request->waits_for == 0) {
      wake = std::min(wake, StallsAt(*request));
    }
  }
  for (const auto& [number, fetch] : fetches_) {
    if (fetch->phase == Phase::kTelling) {
      wake = std::min(wake, fetch->telling_deadline);
    }
    if (fetch->phase == Phase::kClosing) wake = std::min(wake, fetch->close_at);
    // Later than `now_`, or the closing event of a request will wake us.
    if (fetch->phase == Phase::kClosed && fetch->delete_at > now_) {
      wake = std::min(wake, fetch->delete_at);
    }
    if (!is_online_ || fetch->is_paused) continue;
    for (uint32_t index : fetch->open_records) {
      const TimeMs retry_at = fetch->record(index).retry_at();
      // One that is due already waits for a connection, not for the time.
      if (retry_at > now_) wake = std::min(wake, retry_at);
    }
  }
  return wake;
}

// --- Finding -----------------------------------------------------------------

BackgroundFetch* Engine::Find(FetchNumber number) const {
  return fetches_.Find(number);
}

// Few fetches exist at a time (kActiveFetchesMax); an index would cost more
// code than it saves.
FetchNumber Engine::NumberOf(std::string_view uid) const {
  for (const auto& [number, fetch] : fetches_) {
    if (fetch->uid() == uid) return number;
  }
  return 0;
}

}  // namespace background_fetch
