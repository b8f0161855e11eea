// Each shape of bindings/border.js: out of a message, and into one.

#ifndef BACKGROUND_FETCH_BINDINGS_CONVERT_H_
#define BACKGROUND_FETCH_BINDINGS_CONVERT_H_

#include <cstdint>
#include <vector>

#include "bindings/message.h"
#include "engine/dom_error.h"
#include "engine/engine.h"

namespace background_fetch {

ByteRange ReadRange(MessageReader& in);
RequestInfo ReadRequestInfo(MessageReader& in);
std::vector<RequestInfo> ReadRequests(MessageReader& in);
ResponseHead ReadResponseHead(MessageReader& in);
FetchOptions ReadFetchOptions(MessageReader& in);
ChunkOwner ReadOwner(MessageReader& in);
MatchQuery ReadQuery(MessageReader& in);

void Write(const DomError& error, MessageWriter& out);
void Write(const RequestInfo& info, MessageWriter& out);
void Write(const Snapshot& snapshot, MessageWriter& out);
void Write(const RecordState& state, MessageWriter& out);
void Write(const Command& command, MessageWriter& out);

}  // namespace background_fetch

#endif  // BACKGROUND_FETCH_BINDINGS_CONVERT_H_
