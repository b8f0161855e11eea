// What the host may ask the engine on behalf of pages. Nothing here changes
// anything.

#include <utility>

#include "engine/engine.h"

namespace background_fetch {
namespace {

Snapshot Describe(const BackgroundFetch& fetch) {
  Snapshot snapshot{.uid = fetch.uid(),
                    .options = &fetch.options(),
                    .upload_total = fetch.upload_total(),
                    .uploaded = fetch.uploaded(),
                    .downloaded = fetch.downloaded(),
                    .records_available = fetch.AreRecordsAvailable(),
                    .is_active = fetch.phase == Phase::kActive,
                    .is_paused = fetch.is_paused,
                    .answers = fetch.answers()};
  if (fetch.IsOutcomePublic()) {
    snapshot.failure_reason = fetch.reason();
    snapshot.result = fetch.reason() == FailureReason::kNone
                          ? FetchResult::kSuccess
                          : FetchResult::kFailure;
  }
  return snapshot;
}

}  // namespace

bool Engine::IsWorking() const {
  for (const auto& [number, fetch] : fetches_) {
    if (fetch->phase < Phase::kClosed) return true;
  }
  return false;
}

bool Engine::IsEmpty() const { return fetches_.size() == 0; }

std::vector<Snapshot> Engine::ChangesSince(int64_t sequence) const {
  std::vector<Snapshot> changes;
  for (const auto& [number, fetch] : fetches_) {
    if (fetch->changed_sequence > sequence) changes.push_back(Describe(*fetch));
  }
  return changes;
}

std::optional<Snapshot> Engine::SnapshotOf(std::string_view uid) const {
  const BackgroundFetch* fetch = Find(NumberOf(uid));
  if (fetch == nullptr || fetch->phase == Phase::kRegistering) {
    return std::nullopt;
  }
  return Describe(*fetch);
}

std::string_view Engine::ActiveUid(std::string_view id) const {
  for (const auto& [number, fetch] : fetches_) {
    if (fetch->phase == Phase::kActive && fetch->options().id == id) {
      return fetch->uid();
    }
  }
  return {};
}

std::vector<std::string_view> Engine::ActiveIds() const {
  std::vector<std::string_view> ids;
  for (const auto& [number, fetch] : fetches_) {
    if (fetch->phase == Phase::kActive) ids.push_back(fetch->options().id);
  }
  return ids;
}

std::vector<uint32_t> Engine::Match(std::string_view uid,
                                    const MatchQuery* query) const {
  std::vector<uint32_t> matching;
  const BackgroundFetch* fetch = Find(NumberOf(uid));
  if (fetch == nullptr) return matching;
  for (uint32_t index = 0; index < fetch->record_count(); ++index) {
    const Record& record = fetch->record(index);
    if (query == nullptr || Matches(*query, record.info(), record.vary())) {
      matching.push_back(index);
    }
  }
  return matching;
}

const RequestInfo* Engine::RequestOf(std::string_view uid,
                                     uint32_t record) const {
  const BackgroundFetch* fetch = Find(NumberOf(uid));
  if (fetch == nullptr || record >= fetch->record_count()) return nullptr;
  return &fetch->record(record).info();
}

RecordState Engine::RecordStateOf(std::string_view uid, uint32_t index) const {
  const BackgroundFetch* fetch = Find(NumberOf(uid));
  if (fetch == nullptr || index >= fetch->record_count()) return {};
  const Record& record = fetch->record(index);
  RecordState state{.generation = record.generation(),
                    .length = record.stored().ContiguousFromZero(),
                    .total = record.total()};
  if (record.IsSettled()) {
    switch (record.reason()) {
      case FailureReason::kNone:
        state.kind = record.IsReleased() ? RecordState::Kind::kTransferred
                                         : RecordState::Kind::kComplete;
        state.length = record.length();
        break;
      case FailureReason::kBadStatus:
        state.kind = RecordState::Kind::kBadStatus;
        break;
      default:
        state.kind = RecordState::Kind::kFailed;
    }
  } else if (fetch->IsOutcomePublic()) {
    state.kind = fetch->reason() == FailureReason::kAborted
                     ? RecordState::Kind::kAborted
                     : RecordState::Kind::kFailed;
  } else if (record.IsHeadStored() && !record.IsBadStatusStored()) {
    state.kind = RecordState::Kind::kOpen;
  }
  return state;
}

}  // namespace background_fetch
