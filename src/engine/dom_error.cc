#include "engine/dom_error.h"

#include "base/check.h"

namespace background_fetch {

DomError ToDomError(ErrorCode error) {
  switch (error) {
    case ErrorCode::kEmptyId:
      return {"TypeError", "The id is empty."};
    case ErrorCode::kIdActive:
      return {"TypeError", "A background fetch of this id is active."};
    case ErrorCode::kNoRequests:
      return {"TypeError", "At least one request is required."};
    case ErrorCode::kTooLarge:
      return {"QuotaExceededError", "That is more than a limit allows."};
    case ErrorCode::kQuota:
      return {"QuotaExceededError", "There is no room for another fetch."};
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
