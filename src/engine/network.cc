// What the network's answers mean, and the ends of requests.

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "engine/engine.h"

namespace background_fetch {
namespace {

const AskedRange* PointerTo(const std::optional<AskedRange>& asked) {
  return asked ? &*asked : nullptr;
}

}  // namespace

// --- Answers -----------------------------------------------------------------

void Engine::On(ResponseHeadSeen&& event, TimeMs now) {
  Request* found = requests_.Find(event.request);
  if (found == nullptr || found->is_closing) return;
  Request& request = *found;
  request.moved_at = now;
  request.has_head = true;
  BackgroundFetch& fetch = *Find(request.fetch);
  Record& record = fetch.record(request.record);
  fetch.is_answered = true;
  if (record.info().body_length > 0) {
    fetch.AddUploaded(record.info().body_length);
    MarkChanged(fetch, /*at_once=*/false);
  }
  const int64_t before = record.DownloadedBytes();
  const uint32_t generation = record.generation();
  const HeadVerdict verdict = record.OnHead(
      PointerTo(request.asked), event.head, now, random_, settings_.retries);
  fetch.SubtractDownloaded(before - record.DownloadedBytes());
  switch (verdict) {
    case HeadVerdict::kRead:
      if (const RequestId plain =
              UnreadRequestOf(request.fetch, request.record)) {
        CancelRequest(plain);
      }
      EmitReadBody(event.request, request, event.head);
      return;
    case HeadVerdict::kReadAnew:
      CancelRecord(request.fetch, request.record, event.request);
      request.generation = record.generation();
      request.asked.reset();
      VoidGeneration(request.fetch, request.record, generation, now);
      EmitReadBody(event.request, request, event.head);
      return;
    case HeadVerdict::kSplit:
      AskFirstPart(request, now);
      return;
    case HeadVerdict::kReadPlain:
      CancelRequest(event.request);
      ReadUnread(request.fetch, request.record, now);
      return;
    case HeadVerdict::kComplete:
      SettleRecord(request.fetch, request.record, FailureReason::kNone, now);
      return;
    case HeadVerdict::kWait:
      CancelRequest(event.request);
      return;
    case HeadVerdict::kRestart:
      CancelRecord(request.fetch, request.record);
      VoidGeneration(request.fetch, request.record, generation, now);
      return;
    case HeadVerdict::kBadStatus:
      request.is_bad_status = true;
      EmitReadBody(event.request, request, event.head);
      return;
    case HeadVerdict::kFetchError:
      SettleRecord(request.fetch, request.record, FailureReason::kFetchError,
                   now);
      return;
  }
}

// The plain response is worth keeping until a part has come: whatever becomes
// of our ranges, it is what the app asked for. Unread, it costs a round trip's
// worth of bytes, where closing it at once could cost the whole body.
void Engine::AskFirstPart(Request& request, TimeMs now) {
  request.is_left_unread = true;
  BackgroundFetch& fetch = *Find(request.fetch);
  // At once, in the place of the plain one: no other must come in between.
  AskRecord(
      request.fetch, fetch, request.record,
      {.part_bytes = fetch.speed.AtMost(settings_.chunk_bytes).PartBytes()},
      now);
}

// 0: there is none.
RequestId Engine::UnreadRequestOf(FetchNumber number, uint32_t index) const {
  const auto found =
      std::find_if(requests_.begin(), requests_.end(), [&](const auto& each) {
        const Request& request = *each.second;
        return request.is_left_unread && !request.is_closing &&
               request.fetch == number && request.record == index;
      });
  return found == requests_.end() ? 0 : found->first;
}

void Engine::ReadUnread(FetchNumber number, uint32_t index, TimeMs now) {
  const RequestId id = UnreadRequestOf(number, index);
  BF_CHECK(id != 0);
  Request& request = *requests_.Find(id);
  request.is_left_unread = false;
  // The time it was left says nothing of the network.
  request.asked_at = request.moved_at = now;
  const ResponseHead head = *Find(number)->record(index).UnstoredHead();
  EmitReadBody(id, request, head);
}

void Engine::EmitReadBody(RequestId id, Request& request,
                          const ResponseHead& head) {
  const BackgroundFetch& fetch = *Find(request.fetch);
  const Record& record = fetch.record(request.record);
  ReadBody command{.request = id,
                   .owner = {.uid = fetch.uid(),
                             .record = request.record,
                             .generation = request.generation}};
  if (!request.is_bad_status) {
    command.plan = record.PlanBody(PointerTo(request.asked), head,
                                   fetch.speed.AtMost(settings_.chunk_bytes));
    // A stream reports every piece, anything else only its end.
    request.next_bytes =
        command.plan.mode == BodyPlan::Mode::kStream || !command.plan.end
            ? command.plan.piece_bytes
            : *command.plan.end - command.plan.begin;
  }
  if (record.UnstoredHead() != nullptr) {
    command.head = *record.UnstoredHead();
    // A part only brings the head of the answer that it is a part of.
    command.is_own_head = !request.asked;
  }
  Emit(std::move(command));
}

void Engine::On(ChunkStored&& event, TimeMs now) {
  Request* found = requests_.Find(event.request);
  if (found == nullptr) return;
  Request& request = *found;
  request.moved_at = now;
  request.bytes += event.range.Length();
  BackgroundFetch& fetch = *Find(request.fetch);
  if (fetch.phase != Phase::kActive) return;  // deleted with the fetch
  Record& record = fetch.record(request.record);
  if (request.generation != record.generation() || record.IsVoid()) {
    // It was on its way into the store when its generation was voided.
    Emit(DeleteGeneration{.owner = {.uid = fetch.uid(),
                                    .record = request.record,
                                    .generation = request.generation}});
    return;
  }
  if (record.IsSettled()) return;
  if (!record.IsHeadStored()) {
    fetch.CountAnswer();
    MarkChanged(fetch, /*at_once=*/false);
  }
  const int64_t added = record.OnChunkStored(event.range);
  if (added == 0) return;
  if (!fetch.AddDownloaded(added)) {
    SettleFetch(request.fetch, FailureReason::kDownloadTotalExceeded, now);
    return;
  }
  MarkChanged(fetch, /*at_once=*/false);
  if (request.is_closing && record.IsBodyStored()) {
    // Nobody waits for the end of a request that was cancelled.
    SettleRecord(request.fetch, request.record, FailureReason::kNone, now);
  }
}

// Only as many as may wait for the store leave their connections to others.
void Engine::On(BodyReceived&& event, TimeMs now) {
  Request* found = requests_.Find(event.request);
  if (found == nullptr || found->is_closing) return;
  Request& request = *found;
  request.moved_at = now;
  // What a bad status brings is not read.
  if (!request.is_bad_status) Find(request.fetch)->CountBody(event.bytes);
  request.received_bytes = event.bytes;
  int64_t waiting_bytes = 0;
  for (const auto& [id, other] : requests_) {
    waiting_bytes += std::max<int64_t>(other->received_bytes - other->bytes, 0);
  }
  request.is_received = waiting_bytes <= kReceivedBytesMax;
}

// --- Ends --------------------------------------------------------------------

void Engine::On(BodyEnded&& event, TimeMs now) {
  const Request* found = requests_.Find(event.request);
  if (found == nullptr) return;
  const Request request = *found;
  requests_.Erase(event.request);
  if (request.is_closing) return;
  if (request.is_bad_status) {
    SettleRecord(request.fetch, request.record, FailureReason::kBadStatus, now);
    return;
  }
  BackgroundFetch& fetch = *Find(request.fetch);
  fetch.speed.Observe(request.bytes, now - request.asked_at);
  if (request.asked) {
    // The one that just ended counts, too.
    fetch.governor.OnPart(request.bytes, request.asked_at,
                          1 + LiveRequestsOf(request.fetch, request.record),
                          settings_.ConnectionsPerOrigin(false), now);
  }
  Record& record = fetch.record(request.record);
  switch (record.OnBodyEnded(PointerTo(request.asked))) {
    case EndVerdict::kComplete:
      SettleRecord(request.fetch, request.record, FailureReason::kNone, now);
      return;
    case EndVerdict::kMore:
      return;
    case EndVerdict::kCutShort:
      FailRequest(request, /*has_ended=*/true, now);
      return;
  }
}

void Engine::On(RequestFailed&& event, TimeMs now) {
  const Request* found = requests_.Find(event.request);
  if (found == nullptr) return;
  const Request request = *found;
  requests_.Erase(event.request);
  if (request.is_closing) return;
  FailRequest(request, /*has_ended=*/true, now);
}

void Engine::On(StorageFailed&& event, TimeMs now) {
  const Request* found = requests_.Find(event.request);
  if (found == nullptr) return;
  const Request request = *found;
  requests_.Erase(event.request);
  if (request.is_closing) return;
  if (event.is_quota) {
    SettleRecord(request.fetch, request.record, FailureReason::kQuotaExceeded,
                 now);
    return;
  }
  FailRequest(request, /*has_ended=*/false, now);
}

void Engine::FailRequest(const Request& request, bool has_ended, TimeMs now) {
  if (request.is_bad_status) {
    // The status decides; that its head could not be kept does not.
    SettleRecord(request.fetch, request.record, FailureReason::kBadStatus, now);
    return;
  }
  BackgroundFetch& fetch = *Find(request.fetch);
  Record& record = fetch.record(request.record);
  if (record.IsBodyStored()) {
    // It broke behind its last byte: there is nothing left to ask for.
    SettleRecord(request.fetch, request.record, FailureReason::kNone, now);
    return;
  }
  if (request.has_head) fetch.speed.ObserveCut(request.next_bytes);
  const int64_t before = record.DownloadedBytes();
  const uint32_t generation = record.generation();
  const FailureVerdict verdict = record.OnRequestFailed(
      PointerTo(request.asked),
      {.may_come_back =
           fetch.is_answered || IsOfOrigin(record.info().url, origin_),
       .is_online = is_online_,
       .has_ended = has_ended,
       .retries_max = settings_.retries},
      now, random_);
  fetch.SubtractDownloaded(before - record.DownloadedBytes());
  if (verdict.is_final) {
    SettleRecord(request.fetch, request.record, FailureReason::kFetchError,
                 now);
  } else if (verdict.reads_plain) {
    ReadUnread(request.fetch, request.record, now);
  } else if (verdict.begins_generation) {
    CancelRecord(request.fetch, request.record);
    VoidGeneration(request.fetch, request.record, generation, now);
  }
}

void Engine::SettleRecord(FetchNumber number, uint32_t index,
                          FailureReason reason, TimeMs now) {
  CancelRecord(number, index);
  BackgroundFetch& fetch = *Find(number);
  const Record& record = fetch.record(index);
  const int64_t length = record.stored().TotalBytes();
  Append(RecordSettled{.fetch = number,
                       .record = index,
                       .generation = record.generation(),
                       .reason = reason,
                       .length = reason == FailureReason::kNone ? length : 0},
         /*is_urgent=*/false, now);
  fetch.SettleRecord(index, reason, length, now);
  if (record.IsVoid()) {
    Emit(DeleteGeneration{.owner = {.uid = fetch.uid(),
                                    .record = index,
                                    .generation = record.generation()}});
  }
  auto& open = fetch.open_records;
  open.erase(std::remove(open.begin(), open.end(), index), open.end());
  MarkChanged(fetch, /*at_once=*/false);
  if (fetch.AllRecordsSettled()) {
    SettleFetch(number, fetch.first_failure(), now);
  }
}

// `generation` is the one that ended; the record has begun the next already.
void Engine::VoidGeneration(FetchNumber number, uint32_t index,
                            uint32_t generation, TimeMs now) {
  BackgroundFetch& fetch = *Find(number);
  Append(GenerationBegun{.fetch = number,
                         .record = index,
                         .generation = fetch.record(index).generation()},
         /*is_urgent=*/false, now);
  Emit(DeleteGeneration{.owner = {.uid = fetch.uid(),
                                  .record = index,
                                  .generation = generation}});
  MarkChanged(fetch, /*at_once=*/false);
}

}  // namespace background_fetch
