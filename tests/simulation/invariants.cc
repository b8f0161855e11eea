// A worker's life, the end of a world, and where to look things up.

#include "tests/simulation/invariants.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "base/limits.h"
#include "tests/simulation/invariant_names.h"

namespace background_fetch::simulation {

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
    fetch.small_bodies = 0;
    fetch.was_settled_in_this_life = false;
    fetch.event_ended_at = 0;
    for (uint32_t index = 0; index < fetch.records.size(); ++index) {
      RecordAccount& record = fetch.records[index];
      record.failures = 0;
      record.high_water_of_life = 0;
      record.is_joining = false;
      record.not_before = record.told_until = 0;
      record.faults_in_a_row = 0;
      record.plain_faults = 0;
      record.last_end = 0;
      record.same_ends = 0;
      record.high_water = 0;
      record.is_disturbed = true;
      record.is_whole = false;
      // Nobody can tell whether it had left. When a pause is answered, it has,
      // or will not.
      if (record.times_sent > 0 ||
          (sent.contains({uid, index}) && !fetch.is_paused)) {
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
      fetch.records[index].is_released |=
          kind == RecordState::Kind::kTransferred;
      fetch.records[index].is_arrived &=
          kind == RecordState::Kind::kComplete ||
          kind == RecordState::Kind::kTransferred ||
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
  started_at_ = now;
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

// Its worker was stopped in so many lives, since its event last got further,
// that delivering it is given up.
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
