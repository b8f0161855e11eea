// Record: one request of a background fetch, on its way to a stored response.
//
// A state machine without I/O. The engine asks it what to request next, tells
// it what came of that, and acts on the verdicts. It knows nothing of request
// ids, slots, journals or other records.
//
// Owns its request and what is known of the response; bodies are elsewhere.
// Source: Background Fetch, "complete a record"; where we depart (parts,
// restarts), ranges/join.h and the verdicts below say why.

#ifndef BACKGROUND_FETCH_FETCH_RECORD_H_
#define BACKGROUND_FETCH_FETCH_RECORD_H_

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "base/random.h"
#include "fetch/types.h"
#include "ranges/join.h"
#include "ranges/planner.h"
#include "ranges/range_set.h"
#include "ranges/representation.h"

namespace background_fetch {

// What to ask the network for. No range: the plain request the app made.
struct Ask {
  std::optional<AskedRange> range = {};
  std::string if_range = {};  // "" = no such header
  bool bypass_http_cache = false;
};

// What a response head means for its record.
enum class HeadVerdict : uint8_t {
  kRead,       // read the body
  kReadAnew,   // as kRead, but it begins a new generation: the rest is void
  kSplit,      // leave it unread: the first part shows whether ranges work
  kReadPlain,  // close it; they do not: read the plain one that was left unread
  kRestart,    // close everything; a new generation begins with a plain request
  kComplete,   // close it; it says that every byte is stored
  kWait,       // close it; the server asked to be left alone for a while
  kBadStatus,  // keep the head, not the body; the record fails
  kFetchError,
};

// What the end of a body means for its record.
enum class EndVerdict : uint8_t {
  kComplete,  // every byte is stored
  kMore,      // others are under way or must be asked for
  kCutShort,  // it ended early: to be treated as a broken connection
};

// What is known of the world when a request fails.
struct FailureContext {
  // The resource was there, or CORS cannot be what failed it: some request of
  // the same fetch has had a response, or it is of our own origin.
  bool may_come_back = false;
  // Failures while offline say nothing of the resource and are not counted.
  bool is_online = true;
  // The connection did: we have not cut it off, nor has the store failed.
  bool has_ended = false;
  // Failures in a row, without a byte of progress, before it gives up.
  int32_t retries_max = kRetriesMax;
};

// What a failed request means for its record.
struct FailureVerdict {
  // Gives up: the record fails with fetch-error.
  bool is_final = false;
  // A new generation has begun; what is stored of the old one is void.
  bool begins_generation = false;
  // Ranges do not work: read the plain response that was left unread.
  bool reads_plain = false;
  // Else: do not ask again before this.
  TimeMs retry_at = 0;
};

// How to read a body.
struct BodyPlan {
  enum class Mode : uint8_t { kBlob, kBuffer, kStream, kNone };
  Mode mode = Mode::kNone;
  int64_t begin = 0;
  std::optional<int64_t> end = {};
  // A stream is cut every `piece_bytes`, and sooner where it is slow: after
  // `piece_ms`, as soon as there are `piece_bytes_min`.
  int64_t piece_bytes = 0;
  int64_t piece_bytes_min = kPieceBytesMin;
  DurationMs piece_ms = kPieceDurationMs;
};

class Record {
 public:
  explicit Record(RequestInfo info);

  const RequestInfo& info() const { return info_; }
  uint32_t generation() const { return generation_; }
  const RangeSet& stored() const { return stored_; }
  std::string_view vary() const { return vary_; }

  // Only GET may be asked twice (SPEC: "temporarily unavailable").
  bool IsRepeatable() const { return info_.method == "GET"; }

  // Nothing in flight, nothing stored: has never been asked.
  bool IsFresh() const { return !is_begun_ && !is_settled_; }

  bool IsSettled() const { return is_settled_; }
  FailureReason reason() const { return reason_; }
  // Has failed without a response: nothing of it is to be kept.
  bool IsVoid() const;
  // Succeeded, and the app has its bytes elsewhere: ours are void. `length`:
  // what of it counts as downloaded from now on.
  bool IsReleased() const { return is_released_; }
  void Release(int64_t length);
  // Body bytes of a record that succeeded, else 0.
  int64_t length() const { return length_; }
  // Body bytes when all are there; of a response under way, where its head
  // tells.
  std::optional<int64_t> total() const {
    if (is_settled_) return length_;
    return representation_ ? representation_->length : std::nullopt;
  }
  // Body bytes that count as downloaded.
  int64_t DownloadedBytes() const;

  // --- Asking ---------------------------------------------------------------

  // The next request, given the ranges already under way (a plain request is
  // one from 0 without end, unless it was left unread). Nothing while settled
  // or busy enough, or before retry_at().
  std::optional<Ask> NextAsk(const std::vector<AskedRange>& in_flight,
                             const PartPolicy& policy, TimeMs now) const;
  void OnAsked() { is_begun_ = true; }
  TimeMs retry_at() const { return std::max(retry_at_, told_until_); }
  // The network is back: no need to wait any longer, but where a server asked
  // for it.
  void RetryNow() { retry_at_ = 0; }
  // A plain response was left unread, and the first part has not been answered.
  bool IsFirstPartAwaited() const { return is_first_part_awaited_; }

