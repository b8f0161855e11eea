#include "ranges/join.h"

#include <string_view>

#include "ranges/http_range.h"

namespace background_fetch {
namespace {

// A validator that was there before must be there again, unchanged. One that
// was hidden before and is shown now says nothing.
bool IsUnchanged(const std::string& before, std::string_view now) {
  return before.empty() || before == now;
}

bool IsSameRepresentation(const Representation& stored,
                          const ResponseHead& answer) {
  if (stored.url != answer.url) return false;
  if (IsEncoded(answer.headers)) return false;
  return IsUnchanged(stored.etag, FindHeader(answer.headers, "etag")) &&
         IsUnchanged(stored.last_modified,
                     FindHeader(answer.headers, "last-modified"));
}

// Content-Range is readable: it says exactly what the part is.
bool IsRangeAsAsked(const Representation& stored, const AskedRange& asked,
                    const ResponseHead& answer) {
  const auto parsed =
      ParseContentRange(FindHeader(answer.headers, "content-range"));
  if (!parsed.ok()) return false;
  const ContentRange& part = parsed.value();
  if (part.range.begin != asked.begin) return false;
  const auto length =
      ParseContentLength(FindHeader(answer.headers, "content-length"));
  if (length.ok() && length.value() != part.range.Length()) return false;
  if (stored.length && part.complete_length &&
      *stored.length != *part.complete_length) {
    return false;
  }
  if (asked.end) return part.range.end == *asked.end;
  // "From here to the end": the end must be known to be the end.
  const std::optional<int64_t> complete =
      part.complete_length ? part.complete_length : stored.length;
  return complete && part.range.end == *complete;
}

// Content-Range is hidden by CORS: what is left to go by is the length, and
// Last-Modified, which is never hidden and so must not appear out of nothing.
bool IsLengthAsAsked(const Representation& stored, const AskedRange& asked,
                     const ResponseHead& answer) {
  const std::optional<int64_t> end = asked.end ? asked.end : stored.length;
  if (!stored.length || !end) return false;
  if (stored.last_modified != FindHeader(answer.headers, "last-modified")) {
    return false;
  }
  // Its one part may be of any length; the delimiters around it are no body.
  if (FindHeader(answer.headers, "content-type")
          .starts_with("multipart/byteranges")) {
    return false;
  }
  const auto length =
      ParseContentLength(FindHeader(answer.headers, "content-length"));
  return length.ok() && length.value() == *end - asked.begin;
}

// A 200 of another type is no later version of a film: whoever answered, a
// captive portal or a login page, stands between us and the server.
bool IsSomethingElse(const Representation& stored, const ResponseHead& answer) {
  const std::string type = ContentTypeEssence(answer.headers);
  return !stored.content_type.empty() && !type.empty() &&
         type != stored.content_type;
}

// Says nothing of the range: the server is busy, or not itself.
bool IsForNow(const ResponseHead& answer) {
  switch (answer.status) {
    case 500:
    case 502:
    case 503:
    case 504:
      return true;
    case 429:
      return !FindHeader(answer.headers, "retry-after").empty();
    default:
      return false;
  }
}

// There is nothing behind what is stored: a body of unknown length was whole.
// Some servers leave the tag out of a 416; where it was in If-Range, the range
// was looked at only because the tag still holds (RFC 9110, section 13.1.5).
bool EndsWhereAsked(const Representation& stored, const AskedRange& asked,
                    const ResponseHead& answer) {
  if (asked.end || stored.url != answer.url || !stored.HasStrongEtag()) {
    return false;
  }
  const std::string_view etag = FindHeader(answer.headers, "etag");
  const bool is_same =
      etag.empty() ? stored.MaySendIfRange() : etag == stored.etag;
  const auto length =
      ParseUnsatisfiedRange(FindHeader(answer.headers, "content-range"));
  return is_same && length.ok() && length.value() == asked.begin;
}

}  // namespace

JoinVerdict MayJoin(const Representation& stored, const AskedRange& asked,
                    const ResponseHead& answer) {
  if (answer.status == 200) {
    return IsSomethingElse(stored, answer) ? JoinVerdict::kWait
                                           : JoinVerdict::kTakeFromZero;
  }
  if (IsForNow(answer)) return JoinVerdict::kWait;
  if (answer.status == 416 && EndsWhereAsked(stored, asked, answer)) {
    return JoinVerdict::kComplete;
  }
  if (answer.status != 206) return JoinVerdict::kRestart;
  if (!IsSameRepresentation(stored, answer)) return JoinVerdict::kRestart;
  const bool may_be_hidden =
      answer.type == "cors" &&
      FindHeader(answer.headers, "content-range").empty();
  const bool fits = may_be_hidden ? IsLengthAsAsked(stored, asked, answer)
                                  : IsRangeAsAsked(stored, asked, answer);
  return fits ? JoinVerdict::kJoin : JoinVerdict::kRestart;
}

}  // namespace background_fetch
