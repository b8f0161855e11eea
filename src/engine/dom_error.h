// The outside of an ErrorCode: the DOM error that rejects the app's promise.

#ifndef BACKGROUND_FETCH_ENGINE_DOM_ERROR_H_
#define BACKGROUND_FETCH_ENGINE_DOM_ERROR_H_

#include <string_view>

#include "base/error_code.h"

namespace background_fetch {

struct DomError {
  std::string_view name;  // "TypeError", or a DOMException name
  std::string_view message;
};

DomError ToDomError(ErrorCode error);

}  // namespace background_fetch

#endif  // BACKGROUND_FETCH_ENGINE_DOM_ERROR_H_
