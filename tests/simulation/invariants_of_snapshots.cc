// What pages are shown after every event.

#include "tests/simulation/invariant_names.h"
#include "tests/simulation/invariants.h"

namespace background_fetch::simulation {

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
  for (uint32_t i = 0; i < fetch.records.size(); ++i) {
    const RecordState state = engine.RecordStateOf(uid, i);
    if (state.kind != RecordState::Kind::kTransferred) continue;
    counted += state.length;
    if (!fetch.records[i].is_release_asked) {
      Break(kReleasedIsKnown, uid + ": nobody has record " + std::to_string(i));
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

}  // namespace background_fetch::simulation
