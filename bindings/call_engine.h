// The one function at the border. Without Emscripten, so that a trace can be
// told to the same engine natively.

#ifndef BACKGROUND_FETCH_BINDINGS_CALL_ENGINE_H_
#define BACKGROUND_FETCH_BINDINGS_CALL_ENGINE_H_

#include <string>

namespace background_fetch {

// `message` and the answer are what message.h says.
std::string CallEngine(std::string message);

}  // namespace background_fetch

#endif  // BACKGROUND_FETCH_BINDINGS_CALL_ENGINE_H_
