// ErrorCode: every way in which the world can say no to the core.
//
// Bugs of ours are BF_CHECKs; outcomes the spec names are FailureReasons. The
// engine maps a code to the DOM error it stands for in one place
// (engine/dom_error.h).

#ifndef BACKGROUND_FETCH_BASE_ERROR_CODE_H_
#define BACKGROUND_FETCH_BASE_ERROR_CODE_H_

#include <cstdint>

namespace background_fetch {

enum class ErrorCode : uint8_t {
  kOk,
  kMalformed,   // foreign bytes do not parse
  kTooLarge,    // a named limit is exceeded
  kIo,          // the host's file system refused
  kNotFound,    // no such file
  kEmptyId,     // Background Fetch, "fetch": an id must not be empty
  kIdActive,    // the id already names an active fetch
  kNoRequests,  // an empty list of requests
  kQuota,       // the store is full
};

}  // namespace background_fetch

#endif  // BACKGROUND_FETCH_BASE_ERROR_CODE_H_
