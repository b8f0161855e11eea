#include "fetch/record.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/limits.h"
#include "fetch/retry.h"
#include "ranges/http_range.h"

namespace background_fetch {
namespace {

// Of all cache modes, those that take whatever the HTTP cache has.
bool WantsHttpCache(const RequestInfo& info) {
  return info.cache == "force-cache" || info.cache == "only-if-cached";
}

bool IsOkStatus(int status) { return status >= 200 && status <= 299; }

bool IsAskedToWait(const ResponseHead& head) {
  return (head.status == 429 || head.status == 503) &&
         !FindHeader(head.headers, "retry-after").empty();
}

// A 206 that nobody asked for must at least begin at the beginning, and say
// how much there is: otherwise a part could pass for the whole.
bool IsRangeFromZero(const ResponseHead& head) {
  const auto part =
      ParseContentRange(FindHeader(head.headers, "content-range"));
  return part.ok() && part.value().range.begin == 0 &&
         part.value().complete_length;
}

// By how much a body may be longer coded than decoded.
int64_t CodingOverhead(int64_t length) {
  return kCodingOverheadBytes + length / kCodingOverheadDivisor;
}

// Content-Length describes the body only where there is one.
bool HasNoBody(const RequestInfo& info, const ResponseHead& head) {
  return info.method == "HEAD" || head.status == 204 || head.status == 205;
}

std::optional<int64_t> DeclaredLength(const ResponseHead& head) {
  const auto length =
      ParseContentLength(FindHeader(head.headers, "content-length"));
  if (!length.ok()) return std::nullopt;
  return length.value();
}

}  // namespace

Record::Record(RequestInfo info) : info_(std::move(info)) {}

int64_t Record::DownloadedBytes() const {
  if (is_settled_ && reason_ != FailureReason::kNone) return 0;
  if (is_released_) return length_;
  return stored_.TotalBytes();
}

bool Record::IsVoid() const {
  return is_settled_ && reason_ != FailureReason::kNone &&
         reason_ != FailureReason::kBadStatus;
}

// A stale copy in the HTTP cache and fresh parts could disagree for ever. And
// what was broken off may have left a part of itself there, which some browsers
// complete by a range of their own: from whatever the server has by then.
bool Record::BypassesHttpCache() const {
  return generation_ > 0 || (is_cache_doubtful_ && !WantsHttpCache(info_));
}

// Where parts did not fit too often, a plain request has to get there alone:
// what we invented never decides.
bool Record::MayAskForRanges() const {
  return representation_ && MayResume(*representation_) &&
         info_.integrity.empty() && restarts_ < kRestartsMax;
}

bool Record::IsInParts() const {
  return MayAskForRanges() && representation_->length && IsRepeatable();
}

std::optional<Ask> Record::NextAsk(const std::vector<AskedRange>& in_flight,
                                   const PartPolicy& policy, TimeMs now) const {
  if (is_settled_ || now < retry_at()) return std::nullopt;
  Ask ask{.bypass_http_cache = BypassesHttpCache()};
  if (!representation_) {
    if (!in_flight.empty()) return std::nullopt;
    return ask;
  }
  if (representation_->MaySendIfRange()) ask.if_range = representation_->etag;
  if (!IsInParts()) {
    // One stream, broken off: from the first missing byte to the end; or to
    // the next part there is of a body whose length a crash has forgotten.
    if (!in_flight.empty()) return std::nullopt;
    const ByteRange gap = stored_.FirstGap({.begin = 0, .end = kOffsetMax});
    ask.range = AskedRange{.begin = gap.begin};
    if (gap.end < kOffsetMax) ask.range->end = gap.end;
    return ask;
  }
  // Until a 206 has been seen, a second request would only double a mistake.
  const bool is_proven =
      !is_first_part_awaited_ &&
      (representation_->range_support == RangeSupport::kBytes ||
       !representation_->is_same_origin);
  const int32_t most = is_proven ? policy.connections : 1;
  if (in_flight.size() >= static_cast<size_t>(most)) return std::nullopt;
  std::vector<ByteRange> taken;
  taken.reserve(in_flight.size());
  for (const AskedRange& range : in_flight) {
    taken.push_back({.begin = range.begin,
                     .end = range.end.value_or(*representation_->length)});
  }
  const ByteRange part =
      NextPart(stored_, taken, *representation_->length, policy);
  if (part.IsEmpty()) return std::nullopt;
  ask.range = AskedRange{.begin = part.begin};
  // Where the length is only believed, the last part shows whether the body
  // ends there: its own length is another one if there is more.
  if (!representation_->is_length_believed ||
      part.end < *representation_->length) {
    ask.range->end = part.end;
  }
  return ask;
}

HeadVerdict Record::OnHead(const AskedRange* asked, const ResponseHead& head,
                           TimeMs now, Random& random, int32_t retries_max) {
  // Parts under way together bring the same answer: it counts once.
  const bool is_waiting = now < retry_at();
  // Whatever else the answer means: whoever asks again waits.
  const auto told =
      IsAskedToWait(head)
          ? ParseRetryAfter(FindHeader(head.headers, "retry-after"), now)
          : std::nullopt;
  if (told) told_until_ = std::max(told_until_, now + *told);
  const HeadVerdict verdict =
      asked == nullptr ? OnPlainHead(head, retries_max)
                       : OnPartHead(*asked, head, is_waiting, retries_max);
  if (verdict == HeadVerdict::kWait && !is_waiting) {
    CountRetry(asked);
    // What it told may be nothing that helps, or help for a moment only.
    WaitUntil(now + RetryDelay(retries_, random));
  }
  return verdict;
}

HeadVerdict Record::OnPlainHead(const ResponseHead& head, int32_t retries_max) {
  if (IsAskedToWait(head) && IsRepeatable() && retries_ < retries_max) {
    DoubtHttpCache();
    return HeadVerdict::kWait;
  }
  // Opaque redirects and the like: nothing of it can be read.
  if (head.status == 0) return HeadVerdict::kFetchError;
  if (head.status == 206 && !IsRangeFromZero(head)) {
    return HeadVerdict::kFetchError;
  }
  BeginBody(head);
  if (is_bad_status_) return HeadVerdict::kBadStatus;
  is_first_part_awaited_ = may_split_ && head.status == 200 && IsInParts() &&
                           MaySplit(*representation_);
  return is_first_part_awaited_ ? HeadVerdict::kSplit : HeadVerdict::kRead;
}

HeadVerdict Record::OnPartHead(const AskedRange& asked,
                               const ResponseHead& head, bool is_waiting,
                               int32_t retries_max) {
  BF_CHECK(representation_);
  const JoinVerdict verdict = MayJoin(*representation_, asked, head);
  // Whatever else the answer is, the app asked for the plain one, and that may
  // be had only once (one-time URLs, servers that allow one connection).
  if (std::exchange(is_first_part_awaited_, false) &&
      verdict != JoinVerdict::kJoin) {
    may_split_ = false;
    return HeadVerdict::kReadPlain;
  }
  switch (verdict) {
    case JoinVerdict::kJoin: {
      representation_->range_support = RangeSupport::kBytes;
      is_joining_ = asked.begin > 0;
      const auto part =
          ParseContentRange(FindHeader(head.headers, "content-range"));
      if (part.ok() && part.value().complete_length) {
        representation_->length = part.value().complete_length;
      }
      return HeadVerdict::kRead;
    }
    case JoinVerdict::kTakeFromZero:
      // The server ignores ranges, or has a newer version. Either way this is
      // the body. It fits, so it does not count as a restart: another range is
      // asked for only after a cut, and cuts are bounded by retries.
      may_split_ = false;
      if (IsWornOut()) return HeadVerdict::kFetchError;
      BeginGeneration();
      BeginBody(head);
      return HeadVerdict::kReadAnew;
    case JoinVerdict::kComplete:
      BF_CHECK(is_head_stored_);
      return HeadVerdict::kComplete;
    case JoinVerdict::kRestart:
      return Restart() ? HeadVerdict::kRestart : HeadVerdict::kFetchError;
    case JoinVerdict::kWait: {
      if (is_waiting) return HeadVerdict::kWait;
      const bool is_error = head.status >= 500 && !IsAskedToWait(head);
      if (retries_ < retries_max &&
          (!is_error || ++server_errors_ <= kServerErrorsMax)) {
        return HeadVerdict::kWait;
      }
      // Whoever stands between us and the server would answer a plain request
      // with the same page, and that would pass for the body.
      return head.status != 200 && Restart() ? HeadVerdict::kRestart
                                             : HeadVerdict::kFetchError;
    }
  }
  BF_CHECK(false);
}

void Record::CountRetry(const AskedRange* asked) {
  ++retries_;
  if (asked != nullptr) ++part_retries_;
}

// The latest counts: a cut of one part does not end the wait that the server
// demanded in answer to another.
void Record::WaitUntil(TimeMs time) { retry_at_ = std::max(retry_at_, time); }

void Record::BeginBody(const ResponseHead& head) {
  is_begun_ = true;
  is_bad_status_ = !IsOkStatus(head.status);
  representation_ =
      std::make_unique<Representation>(DescribeRepresentation(head));
  if (HasNoBody(info_, head)) representation_->length.reset();
  unstored_head_ = std::make_unique<ResponseHead>(head);
  vary_ = FindHeader(head.headers, "vary");
}

void Record::BeginGeneration() {
  generation_ = std::max(generation_ + 1, next_generation_);
  stored_.Clear();
  representation_.reset();
  unstored_head_.reset();
  vary_.clear();
  is_head_stored_ = false;
  is_first_part_awaited_ = false;
  is_joining_ = false;
  // What parts met says nothing of a plain request: it has all its own chances.
  retries_ -= std::exchange(part_retries_, 0);
}

bool Record::Restart() {
  may_split_ = false;
  ++restarts_;
  if (IsWornOut()) return false;
  BeginGeneration();
  retry_at_ = 0;
  retries_ = server_errors_ = 0;
  return true;
}

BodyPlan Record::PlanBody(const AskedRange* asked, const ResponseHead& head,
                          const SpeedMeter& speed) const {
  BodyPlan plan{.mode = BodyPlan::Mode::kStream,
                .begin = asked == nullptr ? 0 : asked->begin,
                .piece_bytes = speed.PieceBytes()};
  if (!IsRepeatable()) {
    // It cannot be asked again, so it must not pass for stalled: every sign of
    // life counts.
    plan.piece_bytes = kPieceBytesMin;
    return plan;
  }
  // Nor perhaps can what has no parts to go on with. And what has failed is to
  // show how far it gets.
  if (asked == nullptr && (!may_split_ || retries_ > 0)) return plan;
  std::optional<int64_t> expected;
  if (asked != nullptr) {
    plan.end = asked->end ? asked->end : representation_->length;
    if (plan.end) expected = *plan.end - plan.begin;
    if (DeclaredLength(head) != expected) expected.reset();
  } else if (head.status == 200) {
    expected = representation_->length;
  }
  // Only a body whose length is known beforehand may be taken in one piece:
  // nothing else bounds its memory or shows that it was cut.
  if (!expected) return plan;
  if (asked != nullptr && asked->begin == 0 && unstored_head_ &&
      *expected > kPartBytesMin) {
    // Whoever waits for the head, or for the first bytes, waits for one piece.
    plan.piece_bytes = std::min(plan.piece_bytes, kPartBytesMin);
    return plan;
  }
  // A part was sized to the speed when it was asked for; it becomes a stream
  // only where even the smallest would take too long.
  const int64_t blob_bytes_max = asked == nullptr ? speed.PartBytes()
                                 : speed.PieceBytes() < kPartBytesMin
                                     ? 0
                                     : kPartBytesMax;
  if (*expected <= kBufferBytesMax) {
    plan.mode = BodyPlan::Mode::kBuffer;
  } else if (*expected <= blob_bytes_max) {
    plan.mode = BodyPlan::Mode::kBlob;
  }
  return plan;
}

int64_t Record::OnChunkStored(ByteRange range) {
  unstored_head_.reset();
  is_head_stored_ = true;
  // What follows on what is stored is progress, even if there was more before
  // the resource changed.
  if (std::exchange(is_joining_, false)) high_water_ = stored_.TotalBytes();
  const int64_t added = stored_.Add(range);
  if (stored_.TotalBytes() > high_water_) {
    high_water_ = stored_.TotalBytes();
    retries_ = part_retries_ = server_errors_ = 0;
  }
  return added;
}

EndVerdict Record::OnBodyEnded(const AskedRange* asked) {
  BF_CHECK(representation_);
  const std::optional<int64_t> length = representation_->length;
  if (length && stored_.Contains({.begin = 0, .end = *length})) {
    return EndVerdict::kComplete;
  }
  if (asked == nullptr) {
    // The end of a plain body is the end, unless it said it would be longer;
    // not every browser holds it to that. A length that may be a coded one's
    // tells less: decoded, a body is longer, or hardly shorter.
    return length && (!representation_->is_length_believed ||
                      *length - stored_.TotalBytes() > CodingOverhead(*length))
               ? EndVerdict::kCutShort
               : EndVerdict::kComplete;
  }
  const int64_t end = asked->end ? *asked->end : length.value_or(0);
  return stored_.Contains({.begin = asked->begin, .end = end})
             ? EndVerdict::kMore
             : EndVerdict::kCutShort;
}

// More is stored than there should be: the length was that of a coded body.
bool Record::IsLengthDisproved() const {
  return representation_ && representation_->is_length_believed &&
         stored_.TotalBytes() > *representation_->length;
}

// A body broken off after its first bytes.
bool Record::CanGoOnFromHere() const {
  return MayAskForRanges() && stored_.TotalBytes() > 0 &&
         !IsLengthDisproved() &&
         (IsInParts() || stored_.ContiguousFromZero() > 0);
}

bool Record::StartOverUnlessResumable() {
  if (!is_begun_ || CanGoOnFromHere()) return false;
  // Nothing was ever stored: as good as new, but for the HTTP cache.
  DoubtHttpCache();
  if (!representation_ && stored_.TotalBytes() == 0) return false;
  BeginGeneration();
  return true;
}

// A refusal in between says nothing of where the body ends.
bool Record::EndsHereTooOften() {
  const int64_t end = stored_.ContiguousFromZero();
  if (end == 0) return false;
  same_ends_ = end == last_end_ ? same_ends_ + 1 : 1;
  last_end_ = end;
  return same_ends_ >= kSameEndsMax;
}

FailureVerdict Record::OnRequestFailed(const AskedRange* asked,
                                       const FailureContext& context,
                                       TimeMs now, Random& random) {
  if (!IsRepeatable()) return {.is_final = true};
  if (asked == nullptr) DoubtHttpCache();
  if (asked != nullptr && std::exchange(is_first_part_awaited_, false)) {
    may_split_ = false;
    return {.reads_plain = true};
  }
  if (asked == nullptr && context.is_online && context.has_ended &&
      EndsHereTooOften()) {
    return {.is_final = true};
  }
  const int32_t most = context.may_come_back ? context.retries_max
                                             : std::min(context.retries_max,
                                                        kRetriesUnansweredMax);
  // Parts under way together fail together: that counts once.
  if (context.is_online && now >= retry_at()) CountRetry(asked);
  if (retries_ > most) {
    // Parts are our invention: before they fail a record, one plain request
    // must have its chance. A part that cannot be decoded looks like a server
    // that is gone.
    if (asked == nullptr || !Restart()) return {.is_final = true};
    return {.begins_generation = true};
  }
  FailureVerdict verdict;
  // The first cut after progress is answered at once: it is the commonest.
  WaitUntil(retries_ <= 1 && stored_.TotalBytes() > 0
                ? now
                : now + RetryDelay(std::max(retries_, 1), random));
  verdict.retry_at = retry_at();
  const bool can_go_on = asked != nullptr
                             ? representation_ && MayResume(*representation_)
                             : CanGoOnFromHere();
  if (!can_go_on && representation_) {
    if (IsWornOut()) return {.is_final = true};
    verdict.begins_generation = true;
    BeginGeneration();
  }
  return verdict;
}

void Record::Settle(FailureReason reason, int64_t length) {
  BF_CHECK(!is_settled_);
  is_settled_ = true;
  reason_ = reason;
  length_ = reason == FailureReason::kNone ? length : 0;
  representation_.reset();
  unstored_head_.reset();
}

void Record::Release(int64_t length) {
  BF_CHECK(is_settled_ && reason_ == FailureReason::kNone);
  is_released_ = true;
  length_ = length;
  stored_.Clear();
  is_head_stored_ = false;
}

void Record::RestoreGeneration(uint32_t generation) {
  is_begun_ = true;
  generation_ = generation;
  stored_.Clear();
  representation_.reset();
  is_head_stored_ = false;
  // Why it started over is forgotten; if parts did not fit, they would not
  // again, in every life.
  may_split_ = generation == 0;
}

bool Record::IsBodyStored() const {
  if (!is_head_stored_) return false;
  if (is_settled_) return stored_.Contains({.begin = 0, .end = length_});
  return representation_ && representation_->length && !IsLengthDisproved() &&
         stored_.Contains({.begin = 0, .end = *representation_->length});
}

void Record::RestoreHead(const ResponseHead& head) {
  if (is_settled_) {
    vary_ = FindHeader(head.headers, "vary");
  } else {
    BeginBody(head);
    unstored_head_.reset();
  }
  is_head_stored_ = true;
}

void Record::RestoreChunk(ByteRange range) {
  stored_.Add(range);
  high_water_ = std::max(high_water_, stored_.TotalBytes());
}

void Record::AvoidGeneration(uint32_t generation) {
  next_generation_ = std::max(next_generation_, generation + 1);
  if (!is_settled_ && generation == generation_) BeginGeneration();
}

void Record::Reopen() {
  BF_CHECK(is_settled_);
  is_settled_ = false;
  is_released_ = false;
  reason_ = FailureReason::kNone;
  length_ = 0;
  BeginGeneration();
}

}  // namespace background_fetch