  // --- What came of it ------------------------------------------------------

  // `asked`: null for the plain request. On kWait, retry_at() is set.
  HeadVerdict OnHead(const AskedRange* asked, const ResponseHead& head,
                     TimeMs now, Random& random,
                     int32_t retries_max = kRetriesMax);

  // How to read the body of the head just judged kRead or kReadAnew.
  BodyPlan PlanBody(const AskedRange* asked, const ResponseHead& head,
                    const SpeedMeter& speed) const;

  // Everything a response needs is in the store: the head, and the whole body
  // as far as its length is known.
  bool IsBodyStored() const;
  bool IsHeadStored() const { return is_head_stored_; }

  // The head to be stored with the next chunk; null once it is durable.
  const ResponseHead* UnstoredHead() const { return unstored_head_.get(); }

  // A chunk of the current generation is durable (empty: the head alone).
  // Returns how many body bytes are new.
  int64_t OnChunkStored(ByteRange range);

  EndVerdict OnBodyEnded(const AskedRange* asked);

  // A request failed: refused, cut, stalled, or ended early.
  FailureVerdict OnRequestFailed(const AskedRange* asked,
                                 const FailureContext& context, TimeMs now,
                                 Random& random);

  // The outcome. Success: `length` bytes from 0 are stored.
  void Settle(FailureReason reason, int64_t length);

  // --- Coming back ----------------------------------------------------------

  void RestoreGeneration(uint32_t generation);
  // From now on a plain request goes past the HTTP cache: it may have a part of
  // the answer to an earlier one.
  void DoubtHttpCache() { is_cache_doubtful_ = true; }
  // A head or a chunk of the current generation is in the store.
  void RestoreHead(const ResponseHead& head);
  void RestoreChunk(ByteRange range);
  // Void bytes of that generation may still be in the store: it is not begun
  // again, and left if it is the current one.
  void AvoidGeneration(uint32_t generation);
  // The stored head says bad-status: there is nothing left to ask for.
  bool IsBadStatusStored() const { return is_head_stored_ && is_bad_status_; }
  // All has been restored. True: it cannot be gone on with, and a new
  // generation has begun.
  bool StartOverUnlessResumable();
  // It has begun so often that it may not begin again.
  bool IsWornOut() const { return generation_ >= kGenerationsMax; }
  // Nothing is stored, nothing under way: as if it had never been asked for.
  void ForgetAsked() { is_begun_ = false; }
  // The store lost bytes of a body that had been complete.
  void Reopen();

 private:
  bool BypassesHttpCache() const;
  bool MayAskForRanges() const;
  bool IsInParts() const;
  bool CanGoOnFromHere() const;
  // A plain body has ended early.
  bool EndsHereTooOften();
  bool IsLengthDisproved() const;
  HeadVerdict OnPlainHead(const ResponseHead& head, int32_t retries_max);
  HeadVerdict OnPartHead(const AskedRange& asked, const ResponseHead& head,
                         bool is_waiting, int32_t retries_max);
  void BeginBody(const ResponseHead& head);
  // Drops what is known of the response; the next request is plain.
  void BeginGeneration();
  // As BeginGeneration, because parts did not fit. False: worn out.
  bool Restart();
  void CountRetry(const AskedRange* asked);
  void WaitUntil(TimeMs time);

  RequestInfo info_;
  RangeSet stored_;
  // Absent until a response of this generation has been seen.
  std::unique_ptr<Representation> representation_;
  std::unique_ptr<ResponseHead> unstored_head_;
  std::string vary_;
  TimeMs retry_at_ = 0;    // after a failure
  TimeMs told_until_ = 0;  // by a server, in Retry-After
  int64_t length_ = 0;
  // Passing it is progress: the most bytes stored at once, since a part was
  // last joined to them.
  int64_t high_water_ = 0;
  int64_t last_end_ = 0;  // of a plain body that ended early
  uint32_t generation_ = 0;
  // Generations below this are not begun any more.
  uint32_t next_generation_ = 1;
  // In a row without progress: failures and waits, those of parts among them,
  // and 5xx to ranges.
  int32_t retries_ = 0;
  int32_t part_retries_ = 0;
  int32_t server_errors_ = 0;
  int32_t restarts_ = 0;   // never reset
  int32_t same_ends_ = 0;  // in a row, at last_end_
  FailureReason reason_ = FailureReason::kNone;
  bool is_begun_ = false;
  bool is_settled_ = false;
  bool is_released_ = false;
  bool is_head_stored_ = false;
  bool is_bad_status_ = false;
  bool may_split_ = true;
  bool is_first_part_awaited_ = false;
  bool is_joining_ = false;  // a part fits, and has brought nothing yet
  // A plain request was broken off, or may have been in another life.
  bool is_cache_doubtful_ = false;
};

}  // namespace background_fetch

#endif  // BACKGROUND_FETCH_FETCH_RECORD_H_
