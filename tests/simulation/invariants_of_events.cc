// The account of what the engine is told.

#include <algorithm>
#include <ctime>
#include <utility>
#include <variant>

#include "base/limits.h"
#include "ranges/http_range.h"
#include "tests/simulation/invariant_names.h"
#include "tests/simulation/invariants.h"

namespace background_fetch::simulation {
namespace {

bool IsToldToWait(const ResponseHead& head) {
  return (head.status == 429 || head.status == 503) &&
         !FindHeader(head.headers, "retry-after").empty();
}

// As Retry-After says, read without the core's help.
std::optional<DurationMs> ToldToWait(const ResponseHead& head, TimeMs now) {
  const std::string text(FindHeader(head.headers, "retry-after"));
  if (text.find_first_not_of("0123456789") == std::string::npos) {
    return std::min<DurationMs>(std::stoll(text) * 1000, kRetryAfterMaxMs);
  }
  std::tm date{};
  const char* end = strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &date);
  if (end == nullptr || *end != '\0') return std::nullopt;
  return std::clamp<DurationMs>(timegm(&date) * 1000 - now, 0,
                                kRetryAfterMaxMs);
}

}  // namespace

void Invariants::OnEvent(const Event& event) {
  std::visit([this](const auto& each) { On(each); }, event);
}

void Invariants::On(const Register& event) {
  FetchAccount& fetch = fetches_[event.uid];
  fetch.token = event.token;
  fetch.id = event.options.id;
  fetch.download_total = event.options.download_total;
  for (const RequestInfo& request : event.requests) {
    fetch.records.push_back({.is_repeatable = request.method == "GET",
                             .url = request.url,
                             .upload_bytes = request.body_length});
  }
}

void Invariants::On(const Abort& event) {
  aborts_[event.token] = event;
  if (FetchAccount* fetch = Find(event.uid)) fetch->is_abort_asked = true;
}

void Invariants::On(const SetPaused& event) {
  FetchAccount* fetch = Find(event.uid);
  if (fetch == nullptr) return;
  fetch->pause_token = event.token;
  fetch->is_pause_wanted = event.is_paused;
  if (!event.is_paused) fetch->is_paused = false;
  for (RecordAccount& record : fetch->records) {
    record.is_disturbed = true;
    if (!event.is_paused) record.not_before = 0;
  }
}

void Invariants::On(const Release& event) {
  releases_[event.token] = event;
  FetchAccount* fetch = Find(event.uid);
  if (fetch == nullptr || event.record >= fetch->records.size()) return;
  fetch->records[event.record].is_release_asked = true;
}

// No need to wait any longer for what may have been our own network.
void Invariants::On(const OnlineChanged& event) {
  is_online = event.is_online;
  if (!is_online) return;
  for (auto& [uid, fetch] : fetches_) {
    for (RecordAccount& record : fetch.records) record.not_before = 0;
  }
}

void Invariants::On(const ResponseHeadSeen& event) {
  LiveRequest& live = LiveOf(event.request, "head");
  live.has_head = true;
  FetchAccount& fetch = fetches_[live.owner.uid];
  fetch.is_answered = true;
  const ResponseHead& head = event.head;
  if (head.status == 200) live.is_plain = true;
  RecordAccount& record = RecordOf(live.owner);
  if (live.is_cancelled) return;
  record.is_arrived |= record.upload_bytes > 0;
  // The wait after it is for all parts under way.
  if (!live.is_plain && (head.status >= 500 || IsToldToWait(head))) {
    record.failed_at = now;
  }
  if (IsToldToWait(head)) {
    if (const auto told = ToldToWait(head, now)) {
      record.told_until = std::max(record.told_until, now + *told);
    }
    record.is_disturbed |= live.is_plain;
    ++record.faults_in_a_row;
    JudgeFetchError(fetch, record);
  }
  if (head.status == 416 && IsSaidToBeWhole(live, head)) record.is_whole = true;
  if (!live.is_plain) return;
  // Who asks twice without need is to blame for not being answered.
  const bool is_asked_in_vain =
      head.status == kUsedUpStatus && !record.is_disturbed;
  if ((head.status < 200 || head.status > 299) && !is_asked_in_vain) {
    record.may_be_bad_status = true;
  }
  if (head.status != 206) return;
  const auto part =
      ParseContentRange(FindHeader(head.headers, "content-range"));
  if (!part.ok() || !part.value().complete_length) {
    record.may_be_fetch_error = true;
  } else if (part.value().range.end < *part.value().complete_length) {
    live.is_beginning = true;
  }
}

