// What crosses the border, in both directions, as Embind's values.
//
// To C++: numbers must be whole and in range, else a RangeError is thrown into
// JavaScript before anything has been called.

#ifndef BACKGROUND_FETCH_BINDINGS_CONVERT_H_
#define BACKGROUND_FETCH_BINDINGS_CONVERT_H_

#include <emscripten/val.h>

#include <cstdint>
#include <string_view>

#include "engine/dom_error.h"
#include "engine/engine.h"

namespace background_fetch {

int64_t ToOffset(double number);  // at most kOffsetMax
uint32_t ToIndex(double number);

// The `length` of a list. It may be a lie: nothing is allocated by it, and the
// first element that is missing is refused.
uint32_t CountOf(const emscripten::val& list);

RequestInfo ToRequestInfo(const emscripten::val& info);
ResponseHead ToResponseHead(const emscripten::val& head);
FetchOptions ToFetchOptions(const emscripten::val& options);
ChunkOwner ToOwner(const emscripten::val& owner);
MatchQuery ToQuery(const emscripten::val& query);

double ToNumber(int64_t number);
emscripten::val ToVal(std::string_view text);
emscripten::val ToVal(const DomError& error);
emscripten::val ToVal(const RequestInfo& info);
emscripten::val ToVal(const Snapshot& snapshot);
emscripten::val ToVal(uint32_t record, const RecordState& state);
emscripten::val ToVal(const Command& command);

}  // namespace background_fetch

#endif  // BACKGROUND_FETCH_BINDINGS_CONVERT_H_
