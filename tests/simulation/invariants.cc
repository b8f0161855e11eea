#include "tests/simulation/invariants.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <variant>

#include "base/limits.h"
#include "ranges/http_range.h"

namespace background_fetch::simulation {
namespace {

// --- The names ---------------------------------------------------------------

constexpr std::string_view kBytesOfOneVersion =
    "the bytes of a complete record are those of one version";
constexpr std::string_view kReadableIsStored =
    "what can be read of an open record is stored, and of one version";
constexpr std::string_view kDurableIsKept = "nothing reported durable is lost";
constexpr std::string_view kDownloadedIsStored =
    "downloaded is what is stored of records that count";
constexpr std::string_view kTotalHolds = "downloadTotal is never exceeded";
constexpr std::string_view kOneOutcome = "a fetch has exactly one outcome";
constexpr std::string_view kEverythingEnds =
    "what was registered ends in a kind world";
constexpr std::string_view kDeliveredOnce =
    "an outcome is delivered at least once";
constexpr std::string_view kNotAfterAcknowledged =
    "an outcome is not delivered after it was acknowledged";
constexpr std::string_view kAttemptsBounded =
    "an outcome is delivered at most kDeliveryAttemptsMax times";
constexpr std::string_view kAbortMeansAborted =
    "abort() answers true if and only if the outcome is aborted";
constexpr std::string_view kFailureIsEarned =
    "what one plain request could have finished is not failed";
constexpr std::string_view kNoOverlap =
    "no two requests for the same bytes at once";
constexpr std::string_view kConnectionsBounded = "connections are bounded";
constexpr std::string_view kNotAskedAgain = "stored bytes are not asked again";
constexpr std::string_view kKeptAfterCrash =
    "what can be gone on with after a crash is gone on with";
constexpr std::string_view kToldToWait =
    "whom a server told to wait waits";
constexpr std::string_view kRetriesSpaced =
    "what fails is asked for again later and later";
constexpr std::string_view kReceivedOnce =
    "bytes come twice only if the world lost them on their way";
constexpr std::string_view kUploadedIsAnswered =
    "uploaded is what was sent and answered";
constexpr std::string_view kSentOnce =
    "a request that must not be repeated is sent at most once";
constexpr std::string_view kKnownRequests = "commands name known requests";
constexpr std::string_view kClosedOnce = "every request is closed exactly once";
constexpr std::string_view kDeletedLate =
    "nothing is deleted before the delivery is acknowledged";
constexpr std::string_view kWholeIsWhole =
    "a body whose server says that it ends there is complete";
constexpr std::string_view kPausedIsQuiet =
    "nothing is asked for while a fetch is paused";
constexpr std::string_view kAnswersFit = "answers fit their questions";
constexpr std::string_view kPastTheCache =
    "what starts over is asked for past the HTTP cache";
constexpr std::string_view kNothingLeft = "nothing is left behind";

std::string Text(ByteRange range) {
  return "[" + std::to_string(range.begin) + ", " +
         (range.end == kEndless ? "end" : std::to_string(range.end)) + ")";
}

std::string Text(const ChunkOwner& owner) {
  return owner.uid + "/" + std::to_string(owner.record) + "/" +
         std::to_string(owner.generation);
}

std::string_view OriginOf(std::string_view url) {
  return url.substr(0, url.find('/', std::string_view("https://").size()));
}

bool Overlap(ByteRange one, ByteRange other) {
  return one.begin < other.end && other.begin < one.end;
}

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

// The least time after so many failures in a row.
DurationMs LeastDelay(int32_t failures) {
  DurationMs delay = kRetryDelayFirstMs;
  for (int32_t i = 1; i < failures; ++i) {
    delay = std::min(2 * delay, kRetryDelayMaxMs);
  }
  return delay / 2;
}

// A head that anybody could go on from: nothing hidden, nothing guessed.
bool IsPlainlyResumable(const ResponseHead& head) {
  const std::string_view etag = FindHeader(head.headers, "etag");
  return head.status == 200 && head.type == "basic" && etag.starts_with("\"") &&
         !FindHeader(head.headers, "content-length").empty() &&
         FindHeader(head.headers, "content-encoding").empty();
}

}  // namespace

void Invariants::Break(std::string_view invariant,
                       const std::string& what) const {
  if (trace_.is_on()) {
    std::fprintf(stderr, "Broken: %.*s.\n  %s\n",
                 static_cast<int>(invariant.size()), invariant.data(),
                 what.c_str());
    trace_.Print();
  }
  std::_Exit(kExitBroken);
}

// --- A worker's life ---------------------------------------------------------

void Invariants::OnBoot(const Uploads& sent) {
  is_starting_ = true;
  // The worker died with these bytes in its hands.
  for (const auto& [id, live] : live_) {
    RecordOf(live.owner).wasted += live.unreported;
  }
  voided_at_start_.clear();
  live_.clear();
  reported_.clear();
  acknowledged_.clear();
  acknowledged_in_sync_.clear();
  for (auto& [uid, fetch] : fetches_) {
    ++fetch.lives;
    fetch.is_answered = false;
    fetch.was_settled_in_this_life = false;
    for (uint32_t index = 0; index < fetch.records.size(); ++index) {
      RecordAccount& record = fetch.records[index];
      record.failures = 0;
      record.high_water_of_life = 0;
      record.not_before = record.told_until = 0;
      record.faults_in_a_row = 0;
      record.plain_faults = 0;
      record.high_water = 0;
      record.is_disturbed = true;
      record.is_whole = false;
      // Nobody can tell whether it had left.
      if (record.times_sent > 0 || sent.contains({uid, index})) {
        record.may_be_fetch_error |= !record.is_repeatable;
      }
    }
  }
}

void Invariants::OnRecovered(const ChunkOwner& owner, ByteRange range) {
  RangeSet& stored = reported_[KeyOf(owner)];
  stored.Add(range);
  FetchAccount* fetch = Find(owner.uid);
  if (fetch == nullptr) return;
  JudgeTotal(owner.uid, *fetch);
  // Progress is to get further than ever, not further than in this life: a body
  // that starts over after a crash has yet to reach what was stored before.
  RecordAccount& record = RecordOf(owner);
  record.high_water = std::max(record.high_water, stored.TotalBytes());
}

void Invariants::OnStarted(const Engine& engine) {
  for (auto& [uid, fetch] : fetches_) {
    const std::optional<Snapshot> snapshot = engine.SnapshotOf(uid);
    if (!snapshot) {
      // Given up only after its event had all its chances.
      if (fetch.told == Told::kRegistered && !fetch.is_acknowledged &&
          !HadItsChances(fetch)) {
        Break(kDurableIsKept, uid + " was registered and is gone");
      }
      continue;
    }
    if (fetch.told == Told::kRejected) {
      Break(kAnswersFit, uid + " was rejected and lives");
    }
    for (uint32_t index = 0; index < fetch.records.size(); ++index) {
      const RecordState::Kind kind = engine.RecordStateOf(uid, index).kind;
      fetch.records[index].is_arrived &= kind == RecordState::Kind::kComplete ||
                                         kind == RecordState::Kind::kBadStatus;
    }
    if (fetch.is_acknowledged_durably && snapshot->records_available) {
      Break(kNotAfterAcknowledged, uid + " is back");
    }
    if (snapshot->is_active) {
      if (fetch.outcome || fetch.is_abort_promised) {
        Break(kDurableIsKept, uid + " had settled and is active again");
      }
      if (!fetch.is_tampered && !journal_may_tear) {
        CheckKept(uid, fetch, engine);
      }
      // The engine has seen what is missing, and it is not too late.
      fetch.is_tampered = false;
    }
  }
  voided_.merge(voided_at_start_);
  is_starting_ = false;
}

// What a record had stored before the crash, it goes on with.
void Invariants::CheckKept(const std::string& uid, const FetchAccount& fetch,
                           const Engine& engine) const {
  for (uint32_t index = 0; index < fetch.records.size(); ++index) {
    const RecordState state = engine.RecordStateOf(uid, index);
    if ((state.kind != RecordState::Kind::kPending &&
         state.kind != RecordState::Kind::kOpen) ||
        !fetch.records[index].is_repeatable) {
      continue;
    }
    const auto newest = store_.generations().lower_bound({uid, index + 1, 0});
    if (newest == store_.generations().begin()) continue;
    const auto& [key, generation] = *std::prev(newest);
    const ChunkOwner owner = OwnerOf(key);
    if (owner.uid != uid || owner.record != index || voided_.contains(key) ||
        !generation.head || generation.chunks.empty() ||
        !IsPlainlyResumable(*generation.head)) {
      continue;
    }
    if (state.generation != owner.generation) {
      Break(kKeptAfterCrash, Text(owner) + " was given up at the start");
    }
  }
}

// --- Events ------------------------------------------------------------------

void Invariants::OnEvent(const Event& event) {
  std::visit([this](const auto& each) { On(each); }, event);
}

void Invariants::On(const Register& event) {
  FetchAccount& fetch = fetches_[event.uid];
  fetch.token = event.token;
  fetch.id = event.options.id;
  fetch.download_total = event.options.download_total;
  for (const RequestInfo& request : event.requests) {
    fetch.records.push_back(
        {.is_repeatable = request.method == "GET",
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
  if (!voided_.contains(KeyOf(live.owner)) &&
      stored.TotalBytes() > record.high_water_of_life) {
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

void Invariants::On(const BodyEnded& event) {
  // Asked for the whole, it gave a beginning. The rest is asked for, unless
  // parts did not fit too often: then the plain way leads nowhere.
  const LiveRequest& live = LiveOf(event.request, "end");
  if (live.is_beginning) CountFault(live.owner, /*is_plain=*/true);
  Close(event.request);
}

void Invariants::On(const RequestFailed& event) {
  CountFailure(LiveOf(event.request, "failure"));
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
  acknowledged_.push_back(event.uid);
}

void Invariants::Close(RequestId id) {
  const LiveRequest& live = LiveOf(id, "end");
  // What the store did not take.
  RecordOf(live.owner).wasted += live.unreported;
  live_.erase(id);
}

void Invariants::OnSlept() {
  for (const auto& [id, live] : live_) CountFault(live.owner, live.is_plain);
}

void Invariants::OnNetworkFault(const StartRequest& request) {
  const LiveRequest& live = LiveOf(request.request, "fault");
  CountFault(live.owner, live.is_plain);
}

void Invariants::OnReceived(RequestId request, int64_t bytes) {
  LiveRequest& live = LiveOf(request, "body");
  RecordAccount& record = RecordOf(live.owner);
  record.received += bytes;
  live.unreported += bytes;
  // On their way when nobody wanted them any more.
  if (live.is_cancelled) record.wasted += bytes;
}

// Those the engine has heard of and could not answer but with a wait.
void Invariants::CountFailure(const LiveRequest& live) {
  if (live.is_cancelled || !is_online) return;
  // The plain answer is read instead.
  if (!live.is_plain && IsPlainLeftUnread(live.owner)) return;
  RecordAccount& record = RecordOf(live.owner);
  ++record.failures;
  const auto stored = reported_.find(KeyOf(live.owner));
  const bool has_bytes =
      stored != reported_.end() && stored->second.TotalBytes() > 0;
  // The first cut after progress may be answered at once.
  if (record.failures == 1 && has_bytes) return;
  record.not_before =
      std::max(record.not_before, now + LeastDelay(record.failures));
}

void Invariants::CheckPatience(const ChunkOwner& owner,
                               RecordAccount& record) const {
  if (now < record.told_until) {
    Break(kToldToWait, Text(owner) + " is asked for " +
                           std::to_string(record.told_until - now) +
                           " ms too early");
  }
  // What starts over because parts do not fit need not wait; limits bound it.
  if (record.generation != owner.generation) {
    record.generation = owner.generation;
    record.failures = 0;
    record.not_before = 0;
  }
  if (now < record.not_before) {
    Break(kRetriesSpaced,
          Text(owner) + " is asked for " +
              std::to_string(record.not_before - now) + " ms too early, after " +
              std::to_string(record.failures) + " failures");
  }
}

void Invariants::CountFault(const ChunkOwner& owner, bool is_plain) {
  RecordAccount& record = RecordOf(owner);
  // The plain answer is still there, whatever a first part met.
  record.is_disturbed |= is_plain || !IsPlainLeftUnread(owner);
  ++record.faults_in_a_row;
  if (is_plain) ++record.plain_faults;
  if (!record.is_repeatable) record.may_be_fetch_error = true;
  JudgeFetchError(fetches_[owner.uid], record);
}

// Giving up is the world's doing when a plain request had its chance, and
// failures without progress were too many.
void Invariants::JudgeFetchError(FetchAccount& fetch,
                                 RecordAccount& record) const {
  const int32_t faults_max =
      fetch.is_answered ? kRetriesMax : kRetriesUnansweredMax;
  const bool is_too_often = record.faults_in_a_row > faults_max;
  if (!is_too_often) return;
  if (record.plain_faults > 0) {
    record.may_be_fetch_error = true;
  } else {
    // Then it is the turn of a plain request.
    record.faults_in_a_row = 0;
  }
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

// --- Commands ----------------------------------------------------------------

void Invariants::OnCommand(const Command& command, const Engine& engine) {
  std::visit([&](const auto& each) { On(each, engine); }, command);
}

void Invariants::On(const StartRequest& command, const Engine& engine) {
  const std::optional<AskedRange> asked = RangeOf(command);
  const LiveRequest request{
      .owner = command.owner,
      .range = {.begin = asked ? asked->begin : 0,
                .end = asked ? asked->end.value_or(kEndless) : kEndless},
      .is_plain = !asked};
  if (!asked && command.owner.generation > 0 && command.cache != "no-store") {
    Break(kPastTheCache, Text(command.owner));
  }
  int32_t connections = 1;
  int32_t connections_of_origin = 1;
  int32_t unread_of_origin = 0;
  for (const auto& [id, live] : live_) {
    if (live.is_cancelled) continue;
    const bool is_of_origin =
        OriginOf(RecordOf(live.owner).url) == OriginOf(command.info.url);
    if (live.IsLeftUnread()) {
      unread_of_origin += is_of_origin;
    } else {
      ++connections;
      connections_of_origin += is_of_origin;
    }
  }
  CheckAlone(command.request, request);
  // An answer left unread holds a connection, too: one beside each first part.
  if (connections > kConnectionsMax ||
      connections_of_origin > kConnectionsPerOriginMax ||
      unread_of_origin > connections_of_origin) {
    Break(kConnectionsBounded, std::to_string(connections) + " at once, " +
                                   std::to_string(unread_of_origin) +
                                   " unread");
  }
  if (!live_.emplace(command.request, request).second) {
    Break(kKnownRequests,
          "request " + std::to_string(command.request) + " begins twice");
  }
  const auto stored = reported_.find(KeyOf(command.owner));
  if (stored != reported_.end()) {
    const ByteRange gap = stored->second.FirstGap(request.range);
    if (gap.begin != request.range.begin || gap.end != request.range.end) {
      Break(kNotAskedAgain,
            Text(command.owner) + " asks for " + Text(request.range));
    }
  }
  FetchAccount* fetch = Find(command.owner.uid);
  if (fetch == nullptr || fetch->outcome ||
      !engine.SnapshotOf(command.owner.uid)) {
    Break(kAnswersFit, command.owner.uid + " is not to be fetched");
  }
  if (fetch->is_paused) Break(kPausedIsQuiet, Text(command.owner));
  RecordAccount& record = RecordOf(command.owner);
  if (record.is_whole) Break(kWholeIsWhole, Text(command.owner));
  CheckPatience(command.owner, record);
  if (!record.is_repeatable && ++record.times_sent > 1) {
    Break(kSentOnce, Text(command.owner) + " is sent again");
  }
}

void Invariants::On(const ReadBody& command, const Engine&) {
  LiveRequest& live = LiveOf(command.request, "read");
  if (!live.has_head || live.is_read || live.is_cancelled) {
    Break(kKnownRequests,
          "request " + std::to_string(command.request) + " is not to be read");
  }
  live.is_read = true;
  live.owner = command.owner;
  // Its number is used again where a crash forgot that it had been given up.
  voided_.erase(KeyOf(command.owner));
  live.range = {.begin = command.plan.begin,
                .end = command.plan.end.value_or(kEndless)};
  CheckAlone(command.request, live);
}

// Nobody else brings the same bytes.
void Invariants::CheckAlone(RequestId id, const LiveRequest& request) const {
  for (const auto& [other_id, other] : live_) {
    if (other_id != id && !other.is_cancelled && !other.IsLeftUnread() &&
        other.owner.uid == request.owner.uid &&
        other.owner.record == request.owner.record &&
        Overlap(other.range, request.range)) {
      Break(kNoOverlap, Text(request.owner) + ": " + Text(other.range) +
                            " and " + Text(request.range));
    }
  }
}

bool Invariants::IsPlainLeftUnread(const ChunkOwner& owner) const {
  return std::any_of(live_.begin(), live_.end(), [&](const auto& each) {
    return each.second.owner == owner && each.second.IsLeftUnread();
  });
}

void Invariants::On(const CancelRequest& command, const Engine&) {
  LiveRequest& live = LiveOf(command.request, "cancel");
  if (live.is_cancelled) {
    Break(kKnownRequests,
          "request " + std::to_string(command.request) + " is cancelled twice");
  }
  live.is_cancelled = true;
  // Who asks again meanwhile does not know of what is on its way.
  RecordOf(live.owner).wasted += live.unreported;
  // What shows no sign of life for too long is as good as broken.
  if (live.is_plain && live.is_read) {
    RecordOf(live.owner).is_disturbed = true;
  }
}

void Invariants::On(const DeleteGeneration& command, const Engine&) {
  const auto reported = reported_.find(KeyOf(command.owner));
  if (reported != reported_.end()) {
    if (!is_starting_ || MayBeGivenUpAtStart(reported->first)) {
      RecordOf(command.owner).wasted += reported->second.TotalBytes();
    }
    reported_.erase(reported);
  }
  (is_starting_ ? voided_at_start_ : voided_).insert(KeyOf(command.owner));
}

// Nobody could go on with what is stored of it. What was given up before has
// been counted.
bool Invariants::MayBeGivenUpAtStart(const OwnerKey& key) const {
  if (voided_.contains(key)) return false;
  const StoredGeneration& stored = store_.generations().at(key);
  return journal_may_tear || !stored.head || !IsPlainlyResumable(*stored.head);
}

void Invariants::On(const DeleteFetch& command, const Engine&) {
  std::erase_if(reported_, [&](const auto& each) {
    return std::get<0>(each.first) == command.uid;
  });
  FetchAccount* fetch = Find(command.uid);
  if (fetch == nullptr) return;
  fetch->is_deleted = true;
  // At a start the journal may know of an acknowledgement that the worker
  // before did not live to see durable.
  if (fetch->told == Told::kRegistered && !fetch->is_acknowledged &&
      !HadItsChances(*fetch)) {
    Break(kDeletedLate, command.uid + " is deleted before it was delivered");
  }
  for (const auto& [id, live] : live_) {
    if (live.owner.uid == command.uid) {
      Break(kDeletedLate, command.uid + " is deleted while it is written");
    }
  }
}

void Invariants::On(const Deliver& command, const Engine& engine) {
  FetchAccount* fetch = Find(command.uid);
  const std::optional<Snapshot> snapshot = engine.SnapshotOf(command.uid);
  if (fetch == nullptr || !snapshot) {
    Break(kAnswersFit, command.uid + " is delivered and unknown");
  }
  if (fetch->is_acknowledged_durably) {
    Break(kNotAfterAcknowledged, command.uid);
  }
  if (++fetch->deliveries > kDeliveryAttemptsMax) {
    Break(kAttemptsBounded, command.uid);
  }
  const FailureReason reason = snapshot->failure_reason;
  CheckOutcome(command.uid, *fetch, reason);
  const auto kind = reason == FailureReason::kNone ? Deliver::Kind::kSuccess
                    : reason == FailureReason::kAborted ? Deliver::Kind::kAbort
                                                        : Deliver::Kind::kFail;
  if (command.kind != kind) {
    Break(kOneOutcome, command.uid + " is delivered as something else");
  }
  CheckEarned(command.uid, *fetch, reason, engine);
  if (!fetch->is_tampered) CheckStoredRecords(command.uid, *fetch, engine);
}

void Invariants::On(const Registered& command, const Engine& engine) {
  FetchAccount* fetch = Find(command.uid);
  if (fetch == nullptr || fetch->token != command.token ||
      fetch->told != Told::kNothing) {
    Break(kAnswersFit, command.uid + " was not to be registered");
  }
  for (const auto& [uid, other] : fetches_) {
    const std::optional<Snapshot> snapshot = engine.SnapshotOf(uid);
    if (uid != command.uid && other.id == fetch->id && snapshot &&
        snapshot->is_active) {
      Break(kAnswersFit, "two fetches are active as " + fetch->id);
    }
  }
  fetch->told = Told::kRegistered;
}

void Invariants::On(const Rejected& command, const Engine& engine) {
  for (auto& [uid, fetch] : fetches_) {
    if (fetch.token != command.token) continue;
    if (fetch.told != Told::kNothing) {
      Break(kAnswersFit, uid + " is answered twice");
    }
    if (engine.SnapshotOf(uid)) Break(kAnswersFit, uid + " lives");
    fetch.told =
        command.error == ErrorCode::kIo || command.error == ErrorCode::kQuota
            ? Told::kRejectedInDoubt
            : Told::kRejected;
  }
}

void Invariants::On(const AbortAnswered& command, const Engine& engine) {
  const Abort& asked = aborts_[command.token];
  const std::string& uid = asked.uid;
  FetchAccount* fetch = Find(uid);
  if (command.is_aborted) {
    if (fetch == nullptr) Break(kAbortMeansAborted, uid + " is unknown");
    if (fetch->outcome && *fetch->outcome != FailureReason::kAborted) {
      Break(kAbortMeansAborted, uid + " had another outcome");
    }
    fetch->is_abort_promised = true;
    return;
  }
  const std::optional<Snapshot> snapshot = engine.SnapshotOf(uid);
  if (snapshot && snapshot->is_active) {
    Break(kAbortMeansAborted, uid + " is active and was not aborted");
  }
  if (snapshot && asked.is_repeated &&
      snapshot->failure_reason == FailureReason::kAborted) {
    Break(kAbortMeansAborted, uid + " was aborted before the answer was lost");
  }
}

void Invariants::On(const PauseAnswered& command, const Engine&) {
  if (!command.is_active) return;
  for (auto& [uid, fetch] : fetches_) {
    if (fetch.pause_token == command.token) {
      fetch.is_paused = fetch.is_pause_wanted;
    }
  }
}

// --- After every event -------------------------------------------------------

void Invariants::OnIdle(const Engine& engine) {
  for (auto& [uid, fetch] : fetches_) {
    if (fetch.is_deleted) continue;
    const std::optional<Snapshot> snapshot = engine.SnapshotOf(uid);
    if (!snapshot) continue;
    CheckTotals(uid, fetch, *snapshot, engine);
    // What a start has forgotten, OnStarted says.
    if (!is_starting_) CheckUploaded(uid, fetch, *snapshot);
    if (!fetch.is_tampered) CheckReadable(uid, fetch, engine);
    if (!snapshot->is_active && !fetch.was_settled_in_this_life) {
      fetch.was_settled_in_this_life = true;
      ++fetch.lives_settled;
    }
    if (snapshot->result != FetchResult::kNone) {
      CheckOutcome(uid, fetch, snapshot->failure_reason);
    }
  }
}

// Readers are given these bytes before anybody knows how the record will end.
void Invariants::CheckReadable(const std::string& uid,
                               const FetchAccount& fetch,
                               const Engine& engine) const {
  for (uint32_t i = 0; i < fetch.records.size(); ++i) {
    const RecordState state = engine.RecordStateOf(uid, i);
    if (state.kind != RecordState::Kind::kOpen) continue;
    const ChunkOwner owner{
        .uid = uid, .record = i, .generation = state.generation};
    const auto found = store_.generations().find(KeyOf(owner));
    if (found == store_.generations().end() || !found->second.head) {
      Break(kReadableIsStored, Text(owner) + " has no head");
    }
    int64_t offset = 0;
    std::optional<int32_t> version;
    std::optional<int32_t> place;
    for (const auto& [range, source] : found->second.chunks) {
      if (range.first > offset || offset >= state.length) break;
      if (source.version != version.value_or(source.version) ||
          source.place != place.value_or(source.place)) {
        Break(kReadableIsStored,
              Text(owner) + " is mixed at " + std::to_string(range.first));
      }
      version = source.version;
      place = source.place;
      offset = std::max(offset, range.second);
    }
    if (offset < state.length) {
      Break(kReadableIsStored,
            Text(owner) + " has a gap at " + std::to_string(offset));
    }
  }
}

void Invariants::CheckTotals(const std::string& uid, const FetchAccount& fetch,
                             const Snapshot& snapshot,
                             const Engine& engine) const {
  int64_t counted = 0;
  for (auto each = reported_.lower_bound({uid, 0, 0});
       each != reported_.end() && std::get<0>(each->first) == uid; ++each) {
    const int64_t bytes = each->second.TotalBytes();
    const ChunkOwner owner = OwnerOf(each->first);
    const RecordState state = engine.RecordStateOf(uid, owner.record);
    if (snapshot.is_active || (state.kind == RecordState::Kind::kComplete &&
                               state.generation == owner.generation)) {
      counted += bytes;
      if (!fetch.is_tampered) CheckReported(each->first, each->second);
    }
  }
  if (fetch.download_total > 0 && snapshot.downloaded > fetch.download_total) {
    Break(kTotalHolds, uid + ": " + std::to_string(snapshot.downloaded));
  }
  // Between the decision and its durability, records already count as settled
  // while pages may not know; the sum is the same from the announcement on.
  const bool is_deciding =
      !snapshot.is_active && snapshot.result == FetchResult::kNone;
  if (!is_deciding && snapshot.downloaded != counted) {
    Break(kDownloadedIsStored,
          uid + ": " + std::to_string(snapshot.downloaded) + " shown, " +
              std::to_string(counted) + " stored");
  }
}

// What was told to be durable is.
void Invariants::CheckReported(const OwnerKey& key,
                               const RangeSet& reported) const {
  RangeSet stored;
  const auto found = store_.generations().find(key);
  if (found != store_.generations().end()) {
    for (const auto& [range, source] : found->second.chunks) {
      stored.Add({.begin = range.first, .end = range.second});
    }
  }
  for (const ByteRange range : reported.ranges()) {
    if (!stored.Contains(range)) {
      Break(kDurableIsKept,
            Text(OwnerOf(key)) + " " + Text(range) + " is not stored");
    }
  }
}

void Invariants::CheckUploaded(const std::string& uid,
                               const FetchAccount& fetch,
                               const Snapshot& snapshot) const {
  int64_t uploaded = 0;
  for (const RecordAccount& record : fetch.records) {
    if (record.is_arrived) uploaded += record.upload_bytes;
  }
  if (snapshot.uploaded != uploaded) {
    Break(kUploadedIsAnswered, uid + ": " + std::to_string(snapshot.uploaded) +
                                   " shown, " + std::to_string(uploaded) +
                                   " answered");
  }
}

void Invariants::CheckOutcome(const std::string& uid, FetchAccount& fetch,
                              FailureReason reason) const {
  if (!fetch.outcome) fetch.outcome = reason;
  if (*fetch.outcome != reason) {
    Break(kOneOutcome, uid + " was " + std::string(ToString(*fetch.outcome)) +
                           ", is " + std::string(ToString(reason)));
  }
  if (fetch.is_abort_promised && reason != FailureReason::kAborted) {
    Break(kAbortMeansAborted, uid + " is not aborted");
  }
}

// --- Outcomes ----------------------------------------------------------------

void Invariants::CheckEarned(const std::string& uid, const FetchAccount& fetch,
                             FailureReason reason, const Engine& engine) const {
  const auto any = [&](auto member) {
    return std::any_of(fetch.records.begin(), fetch.records.end(),
                       [&](const RecordAccount& each) { return each.*member; });
  };
  bool is_earned = false;
  switch (reason) {
    case FailureReason::kNone:
      is_earned = true;
      for (uint32_t i = 0; i < fetch.records.size(); ++i) {
        is_earned &=
            engine.RecordStateOf(uid, i).kind == RecordState::Kind::kComplete;
      }
      break;
    case FailureReason::kAborted:
      is_earned = fetch.is_abort_asked;
      break;
    case FailureReason::kBadStatus:
      is_earned = any(&RecordAccount::may_be_bad_status);
      break;
    case FailureReason::kFetchError:
      is_earned = any(&RecordAccount::may_be_fetch_error);
      break;
    case FailureReason::kQuotaExceeded:
      is_earned = any(&RecordAccount::may_be_over_quota);
      break;
    case FailureReason::kDownloadTotalExceeded:
      is_earned = fetch.may_exceed_total;
      break;
  }
  if (!is_earned) {
    Break(kFailureIsEarned,
          uid + " ended as '" + std::string(ToString(reason)) + "'");
  }
  if (reason == FailureReason::kNone || reason == FailureReason::kAborted ||
      reason == FailureReason::kDownloadTotalExceeded) {
    return;
  }
  // All records have settled, each with a reason of its own.
  for (uint32_t i = 0; i < fetch.records.size(); ++i) {
    const RecordAccount& record = fetch.records[i];
    const RecordState::Kind kind = engine.RecordStateOf(uid, i).kind;
    if ((kind == RecordState::Kind::kFailed && !record.may_be_fetch_error &&
         !record.may_be_over_quota) ||
        (kind == RecordState::Kind::kBadStatus && !record.may_be_bad_status)) {
      Break(kFailureIsEarned, uid + ": record " + std::to_string(i));
    }
  }
}

void Invariants::CheckStoredRecords(const std::string& uid,
                                    const FetchAccount& fetch,
                                    const Engine& engine) const {
  for (uint32_t i = 0; i < fetch.records.size(); ++i) {
    const RecordState state = engine.RecordStateOf(uid, i);
    if (state.kind == RecordState::Kind::kComplete) {
      CheckBytes({.uid = uid, .record = i, .generation = state.generation},
                 state.length, fetch.records[i].url);
      CheckReceived(uid, fetch, i, state.length);
    }
  }
}

// What a crash costs is what was on its way when it came, and no more.
void Invariants::CheckReceived(const std::string& uid,
                               const FetchAccount& fetch, uint32_t index,
                               int64_t length) const {
  const RecordAccount& record = fetch.records[index];
  if (fetch.was_ever_tampered) return;
  if (record.received > length + record.wasted) {
    Break(kReceivedOnce, uid + "/" + std::to_string(index) + ": " +
                             std::to_string(record.received) + " bytes for " +
                             std::to_string(length) + ", " +
                             std::to_string(record.wasted) + " of them wasted");
  }
}

// As the shipped store joins chunks: in the order of their keys.
void Invariants::CheckBytes(const ChunkOwner& owner, int64_t length,
                            const std::string& url) const {
  const auto found = store_.generations().find(KeyOf(owner));
  if (found == store_.generations().end() || !found->second.head) {
    Break(kBytesOfOneVersion, Text(owner) + " has no head");
  }
  const int32_t resource_index = server_.IndexOf(url);
  const Resource& resource =
      server_.resources[static_cast<size_t>(resource_index)];
  int64_t offset = 0;
  std::optional<int32_t> version_index;
  std::optional<int32_t> place;
  for (const auto& [range, source] : found->second.chunks) {
    if (range.first > offset) {
      Break(kBytesOfOneVersion,
            Text(owner) + " has a gap at " + std::to_string(offset));
    }
    if (source.resource != resource_index || source.version < 0 ||
        source.offset != range.first ||
        source.version != version_index.value_or(source.version) ||
        source.place != place.value_or(source.place)) {
      Break(kBytesOfOneVersion,
            Text(owner) + " is wrong at " + std::to_string(range.first));
    }
    version_index = source.version;
    place = source.place;
    offset = std::max(offset, range.second);
  }
  if (offset != length) {
    Break(kBytesOfOneVersion, Text(owner) + " has " + std::to_string(offset) +
                                  " bytes, not " + std::to_string(length));
  }
  if (!version_index) {
    const bool was_ever_empty =
        std::any_of(resource.versions.begin(), resource.versions.end(),
                    [](const Version& version) { return version.length == 0; });
    if (!was_ever_empty) Break(kBytesOfOneVersion, Text(owner) + " is empty");
    return;
  }
  const Version& version =
      resource.versions[static_cast<size_t>(*version_index)];
  if (version.length != length) {
    Break(kBytesOfOneVersion, Text(owner) + " has " + std::to_string(length) +
                                  " of " + std::to_string(version.length) +
                                  " bytes");
  }
  const std::string_view etag = FindHeader(found->second.head->headers, "etag");
  if (!etag.empty() && etag != version.etag) {
    Break(kBytesOfOneVersion, Text(owner) + " has another version's head");
  }
}

// --- The end -----------------------------------------------------------------

void Invariants::OnFinished(const Engine& engine) {
  for (auto& [uid, fetch] : fetches_) {
    if (engine.SnapshotOf(uid)) Break(kEverythingEnds, uid + " is still there");
    if (fetch.told != Told::kRegistered) continue;
    if (HadItsChances(fetch)) continue;
    if (!fetch.outcome) Break(kEverythingEnds, uid + " has no outcome");
    if (fetch.lifetimes_ended == 0) Break(kDeliveredOnce, uid);
    if (fetch.is_abort_promised && *fetch.outcome != FailureReason::kAborted) {
      Break(kAbortMeansAborted, uid);
    }
  }
  if (!live_.empty()) Break(kClosedOnce, "a request is still open");
}

void Invariants::CheckNothingLeft() const {
  for (const auto& [key, generation] : store_.generations()) {
    if (generation.head || !generation.chunks.empty()) {
      Break(kNothingLeft, Text(OwnerOf(key)) + " is still stored");
    }
  }
}

// --- Finding -----------------------------------------------------------------

Invariants::FetchAccount* Invariants::Find(const std::string& uid) {
  const auto found = fetches_.find(uid);
  return found == fetches_.end() ? nullptr : &found->second;
}

// Its worker was stopped in so many lives that delivering it is given up.
bool Invariants::HadItsChances(const FetchAccount& fetch) const {
  // What a torn journal keeps of an attempt, nobody has seen.
  return (journal_may_tear ? fetch.lives : fetch.lives_settled) >=
         kDeliveryAttemptsMax;
}

Invariants::RecordAccount& Invariants::RecordOf(const ChunkOwner& owner) {
  FetchAccount* fetch = Find(owner.uid);
  if (fetch == nullptr || owner.record >= fetch->records.size()) {
    Break(kKnownRequests, Text(owner) + " does not exist");
  }
  return fetch->records[owner.record];
}

Invariants::LiveRequest& Invariants::LiveOf(RequestId id,
                                            std::string_view what) {
  const auto found = live_.find(id);
  if (found == live_.end()) {
    Break(kKnownRequests, std::string(what) + " of request " +
                              std::to_string(id) + ", which is not open");
  }
  return found->second;
}

int64_t Invariants::ReportedBytes(const std::string& uid) const {
  int64_t bytes = 0;
  for (auto each = reported_.lower_bound({uid, 0, 0});
       each != reported_.end() && std::get<0>(each->first) == uid; ++each) {
    bytes += each->second.TotalBytes();
  }
  return bytes;
}

}  // namespace background_fetch::simulation
