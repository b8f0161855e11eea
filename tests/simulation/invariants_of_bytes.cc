// Bytes: stored, kept, of one version, and fetched once.

#include <algorithm>
#include <iterator>
#include <optional>

#include "tests/simulation/invariant_names.h"
#include "tests/simulation/invariants.h"

namespace background_fetch::simulation {
namespace {

// A head that anybody could go on from: nothing hidden, nothing guessed.
bool IsPlainlyResumable(const ResponseHead& head) {
  const std::string_view etag = FindHeader(head.headers, "etag");
  return head.status == 200 && head.type == "basic" && etag.starts_with("\"") &&
         !FindHeader(head.headers, "content-length").empty() &&
         FindHeader(head.headers, "content-encoding").empty();
}

}  // namespace

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

// Nobody could go on with what is stored of it. What was given up before has
// been counted.
bool Invariants::MayBeGivenUpAtStart(const OwnerKey& key) const {
  if (voided_.contains(key)) return false;
  const StoredGeneration& stored = store_.generations().at(key);
  return journal_may_tear || !stored.head || !IsPlainlyResumable(*stored.head);
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

}  // namespace background_fetch::simulation
