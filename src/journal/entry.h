// Entry: one fact the journal keeps.
//
// The journal holds what the body store's keys cannot say. A fetch is named by
// its FetchNumber inside a journal (short, never reused within one journal) and
// by its uid everywhere else. FORMAT.md describes the bytes.

#ifndef BACKGROUND_FETCH_JOURNAL_ENTRY_H_
#define BACKGROUND_FETCH_JOURNAL_ENTRY_H_

#include <cstdint>
#include <string>
#include <variant>

#include "fetch/types.h"

namespace background_fetch {

using FetchNumber = uint32_t;

// The options of a new fetch. It counts as registered only once its
// FetchSealed entry follows `record_count` RequestAdded entries.
struct FetchBegun {
  FetchNumber fetch = 0;
  std::string uid;
  FetchOptions options;
  uint32_t record_count = 0;
  friend bool operator==(const FetchBegun&, const FetchBegun&) = default;
};

// The request of the next record, in order.
struct RequestAdded {
  FetchNumber fetch = 0;
  RequestInfo request;
  friend bool operator==(const RequestAdded&, const RequestAdded&) = default;
};

struct FetchSealed {
  FetchNumber fetch = 0;
  friend bool operator==(const FetchSealed&, const FetchSealed&) = default;
};

// A record's body starts over; chunks of smaller generations are void.
struct GenerationBegun {
  FetchNumber fetch = 0;
  uint32_t record = 0;
  uint32_t generation = 0;
  friend bool operator==(const GenerationBegun&,
                         const GenerationBegun&) = default;
};

// A request that must not be repeated (any method but GET) is about to leave.
struct RequestSent {
  FetchNumber fetch = 0;
  uint32_t record = 0;
  friend bool operator==(const RequestSent&, const RequestSent&) = default;
};

// A record is done. kNone means success with `length` body bytes stored.
struct RecordSettled {
  FetchNumber fetch = 0;
  uint32_t record = 0;
  uint32_t generation = 0;
  FailureReason reason = FailureReason::kNone;
  int64_t length = 0;
  friend bool operator==(const RecordSettled&, const RecordSettled&) = default;
};

// The app has paused or resumed it.
struct FetchPaused {
  FetchNumber fetch = 0;
  bool is_paused = false;
  friend bool operator==(const FetchPaused&, const FetchPaused&) = default;
};

// The outcome, journalled before anyone hears of it.
struct FetchSettled {
  FetchNumber fetch = 0;
  FailureReason reason = FailureReason::kNone;  // kNone: success
  friend bool operator==(const FetchSettled&, const FetchSettled&) = default;
};

// The worker's event is about to be dispatched for the attempt-th time.
struct DeliveryBegun {
  FetchNumber fetch = 0;
  uint32_t attempt = 0;
  friend bool operator==(const DeliveryBegun&, const DeliveryBegun&) = default;
};

// The event's lifetime has ended: records are gone, chunks may be deleted.
struct FetchDelivered {
  FetchNumber fetch = 0;
  friend bool operator==(const FetchDelivered&,
                         const FetchDelivered&) = default;
};

// Its chunks are deleted; nothing of the fetch needs to be remembered.
struct FetchDropped {
  FetchNumber fetch = 0;
  friend bool operator==(const FetchDropped&, const FetchDropped&) = default;
};

// The app has moved what the record had elsewhere: its chunks may be deleted.
struct RecordReleased {
  FetchNumber fetch = 0;
  uint32_t record = 0;
  friend bool operator==(const RecordReleased&,
                         const RecordReleased&) = default;
};

using Entry =
    std::variant<FetchBegun, RequestAdded, FetchSealed, GenerationBegun,
                 RequestSent, RecordSettled, FetchSettled, DeliveryBegun,
                 FetchDelivered, FetchDropped, FetchPaused, RecordReleased>;

}  // namespace background_fetch

#endif  // BACKGROUND_FETCH_JOURNAL_ENTRY_H_
