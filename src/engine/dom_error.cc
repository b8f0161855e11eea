#include "engine/dom_error.h"

#include "base/check.h"

namespace background_fetch {

DomError ToDomError(ErrorCode error) {
  switch (error) {
    case ErrorCode::kEmptyId:
      return {"TypeError", "The id of a background fetch must not be empty."};
    case ErrorCode::kIdActive:
      return {"TypeError",
              "A background fetch with this id is already active."};
    case ErrorCode::kNoRequests:
      return {"TypeError", "At least one request is needed."};
    case ErrorCode::kTooLarge:
      return {"QuotaExceededError",
              "More records, fetches or text than a limit allows."};
    case ErrorCode::kQuota:
      return {"QuotaExceededError", "The store is full."};
    case ErrorCode::kIo:
      return {"UnknownError", "The journal could not be written."};
    case ErrorCode::kOk:
    case ErrorCode::kMalformed:
    case ErrorCode::kNotFound:
      break;  // never reach an app
  }
  BF_CHECK(false);
}

}  // namespace background_fetch
