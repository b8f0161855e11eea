// The canaries: what is wrong, where, and how to make it so. `find` occurs
// exactly once in its file.

/**
 * @typedef {object} Canary
 * @property {string} name
 * @property {string} file
 * @property {string} find
 * @property {string} replace
 * @property {true} [isRare]  It takes more worlds to meet than npm test looks at.
 */

/** @type {Canary[]} */
export const kCanaries = [
  {
    name: 'what ends after the same byte every time is asked for again',
    file: 'src/fetch/record.cc',
    find: 'return same_ends_ >= kSameEndsMax;',
    replace: 'return false;',
  },
  {
    name: 'ends after other bytes count as the same',
    file: 'src/fetch/record.cc',
    find: 'same_ends_ = end == last_end_ ? same_ends_ + 1 : 1;',
    replace: 'same_ends_ = same_ends_ + 1;',
  },
  {
    name: 'fetch() resolves before its entries are durable',
    file: 'src/engine/engine.cc',
    find: 'WaitForDurable(Waiter::Kind::kRegistered, number, event.token);',
    replace:
      'OnDurable({.kind = Waiter::Kind::kRegistered, .fetch = number, .token = event.token}, now);',
  },
  {
    name: 'the outcome is told before it is durable',
    file: 'src/engine/engine.cc',
    find: 'WaitForDurable(Waiter::Kind::kSettled, number, 0);',
    replace: 'OnDurable({.kind = Waiter::Kind::kSettled, .fetch = number}, now);',
  },
  {
    name: 'abort() answers before it is durable',
    file: 'src/engine/engine.cc',
    find: `  SettleFetch(number, FailureReason::kAborted, now);
  WaitForDurable(Waiter::Kind::kAborted, number, event.token);`,
    replace: `  SettleFetch(number, FailureReason::kAborted, now);
  Emit(AbortAnswered{.token = event.token, .is_aborted = true});`,
  },
  {
    name: 'abort() whose answer was lost is not recognised',
    file: 'src/engine/engine.cc',
    find: 'const bool has_decided = fetch != nullptr && event.is_repeated &&',
    replace: 'const bool has_decided = false && event.is_repeated &&',
  },
  {
    name: 'a new worker deletes at once what may still be being read',
    file: 'src/engine/recovery.cc',
    find: 'fetch.delete_at = now + kDropDelayMs;',
    replace: 'fetch.delete_at = now;',
  },
  {
    name: 'what may still be being read is deleted with the event',
    file: 'src/engine/engine.cc',
    find: 'fetch.delete_at = now + kDropDelayMs;',
    replace: 'fetch.delete_at = now;',
  },
  {
    name: 'the delivery is acknowledged when it begins',
    file: 'src/engine/engine.cc',
    find: 'fetch->phase = Phase::kTelling;',
    replace:
      'fetch->phase = Phase::kTelling; Append(FetchDelivered{.fetch = waiter.fetch}, true, now);',
  },
  {
    name: 'chunks of a void generation are forgotten',
    file: 'src/engine/network.cc',
    find: `  Emit(DeleteGeneration{.owner = {.uid = fetch.uid(),
                                  .record = index,
                                  .generation = generation}});`,
    replace: '',
  },
  {
    name: 'a late chunk of a void generation counts',
    file: 'src/engine/network.cc',
    find: 'if (request.generation != record.generation() || record.IsVoid()) {',
    replace: 'if (record.IsVoid()) {',
  },
  {
    name: 'downloaded does not fall when a body starts over',
    file: 'src/engine/network.cc',
    find: `  fetch.SubtractDownloaded(before - record.DownloadedBytes());
  switch (verdict) {`,
    replace: '  switch (verdict) {',
  },
  {
    name: 'a restart may be served from the HTTP cache',
    file: 'src/engine/scheduling.cc',
    find: 'ask.range || ask.bypass_http_cache ? "no-store" : ""',
    replace: 'ask.range ? "no-store" : ""',
  },
  {
    name: 'the last byte is never asked for',
    file: 'src/ranges/planner.cc',
    find: 'taken.FirstGap({.begin = 0, .end = length})',
    replace: 'taken.FirstGap({.begin = 0, .end = length - 1})',
  },
  {
    name: 'validators are not compared',
    file: 'src/ranges/join.cc',
    find: 'if (!IsSameRepresentation(stored, answer)) return JoinVerdict::kRestart;',
    replace: '',
  },
  {
    name: 'a part of any length joins where Content-Range is hidden',
    isRare: true,
    file: 'src/ranges/join.cc',
    find: 'return length.ok() && length.value() == *end - asked.begin;',
    replace: 'return length.ok();',
  },
  {
    name: 'a part of another place joins',
    isRare: true,
    file: 'src/ranges/join.cc',
    find: 'if (part.range.begin != asked.begin) return false;',
    replace: '',
  },
  {
    name: 'a body without a length is never found to be whole',
    file: 'src/ranges/join.cc',
    find: 'if (answer.status == 416 && EndsWhereAsked(stored, asked, answer)) {',
    replace: 'if (false) {',
  },
  {
    name: 'a body without a length is whole whatever the tag',
    isRare: true,
    file: 'src/ranges/join.cc',
    find: 'return is_same && length.ok() && length.value() == asked.begin;',
    replace: 'return length.ok() && length.value() == asked.begin;',
  },
  {
    name: 'a first part that does not fit starts over instead of reading the plain answer',
    file: 'src/fetch/record.cc',
    find: 'return HeadVerdict::kReadPlain;',
    replace: 'return Restart() ? HeadVerdict::kRestart : HeadVerdict::kFetchError;',
  },
  {
    name: 'the plain answer is read beside the first part',
    file: 'src/engine/network.cc',
    find: 'request.is_left_unread = true;',
    replace: '',
  },
  {
    name: 'connections of an origin are not counted',
    file: 'src/engine/scheduling.cc',
    find: '}) >= connections;',
    replace: '}) >= 2 * connections;',
  },
  {
    name: 'progress does not reset the count of retries',
    isRare: true,
    file: 'src/fetch/record.cc',
    find: `    high_water_ = stored_.TotalBytes();
    retries_ = part_retries_ = server_errors_ = 0;`,
    replace: '    high_water_ = stored_.TotalBytes();',
  },
  {
    name: 'a body that starts over keeps its generation',
    file: 'src/fetch/record.cc',
    find: 'generation_ = std::max(generation_ + 1, next_generation_);',
    replace: '',
  },
  {
    name: 'downloadTotal does not hold',
    file: 'src/fetch/background_fetch.cc',
    find: 'return options_.download_total != 0 && downloaded_ > options_.download_total;',
    replace: 'return false;',
  },
  {
    name: 'numbers of fetches are given again after a start',
    file: 'src/engine/recovery.cc',
    find: 'next_fetch_ = std::max(next_fetch_, number + 1);',
    replace: '',
  },
  {
    name: 'heads of stale generations are taken at a start',
    file: 'src/engine/recovery.cc',
    find: 'if (owner.generation != record.generation() || record.IsVoid()) {',
    replace: 'if (record.IsVoid()) {',
  },
  {
    name: 'a complete record whose bytes vanished is not reopened',
    file: 'src/engine/recovery.cc',
    find: 'if (record.reason() != FailureReason::kNone || record.IsBodyStored()) return;',
    replace: 'return;',
  },
  {
    name: 'it is forgotten at a start that an upload was sent',
    file: 'src/engine/recovery.cc',
    find: 'fetch->record(fact.record).OnAsked();',
    replace: '',
  },
  {
    name: 'an upload leaves after the pause that came later was answered',
    isRare: true,
    file: 'src/engine/engine.cc',
    find: `  StartWaitingRequests(now);
  for (const Waiter& waiter : reached) OnDurable(waiter, now);`,
    replace: `  for (const Waiter& waiter : reached) OnDurable(waiter, now);
  StartWaitingRequests(now);`,
  },
  {
    name: 'a pause forgets the upload that waits for the journal',
    isRare: true,
    file: 'src/engine/scheduling.cc',
    find: 'if (!record.IsRepeatable()) continue;',
    replace: 'if (!record.IsRepeatable()) { std::erase_if(requests_, [&](const auto& each) { return each.second.fetch == number && each.second.waits_for != 0; }); continue; }',
  },
  {
    name: 'a delivery that gets further has no more attempts than any other',
    isRare: true,
    file: 'src/engine/recovery.cc',
    find: 'if (!record.IsReleased()) fetch->delivery_attempts = 0;',
    replace: '',
  },
  {
    name: 'a snapshot forgets outcomes',
    isRare: true,
    file: 'src/engine/recovery.cc',
    find: 'if (fetch->phase >= Phase::kSettling) {',
    replace: 'if (false) {',
  },
  {
    name: 'what stalls is not given up',
    file: 'src/engine/engine.cc',
    find: '  CancelStalled(now);\n',
    replace: '',
  },
  {
    name: 'readers are let past a gap',
    file: 'src/engine/questions.cc',
    find: 'record.stored().ContiguousFromZero()',
    replace: 'record.stored().TotalBytes()',
  },
  {
    name: 'every body is begun anew at every start',
    file: 'src/fetch/record.cc',
    find: 'if (!is_begun_ || CanGoOnFromHere()) return false;',
    replace: 'if (!is_begun_) return false;',
  },
  {
    name: 'every complete record is fetched again at every start',
    file: 'src/engine/recovery.cc',
    find: 'if (record.reason() != FailureReason::kNone || record.IsBodyStored()) return;',
    replace: 'if (record.reason() != FailureReason::kNone) return;',
  },
  {
    name: 'Retry-After is not waited for',
    file: 'src/fetch/record.cc',
    find: 'if (told) told_until_ = std::max(told_until_, now + *told);',
    replace: 'if (told) told_until_ = std::max(told_until_, now);',
  },
  {
    name: 'what the first part was told is forgotten where the plain answer is read',
    isRare: true,
    file: 'src/fetch/record.cc',
    find: 'if (told) told_until_ = std::max(told_until_, now + *told);',
    replace:
      'if (told && !is_first_part_awaited_) told_until_ = std::max(told_until_, now + *told);',
  },
  {
    name: 'what fails is asked for again at once',
    file: 'src/fetch/retry.cc',
    find: 'return delay / 2 + random.Below(delay / 2 + 1);',
    replace: 'return 0 * random.Below(delay);',
  },
  {
    name: 'uploads that were never sent fail at a start',
    file: 'src/engine/recovery.cc',
    find: 'if (record.IsFresh()) return;',
    replace: 'if (record.IsFresh() && record.IsRepeatable()) return;',
  },
  {
    name: 'a part of another URL joins',
    file: 'src/ranges/join.cc',
    find: 'if (stored.url != answer.url) return false;',
    replace: '',
  },
  {
    name: 'what was uploaded does not count',
    file: 'src/engine/network.cc',
    find: 'fetch.AddUploaded(record.info().body_length);',
    replace: '',
  },
  {
    name: 'what was uploaded does not count after a start',
    file: 'src/fetch/background_fetch.cc',
    find: 'uploaded_ += each.info().body_length;',
    replace: '',
  },
  {
    name: 'what lies behind a gap is fetched again after a crash',
    file: 'src/fetch/record.cc',
    find: 'if (gap.end < kOffsetMax) ask.range->end = gap.end;',
    replace: '',
  },
  {
    name: 'a body fetched anew is thrown away where the journal knows of the lost one',
    file: 'src/engine/recovery.cc',
    find: 'if (owner.generation > record.generation()) {',
    replace: 'if (owner.generation > record.generation() && !record.IsSettled()) {',
  },
];
