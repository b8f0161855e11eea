// Entry codec: one journal entry as bytes, and back.
//
// FORMAT.md lists tags and fields. Decoding takes time linear in its input and
// memory proportional to it, whatever the bytes say.

#ifndef BACKGROUND_FETCH_JOURNAL_ENTRY_CODEC_H_
#define BACKGROUND_FETCH_JOURNAL_ENTRY_CODEC_H_

#include <string>
#include <string_view>

#include "base/result.h"
#include "journal/entry.h"

namespace background_fetch {

// Appends the encoding to `out`. Lengths must lie in [0, kOffsetMax].
void EncodeEntry(const Entry& entry, std::string* out);

// Strict: whatever is accepted encodes to the same bytes again.
// Errors: kMalformed.
Result<Entry> DecodeEntry(std::string_view bytes);

}  // namespace background_fetch

#endif  // BACKGROUND_FETCH_JOURNAL_ENTRY_CODEC_H_
