// Which requests to start, and which to give up.

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/check.h"
#include "base/limits.h"
#include "engine/engine.h"
#include "ranges/http_range.h"

namespace background_fetch {
namespace {

std::string RangeHeader(const std::optional<AskedRange>& asked) {
  if (!asked) return {};
  return asked->end ? FormatRange({.begin = asked->begin, .end = *asked->end})
                    : FormatRangeFrom(asked->begin);
}

// Our own parts would fill the HTTP cache with a second copy; what started
// over must not be served from it.
std::string CacheMode(const Ask& ask) {
  return ask.range || ask.bypass_http_cache ? "no-store" : "";
}

// "https://host:port", or all of what has no host (data:, blob:).
std::string_view OriginOf(std::string_view url) {
  const size_t host = url.find("://");
  return host == std::string_view::npos
             ? url
             : url.substr(0, url.find('/', host + 3));
}

}  // namespace

// --- Asking ------------------------------------------------------------------

// Whoever has the fewest connections is next; among equals, fetches take turns.
// Within one, records already begun come first, so that few are half done at a
// time. But one connection is kept for the others, and a large record gets more
// than kConnectionsPerRecordMin only when nobody else has a use for them, so
// that small ones are not starved.
void Engine::Schedule(TimeMs now) {
  if (!is_online_) return;
  for (const bool is_generous : {false, true}) {
    while (AskNextFetch(is_generous, now)) {
    }
  }
}

bool Engine::AskNextFetch(bool is_generous, TimeMs now) {
  std::vector<FetchNumber> served;  // for each connection, whom it serves
  served.reserve(requests_.size());
  for (const auto& [id, request] : requests_) {
    if (IsOnTheNetwork(*request)) served.push_back(request->fetch);
  }
  if (served.size() >= static_cast<size_t>(kConnectionsMax)) return false;
  size_t tried = 0;
  // Who is alone has all of them: no request outlives its fetch.
  for (size_t fewest = fetches_.size() > 1 ? 0 : served.size();
       tried < fetches_.size(); ++fewest) {
    auto next = std::find_if(
        fetches_.begin(), fetches_.end(),
        [this](const auto& each) { return each.first > last_served_; });
    for (size_t i = 0; i < fetches_.size(); ++i, ++next) {
      if (next == fetches_.end()) next = fetches_.begin();
      const auto has = std::count(served.begin(), served.end(), next->first);
      if (static_cast<size_t>(has) != fewest) continue;
      ++tried;
      if (AskOne(next->first, *next->second, is_generous, now)) {
        last_served_ = next->first;
        return true;
      }
    }
  }
  return false;
}

bool Engine::AskOne(FetchNumber number, BackgroundFetch& fetch,
                    bool is_generous, TimeMs now) {
  if (fetch.phase != Phase::kActive || fetch.is_paused) return false;
  const int32_t connections = settings_.ConnectionsPerOrigin(false);
  const SpeedMeter speed = fetch.speed.AtMost(settings_.chunk_bytes);
  const PartPolicy policy{
      .part_bytes = speed.PartBytes(
          fetch.governor.is_trying() ? kTrialPartDurationMs : kPartDurationMs),
      .tail_bytes = speed.PartBytes(kTailPartDurationMs),
      .connections =
          std::min(connections, is_generous ? fetch.governor.limit()
                                            : kConnectionsPerRecordMin)};
  // What is fresh has been asked for, as far as it may be, when all that is
  // left is to be generous.
  if (!is_generous &&
      fetch.open_records.size() < static_cast<size_t>(kEarlyRecordsMax) &&
      !HasPlainRequest(number) && AskFresh(number, fetch, policy, now)) {
    return true;
  }
  // Many small ones are all read to the end: then there is nothing to look for.
  if (PlainRequestsOf(number) < fetch.open_records.size()) {
    for (uint32_t index : fetch.open_records) {
      if (!IsReadToTheEnd(number, index) &&
          !IsOriginBusy(fetch.record(index).info().url, connections) &&
          AskRecord(number, fetch, index, policy, now)) {
        return true;
      }
    }
  }
  return !is_generous && AskFresh(number, fetch, policy, now);
}

bool Engine::AskFresh(FetchNumber number, BackgroundFetch& fetch,
                      const PartPolicy& policy, TimeMs now) {
  if (fetch.open_records.size() >= static_cast<size_t>(kOpenRecordsMax)) {
    return false;
  }
  while (fetch.next_fresh < fetch.record_count() &&
         !fetch.record(fetch.next_fresh).IsFresh()) {
    ++fetch.next_fresh;
  }
  if (fetch.next_fresh == fetch.record_count()) return false;
  const uint32_t index = fetch.next_fresh;
  if (IsOriginBusy(fetch.record(index).info().url,
                   settings_.ConnectionsPerOrigin(fetch.HasSmallBodies()))) {
    return false;
  }
  ++fetch.next_fresh;
  fetch.open_records.push_back(index);
  return AskRecord(number, fetch, index, policy, now);
}

bool Engine::AskRecord(FetchNumber number, BackgroundFetch& fetch,
                       uint32_t index, const PartPolicy& policy, TimeMs now) {
  std::vector<AskedRange> in_flight;
  for (const auto& [id, request] : requests_) {
    if (!IsLive(*request) || request->fetch != number ||
        request->record != index) {
      continue;
    }
    in_flight.push_back(request->asked.value_or(AskedRange{}));
  }
  Record& record = fetch.record(index);
  const std::optional<Ask> ask = record.NextAsk(in_flight, policy, now);
  if (!ask) return false;
  record.OnAsked();
  const RequestId id = next_request_++;
  requests_.Put(
      id, std::make_unique<Request>(Request{.fetch = number,
                                            .record = index,
                                            .generation = record.generation(),
                                            .asked = ask->range,
                                            .asked_at = now,
                                            .moved_at = now}));
  Request& request = *requests_.Find(id);
  if (!record.IsRepeatable()) {
    // After a crash nobody could tell whether it had left; so say so before.
    Append(RequestSent{.fetch = number, .record = index}, /*is_urgent=*/true,
           now);
    request.waits_for = journal_sync_.appended();
    return true;
  }
  EmitStart(id, request, *ask);
  return true;
}

void Engine::StartWaitingRequests(TimeMs now) {
  for (const auto& [id, request] : requests_) {
    if (request->waits_for == 0 ||
        request->waits_for > journal_sync_.durable()) {
      continue;
    }
    request->waits_for = 0;
    // The time it waited says nothing of the network.
    request->asked_at = request->moved_at = now;
    EmitStart(id, *request, Ask{});
  }
}

void Engine::EmitStart(RequestId id, const Request& request, const Ask& ask) {
  const BackgroundFetch& fetch = *Find(request.fetch);
  Emit(StartRequest{.request = id,
                    .owner = {.uid = fetch.uid(),
                              .record = request.record,
                              .generation = request.generation},
                    .info = fetch.record(request.record).info(),
                    .range = RangeHeader(ask.range),
                    .if_range = ask.range ? ask.if_range : std::string(),
                    .cache = CacheMode(ask)});
}

// --- Cancelling --------------------------------------------------------------

void Engine::CancelRequest(RequestId id) {
  Request* request = requests_.Find(id);
  BF_CHECK(request != nullptr);
  if (request->is_closing) return;
  if (request->waits_for != 0) {
    requests_.Erase(id);  // the host has not heard of it yet
    return;
  }
  request->is_closing = true;
  Emit(background_fetch::CancelRequest{.request = id});
}

void Engine::CancelRecord(FetchNumber number, uint32_t index,
                          RequestId except) {
  std::vector<RequestId> ids;
  for (const auto& [id, request] : requests_) {
    if (request->fetch == number && request->record == index && id != except) {
      ids.push_back(id);
    }
  }
  for (RequestId id : ids) CancelRequest(id);
}

void Engine::CancelFetch(FetchNumber number) {
  std::vector<RequestId> ids;
  for (const auto& [id, request] : requests_) {
    if (request->fetch == number) ids.push_back(id);
  }
  for (RequestId id : ids) CancelRequest(id);
}

void Engine::CancelStalled(TimeMs now) {
  std::vector<RequestId> stalled;
  for (const auto& [id, request] : requests_) {
    if (!request->is_closing && request->waits_for == 0 &&
        StallsAt(*request) <= now) {
      stalled.push_back(id);
    }
  }
  for (RequestId id : stalled) {
    // Failing one may have cancelled the next.
    const Request request = *requests_.Find(id);
    if (request.is_closing) continue;
    CancelRequest(id);
    FailRequest(request, /*has_ended=*/false, now);
  }
}

// What may have left and must not be repeated goes on to its end; so does what
// waits for the entry that says so, which cannot be taken back.
void Engine::PauseRequests(FetchNumber number, TimeMs now) {
  BackgroundFetch& fetch = *Find(number);
  for (uint32_t index : fetch.open_records) {
    Record& record = fetch.record(index);
    if (!record.IsRepeatable()) continue;
    CancelRecord(number, index);
    const uint32_t generation = record.generation();
    const int64_t before = record.DownloadedBytes();
    if (!record.StartOverUnlessResumable()) continue;
    fetch.SubtractDownloaded(before - record.DownloadedBytes());
    VoidGeneration(number, index, generation, now);
  }
}

bool Engine::HasRequests(FetchNumber number) const {
  return std::any_of(requests_.begin(), requests_.end(), [&](const auto& each) {
    return each.second->fetch == number;
  });
}

TimeMs Engine::StallsAt(const Request& request) const {
  // It waits for us, not we for it.
  if (request.is_left_unread || request.is_received) return kNever;
  const BackgroundFetch& fetch = *Find(request.fetch);
  if (request.asked && fetch.record(request.record).IsFirstPartAwaited()) {
    return request.moved_at + kFirstPartTimeoutMs;
  }
  const DurationMs expected_ms = fetch.speed.DurationOf(request.next_bytes);
  return request.moved_at +
         std::clamp(kStallFactor * expected_ms, kStallMinMs, kStallMaxMs);
}

int32_t Engine::LiveRequestsOf(FetchNumber number, uint32_t index) const {
  return static_cast<int32_t>(
      std::count_if(requests_.begin(), requests_.end(), [&](const auto& each) {
        const Request& request = *each.second;
        return IsLive(request) && request.fetch == number &&
               request.record == index;
      }));
}

bool Engine::HasPlainRequest(FetchNumber number) const {
  return std::any_of(requests_.begin(), requests_.end(), [&](const auto& each) {
    const Request& request = *each.second;
    return IsOnTheNetwork(request) && request.fetch == number && !request.asked;
  });
}

size_t Engine::PlainRequestsOf(FetchNumber number) const {
  return static_cast<size_t>(
      std::count_if(requests_.begin(), requests_.end(), [&](const auto& each) {
        const Request& request = *each.second;
        return IsLive(request) && request.fetch == number && !request.asked;
      }));
}

// By a plain request: there is nothing else to ask for.
bool Engine::IsReadToTheEnd(FetchNumber number, uint32_t index) const {
  return std::any_of(requests_.begin(), requests_.end(), [&](const auto& each) {
    const Request& request = *each.second;
    return IsLive(request) && request.fetch == number &&
           request.record == index && !request.asked;
  });
}

bool Engine::IsOriginBusy(std::string_view url, int32_t connections) const {
  const std::string_view origin = OriginOf(url);
  return std::count_if(requests_.begin(), requests_.end(),
                       [&](const auto& each) {
                         const Request& request = *each.second;
                         return IsOnTheNetwork(request) &&
                                IsOfOrigin(Find(request.fetch)
                                               ->record(request.record)
                                               .info()
                                               .url,
                                           origin);
                       }) >= connections;
}

}  // namespace background_fetch
