// Event: what the host tells the engine, together with the time.
//
// Events about a request the engine has forgotten are ignored: the network
// cannot be told to forget at the same moment.

#ifndef BACKGROUND_FETCH_ENGINE_EVENT_H_
#define BACKGROUND_FETCH_ENGINE_EVENT_H_

#include <string>
#include <variant>
#include <vector>

#include "base/units.h"
#include "engine/command.h"

namespace background_fetch {

// BackgroundFetchManager.fetch(). `uid` is fresh; request bodies are in the
// body store under it. `room_bytes` is what the store may still take;
// kOffsetMax where nobody can tell. Answered by Registered or Rejected.
struct Register {
  Token token = 0;
  std::string uid;
  FetchOptions options;
  std::vector<RequestInfo> requests;
  int64_t room_bytes = kOffsetMax;
};

// BackgroundFetchRegistration.abort(). Answered by AbortAnswered.
// `is_repeated`: the asker never heard the answer to its question, which may
// have been what decided the outcome.
struct Abort {
  Token token = 0;
  std::string uid;
  bool is_repeated = false;
};

// The package's pause() and resume(). Answered by PauseAnswered.
struct SetPaused {
  Token token = 0;
  std::string uid;
  bool is_paused = false;
};

// The app has moved what a record had elsewhere. Answered by ReleaseAnswered.
struct Release {
  Token token = 0;
  std::string uid;
  uint32_t record = 0;
};

struct ResponseHeadSeen {
  RequestId request = 0;
  ResponseHead head;
};

// A chunk is durable, its generation's head with it. Empty: the head alone.
struct ChunkStored {
  RequestId request = 0;
  ByteRange range;
};

// The body has been read to its end; what is left is to store it. Comes before
// the closing event, unless the body breaks off.
struct BodyReceived {
  RequestId request = 0;
  int64_t bytes = 0;
};

// Closing events: exactly one ends every request, cancelled ones included.
struct BodyEnded {
  RequestId request = 0;
};
struct RequestFailed {
  RequestId request = 0;
};
struct StorageFailed {
  RequestId request = 0;
  bool is_quota = false;
};

struct JournalSynced {};
struct JournalSyncFailed {
  bool is_quota = false;
};

// Pages have taken every announcement up to this one.
struct Announced {
  int64_t sequence = 0;
};

// The lifetime of the final event has ended.
struct EventDelivered {
  std::string uid;
  // By waitUntil(). False: handlers have returned, which need not mean that
  // they are done.
  bool was_held = true;
};

struct FetchDeleted {
  std::string uid;
};

struct OnlineChanged {
  bool is_online = true;
};

// The wake-up time has come.
struct TimePassed {};

using Event =
    std::variant<Register, Abort, SetPaused, Release, ResponseHeadSeen,
                 ChunkStored, BodyReceived, BodyEnded, RequestFailed,
                 StorageFailed, JournalSynced, JournalSyncFailed, Announced,
                 EventDelivered, FetchDeleted, OnlineChanged, TimePassed>;

}  // namespace background_fetch

#endif  // BACKGROUND_FETCH_ENGINE_EVENT_H_
