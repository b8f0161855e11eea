// Command: what the engine wants done. The host runs commands in order and
// answers with the events named at each.
//
// bindings/engine.d.ts is the same list as JavaScript sees it.

#ifndef BACKGROUND_FETCH_ENGINE_COMMAND_H_
#define BACKGROUND_FETCH_ENGINE_COMMAND_H_

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "base/error_code.h"
#include "fetch/record.h"
#include "fetch/types.h"

namespace background_fetch {

// Names one network request within one engine's life.
using RequestId = uint32_t;

// Names the answer to an event that asked for one.
using Token = uint32_t;

// Whose a chunk is; by this the body store finds it.
struct ChunkOwner {
  std::string uid;
  uint32_t record = 0;
  uint32_t generation = 0;
  friend bool operator==(const ChunkOwner&, const ChunkOwner&) = default;
};

// Ask the network. Answered by ResponseHeadSeen or RequestFailed.
struct StartRequest {
  RequestId request = 0;
  ChunkOwner owner;
  RequestInfo info;
  std::string range;     // value of Range, "" = no such header
  std::string if_range;  // value of If-Range, "" = no such header
  std::string cache;     // replaces the request's cache mode unless ""
};

// Read the body of a request whose head was reported; store it under `owner`.
// Answered by any number of ChunkStored, at most one BodyReceived among them,
// and then exactly one of BodyEnded, RequestFailed, StorageFailed.
struct ReadBody {
  RequestId request = 0;
  ChunkOwner owner;
  BodyPlan plan = {};
  // The head of the generation, to go into the first chunk's transaction.
  std::optional<ResponseHead> head = {};
  // It is as this very response has it: the host has that at hand.
  bool is_own_head = false;
};

// Stop it. Answered by exactly one closing event.
struct CancelRequest {
  RequestId request = 0;
};

// Delete chunks and head of one generation. Not answered.
struct DeleteGeneration {
  ChunkOwner owner;
};

// Delete everything stored of a fetch. Answered by FetchDeleted.
struct DeleteFetch {
  std::string uid;
};

// Make the journal durable. Answered by JournalSynced or JournalSyncFailed.
struct SyncJournal {};

// Something pages can see has changed. When it must be heard, answered by
// Announced once every page that listens has taken it.
struct Announce {
  int64_t sequence = 0;
  bool must_be_heard = false;
};

// Dispatch the final event. Answered by EventDelivered when its lifetime ends.
struct Deliver {
  enum class Kind : uint8_t { kSuccess, kFail, kAbort };
  std::string uid;
  Kind kind = Kind::kSuccess;
};

// Answers to Register, Abort, SetPaused and Release. Not answered.
struct Registered {
  Token token = 0;
  std::string uid;
};
struct Rejected {
  Token token = 0;
  ErrorCode error = ErrorCode::kOk;
};
struct AbortAnswered {
  Token token = 0;
  bool is_aborted = false;
};

struct PauseAnswered {
  Token token = 0;
  bool is_active = false;  // false: it had settled, and nothing has changed
};

struct ReleaseAnswered {
  Token token = 0;
  bool is_released = false;  // false: there is nothing to release
};

using Command =
    std::variant<StartRequest, ReadBody, CancelRequest, DeleteGeneration,
                 DeleteFetch, SyncJournal, Announce, Deliver, Registered,
                 Rejected, AbortAnswered, PauseAnswered, ReleaseAnswered>;

}  // namespace background_fetch

#endif  // BACKGROUND_FETCH_ENGINE_COMMAND_H_
