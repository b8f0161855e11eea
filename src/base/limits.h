// Limits: every bound of the core that is a choice, with its reason.
//
// A limit that follows from a type or a standard lives next to that type
// (kOffsetMax in base/units.h).

#ifndef BACKGROUND_FETCH_BASE_LIMITS_H_
#define BACKGROUND_FETCH_BASE_LIMITS_H_

#include <cstdint>

#include "base/units.h"

namespace background_fetch {

// A journal segment takes no more entries once it would grow past this. IDBFS
// writes whole files, so this is what a sync of one small entry costs at most
// (3 to 6 ms among ten files, up to 17 among a hundred, in the engines
// measured). A single entry that is larger gets a segment of its own.
inline constexpr int64_t kJournalSegmentBytesMax = int64_t{64} * 1024;

// One encoded entry. The largest is a request; servers refuse headers far
// smaller than this, but URLs (data:, signed) have no bound of their own. It
// also bounds what a reader of damaged bytes can be made to allocate.
inline constexpr int64_t kJournalEntryBytesMax = int64_t{1024} * 1024;

// A log shorter than this is never compacted: rewriting it would save less
// than one segment.
inline constexpr int64_t kJournalCompactionBytesMin = kJournalSegmentBytesMax;

// What a log segment counts for, besides its bytes, when the log is weighed
// against its snapshot. IDBFS looks at every file in every sync, and each start
// of the worker opens a new segment: without this, a worker that is stopped
// often would leave thousands of tiny files.
inline constexpr int64_t kJournalSegmentOverheadBytes = int64_t{4} * 1024;

// --- Network ---------------------------------------------------------------

// Requests at once to one origin. Browsers open six connections to an HTTP/1.1
// origin; two are left to the app's own pages.
inline constexpr int32_t kConnectionsPerOriginMax = 4;

// The same for a fetch that brings nothing but bodies below
// kSpeedSampleBytesMin: they leave their connection again at once, so nobody
// waits long for one.
inline constexpr int32_t kConnectionsForSmallMax = 6;

// The same over all origins: one that does not answer must not hold up another.
inline constexpr int32_t kConnectionsMax = 2 * kConnectionsPerOriginMax;

// Range requests at once for one record: two hide the round trip between
// parts; more helps only where a server caps each connection, and is tried out.
inline constexpr int32_t kConnectionsPerRecordMin = 2;
inline constexpr int32_t kConnectionsPerRecordMax = kConnectionsPerOriginMax;

// The larger number of connections stays if the speed of all together is this
// share of the smaller one's: half of what one more than three could bring, and
// more than speeds vary by themselves. For two more it is the square, so that
// what is worth adding is not taken back one by one.
inline constexpr int64_t kWorthwhilePercent = 115;
inline constexpr int64_t kTwiceWorthwhilePercent = 133;

// After a trial that ended where it began, or at either bound, the next one. As
// long may a trial wait for its verdict: others may leave no room for it.
inline constexpr DurationMs kConnectionTrialIntervalMs = DurationMs{30} * 1000;

// Part and piece sizes: about a second's worth; parts that show what another
// connection is worth half of that, so that short downloads learn of it, too.
// Below 256 KiB the cost of a request shows; above 8 MiB nothing is gained and
// a cut loses more.
inline constexpr DurationMs kPartDurationMs = 1000;
inline constexpr DurationMs kTrialPartDurationMs = kPartDurationMs / 2;
inline constexpr int64_t kPartBytesMin = int64_t{256} * 1024;
inline constexpr int64_t kPartBytesInitial = int64_t{1024} * 1024;
inline constexpr int64_t kPartBytesMax = int64_t{8} * 1024 * 1024;
inline constexpr int64_t kPieceBytesMin = int64_t{32} * 1024;

// A piece also ends when so long has passed, once it has kPieceBytesMin: at a
// speed that nobody has measured yet, pages see the first bytes as soon, and
// what still moves is not cut off as stalled. Fast links never get there.
inline constexpr DurationMs kPieceDurationMs = kPartDurationMs;

// The last parts of a body are made smaller so that all connections finish
// together, but not below what comes in so long.
inline constexpr DurationMs kTailPartDurationMs = kPartDurationMs / 4;

// Bodies below this say more about latency than about speed.
inline constexpr int64_t kSpeedSampleBytesMin = int64_t{64} * 1024;

// Cancelling a plain response and asking again costs a round trip and what was
// already under way; below two initial parts nothing is gained.
inline constexpr int64_t kSplitLengthMin = 2 * kPartBytesInitial;

// How long a plain response is held back unread for the first part to show that
// ranges work. Most heads take a tenth of it; engines without back-pressure
// buffer what comes meanwhile, and some servers answer nothing else before.
inline constexpr DurationMs kFirstPartTimeoutMs = 3000;

// A body up to this size is read as an ArrayBuffer, so that the store can put
// many into one transaction (measured: twice as fast as Blobs of their own).
inline constexpr int64_t kBufferBytesMax = int64_t{256} * 1024;

// Bodies that are received and not yet stored, together: while they fit this,
// their connections are free for others. It bounds what waits in memory for a
// store that is slower than the network.
inline constexpr int64_t kReceivedBytesMax = int64_t{16} * 1024 * 1024;

// What a coding adds to a body that it cannot make smaller: gzip has a header
// and a trailer of some 20 bytes, with a name in it somewhat more, and 5 bytes
// for every stored block, of which encoders make none below a kilobyte or so.
// What ends earlier than that is no decoded body, but a cut one.
inline constexpr int64_t kCodingOverheadBytes = 64;
inline constexpr int64_t kCodingOverheadDivisor = 512;

// --- Retries ---------------------------------------------------------------

// Exponential, with jitter so that a thousand clients do not come back in
// step. The first step is short: most cuts are over at once.
inline constexpr DurationMs kRetryDelayFirstMs = 250;
inline constexpr DurationMs kRetryDelayMaxMs = DurationMs{5} * 60 * 1000;

// Failures in a row, without a byte of progress, before a record gives up:
// about an hour at the delays above.
inline constexpr int32_t kRetriesMax = 24;

// The same for another origin while nothing of the fetch was ever answered: a
// refusal by CORS, a wrong port and a server that is down cannot be told apart,
// and an app should hear of the first two within seconds.
inline constexpr int32_t kRetriesUnansweredMax = 5;

// Answers 500, 502, 503 or 504 to ranges in a row, without a byte of progress,
// before a plain request shows whether the ranges are what the server cannot
// take: some seconds, in which a gateway finds its server again. The plain one
// costs everything that is stored.
inline constexpr int32_t kServerErrorsMax = 5;

// Connections that end in a row after the very same byte of a plain body before
// a record gives up, at most two minutes at the delays above. Lines break
// anywhere; a server that promises more than it has ends there every time.
inline constexpr int32_t kSameEndsMax = 10;

// Starting over with one plain request, because parts did not fit together.
// A resource that changes more often than this cannot be fetched in parts: from
// then on nothing but plain requests is tried, in this life of the worker.
inline constexpr int32_t kRestartsMax = 5;

// Beginnings of one body, over all lives of the worker: what counts retries and
// restarts dies with it, the number of a generation does not. A body that never
// ends in a thousand lives is not worth the traffic of another.
inline constexpr uint32_t kGenerationsMax = 1000;

// A Retry-After beyond this is cut: the answer may have changed long before.
inline constexpr DurationMs kRetryAfterMaxMs = DurationMs{60} * 60 * 1000;

// A request without a sign of life (head, durable chunk) is cut off after
// kStallFactor times what its next chunk should take at the speed measured, but
// not before kStallMinMs (servers think, phones change networks) and not after
// kStallMaxMs (nothing that still moves is this slow).
inline constexpr int64_t kStallFactor = 10;
inline constexpr DurationMs kStallMinMs = DurationMs{60} * 1000;
inline constexpr DurationMs kStallMaxMs = DurationMs{5} * 60 * 1000;

// Records waiting to be asked again, or to be stored, above which no new ones
// are begun: while the network is down, failing faster helps nobody, and the
// store takes no more than so many at a time.
inline constexpr int32_t kOpenRecordsMax = 64;

// Records half done, up to which one connection of a fetch is kept for those
// not yet begun: most are small, and large ones before them must not hold them
// all up. As many as can be asked for at once.
inline constexpr int32_t kEarlyRecordsMax = kConnectionsPerOriginMax;

// --- Settings --------------------------------------------------------------

// What an app may set instead of kConnectionsPerOriginMax, kPartBytesMax and
// kRetriesMax. Connections go up to kConnectionsMax, and chunks from
// kPartBytesMin to kPartBytesMax: what is larger gains nothing and takes
// memory. Anything else becomes the nearest.
inline constexpr int64_t kConnectionsSettableMin = 1;

// Three days or so at the delays above: for servers that are down for a
// weekend.
inline constexpr int64_t kRetriesSettableMax = 1000;

// --- Fetches ---------------------------------------------------------------

// A fetch of a whole offline map; at half a kilobyte of state each, 50 MB.
inline constexpr int32_t kRecordsMax = 100'000;
inline constexpr int32_t kActiveFetchesMax = 1000;

// An id or a title is a key or text for people; with its icons it must fit
// one journal entry.
inline constexpr int64_t kTextBytesMax = int64_t{256} * 1024;
inline constexpr int64_t kRequestBytesMax = kJournalEntryBytesMax - 1024;

// Most pages redraw no faster; more would keep them busy for nothing.
inline constexpr DurationMs kAnnounceIntervalMs = 100;

// How long the worker's event waits for pages to learn the result first. A
// frozen page must not hold it up.
inline constexpr DurationMs kHeardTimeoutMs = 1000;

// Deliveries of one outcome over all worker lives, since the app last moved a
// record elsewhere: that is progress, and there are only so many. More would
// not help a handler that kills its worker every time.
inline constexpr uint32_t kDeliveryAttemptsMax = 5;

// Asynchronous handlers that do not call waitUntil() still find the records for
// so long: they open a cache or ask a page first. Whatever takes longer had
// better say so.
inline constexpr DurationMs kUnheldReadersMs = 1000;

// Chunks outlive the records for so long, for responses that are still being
// read (some engines' Blobs die with what is stored). Engines keep an idle
// worker for some 30 s: the same one can still delete them. Another one waits
// as long from its start on: pages, and a worker it replaces, may be reading.
inline constexpr DurationMs kDropDelayMs = DurationMs{20} * 1000;

// A journal sync of entries nobody waits for is put off for so long, so that
// many records share one.
inline constexpr DurationMs kLazySyncMs = 100;

// A journal sync that failed is tried again after this.
inline constexpr DurationMs kSyncRetryMs = 2000;

}  // namespace background_fetch

#endif  // BACKGROUND_FETCH_BASE_LIMITS_H_
