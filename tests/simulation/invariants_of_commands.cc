// What the engine may want, and when.

#include <algorithm>
#include <utility>
#include <variant>

#include "base/limits.h"
#include "tests/simulation/invariant_names.h"
#include "tests/simulation/invariants.h"

namespace background_fetch::simulation {
namespace {

std::string_view OriginOf(std::string_view url) {
  return url.substr(0, url.find('/', std::string_view("https://").size()));
}

bool Overlap(ByteRange one, ByteRange other) {
  return one.begin < other.end && other.begin < one.end;
}

}  // namespace

void Invariants::OnCommand(const Command& command, const Engine& engine) {
  std::visit([&](const auto& each) { On(each, engine); }, command);
}

void Invariants::On(const StartRequest& command, const Engine& engine) {
  const std::optional<AskedRange> asked = RangeOf(command);
  LiveRequest request{
      .owner = command.owner,
      .asked_at = now,
      .range = {.begin = asked ? asked->begin : 0,
                .end = asked ? asked->end.value_or(kEndless) : kEndless},
      .is_plain = !asked};
  if (!asked && command.owner.generation > 0 && command.cache != "no-store") {
    Break(kPastTheCache, Text(command.owner));
  }
  int32_t connections = 1;
  int32_t connections_of_origin = 1;
  int32_t unread_of_origin = 0;
  const bool is_repeatable = RecordOf(command.owner).is_repeatable;
  for (const auto& [id, live] : live_) {
    if (live.is_cancelled) continue;
    const bool is_of_origin =
        OriginOf(RecordOf(live.owner).url) == OriginOf(command.info.url);
    if (live.IsLeftUnread()) {
      unread_of_origin += is_of_origin;
      // The first part takes the place of the answer it is to replace.
      request.is_small |= live.owner == command.owner && live.is_small;
    } else if (!live.is_received) {
      ++connections;
      connections_of_origin += is_of_origin;
      // An upload has had its place since it began to wait for the journal:
      // small ones came after it.
      request.is_small |= !is_repeatable && is_of_origin && live.is_small;
    }
  }
  CheckAlone(command.request, request);
  request.is_small |= !asked && fetches_[command.owner.uid].small_bodies >=
                                    kConnectionsPerOriginMax;
  // An answer left unread holds a connection, too: one beside each first part.
  if (connections > kConnectionsMax ||
      connections_of_origin > (request.is_small ? kConnectionsForSmallMax
                                                : kConnectionsPerOriginMax) ||
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
  if (record.same_ends >= kSameEndsMax) Break(kSameEnds, Text(command.owner));
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
  RecordOf(command.owner).is_joining |= !live.is_plain && live.range.begin > 0;
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
  // Those under way with it fail together: the wait after it is for them, too.
  if (!live.is_plain && (live.is_read || !live.has_head)) {
    RecordOf(live.owner).failed_at = now;
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

void Invariants::On(const DeleteFetch& command, const Engine&) {
  std::erase_if(reported_, [&](const auto& each) {
    return std::get<0>(each.first) == command.uid;
  });
  FetchAccount* fetch = Find(command.uid);
  if (fetch == nullptr) return;
  // Asked for before, and refused by the store, it may go at once.
  const bool is_first = !std::exchange(fetch->is_deleted, true);
  const TimeMs read_until =
      std::max(is_starting_ ? now : started_at_, fetch->event_ended_at) +
      kDropDelayMs;
  if (is_first && fetch->told == Told::kRegistered && now < read_until) {
    Break(kReadersReadOn, command.uid);
  }
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
  const auto releases = static_cast<uint32_t>(std::count_if(
      fetch->records.begin(), fetch->records.end(),
      [](const RecordAccount& each) { return each.is_release_asked; }));
  if (++fetch->deliveries > kDeliveryAttemptsMax * (1 + releases)) {
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

void Invariants::On(const ReleaseAnswered& command, const Engine& engine) {
  const Release& asked = releases_[command.token];
  const RecordState state = engine.RecordStateOf(asked.uid, asked.record);
  if (command.is_released && engine.SnapshotOf(asked.uid) &&
      state.kind != RecordState::Kind::kTransferred) {
    Break(kReleasedIsKnown,
          asked.uid + ": record " + std::to_string(asked.record) + " is there");
  }
  FetchAccount* fetch = Find(asked.uid);
  if (!command.is_released || fetch == nullptr) return;
  // Its event goes on from here, and has all its chances again.
  if (!std::exchange(fetch->records[asked.record].is_released, true)) {
    fetch->lives = fetch->lives_settled = 0;
  }
}

}  // namespace background_fetch::simulation