// By the same strong tag, of the same URL, with as many bytes as are stored.
bool Invariants::IsSaidToBeWhole(const LiveRequest& live,
                                 const ResponseHead& head) const {
  const auto stored = store_.generations().find(KeyOf(live.owner));
  if (stored == store_.generations().end() || !stored->second.head) {
    return false;
  }
  const ResponseHead& first = *stored->second.head;
  const std::string_view etag = FindHeader(first.headers, "etag");
  return etag.starts_with("\"") && etag == FindHeader(head.headers, "etag") &&
         first.url == head.url && live.range.end == kEndless &&
         FindHeader(head.headers, "content-range") ==
             "bytes */" + std::to_string(live.range.begin);
}

void Invariants::On(const ChunkStored& event) {
  LiveRequest& live = LiveOf(event.request, "chunk");
  if (!live.is_read) Break(kKnownRequests, "a chunk that nobody reads");
  live.unreported -= event.range.Length();
  RangeSet& stored = reported_[KeyOf(live.owner)];
  stored.Add(event.range);
  RecordAccount& record = RecordOf(live.owner);
  if (stored.TotalBytes() > record.high_water) {
    record.high_water = stored.TotalBytes();
    record.faults_in_a_row = 0;
  }
  // What is joined to what is stored is progress, too, however much there was
  // of an earlier generation; and what comes late, once a part has fitted it.
  const bool is_joined = std::exchange(record.is_joining, false) ||
                         (!live.is_plain && live.range.begin > 0);
  if (!voided_.contains(KeyOf(live.owner)) &&
      (is_joined || stored.TotalBytes() > record.high_water_of_life)) {
    record.high_water_of_life = stored.TotalBytes();
    record.failures = 0;
  }
  JudgeTotal(live.owner.uid, fetches_[live.owner.uid]);
}

void Invariants::JudgeTotal(const std::string& uid, FetchAccount& fetch) const {
  if (fetch.download_total > 0 && ReportedBytes(uid) > fetch.download_total) {
    fetch.may_exceed_total = true;
  }
}

void Invariants::On(const BodyReceived& event) {
  LiveRequest& live = LiveOf(event.request, "received");
  if (live.is_cancelled) return;
  live.is_received = true;
  int32_t& small = fetches_[live.owner.uid].small_bodies;
  small = event.bytes < kSpeedSampleBytesMin ? small + 1 : 0;
}

void Invariants::On(const BodyEnded& event) {
  // Asked for the whole, it gave a beginning. The rest is asked for, unless
  // parts did not fit too often: then the plain way leads nowhere.
  const LiveRequest& live = LiveOf(event.request, "end");
  if (live.is_beginning) {
    CountFault(live.owner, /*is_plain=*/true);
    CountEnd(live);
  }
  Close(event.request);
}

void Invariants::On(const RequestFailed& event) {
  const LiveRequest& live = LiveOf(event.request, "failure");
  CountFailure(live);
  CountEnd(live);
  Close(event.request);
}

void Invariants::On(const StorageFailed& event) {
  const LiveRequest& live = LiveOf(event.request, "storage failure");
  if (event.is_quota) {
    RecordOf(live.owner).may_be_over_quota = true;
  } else {
    CountFailure(live);
    CountFault(live.owner, live.is_plain);
  }
  Close(event.request);
}

void Invariants::On(const EventDelivered& event) {
  FetchAccount& fetch = fetches_[event.uid];
  ++fetch.lifetimes_ended;
  fetch.is_acknowledged = true;
  fetch.event_ended_at = now;
  acknowledged_.push_back(event.uid);
}

void Invariants::Close(RequestId id) {
  const LiveRequest& live = LiveOf(id, "end");
  // What the store did not take.
  RecordOf(live.owner).wasted += live.unreported;
  live_.erase(id);
}

void Invariants::OnReceived(RequestId request, int64_t bytes) {
  LiveRequest& live = LiveOf(request, "body");
  RecordAccount& record = RecordOf(live.owner);
  record.received += bytes;
  live.unreported += bytes;
  // On their way when nobody wanted them any more.
  if (live.is_cancelled) record.wasted += bytes;
}

void Invariants::OnSyncBegun() { acknowledged_in_sync_ = acknowledged_; }

void Invariants::OnSyncEnded(bool is_durable) {
  if (is_durable) {
    for (const std::string& uid : acknowledged_in_sync_) {
      fetches_[uid].is_acknowledged_durably = true;
    }
  }
  acknowledged_in_sync_.clear();
}

}  // namespace background_fetch::simulation
