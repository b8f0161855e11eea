// Representation: what the first response of a generation said about the
// bytes it carries. Every later part is held against it.
//
// Plain data, made once from a response head.
// Source: RFC 9110, sections 8 (representation data) and 13 (validators);
// Fetch, "CORS-safelisted response-header name": a cross-origin response shows
// only a few headers unless the server exposes more.

#ifndef BACKGROUND_FETCH_RANGES_REPRESENTATION_H_
#define BACKGROUND_FETCH_RANGES_REPRESENTATION_H_

#include <cstdint>
#include <optional>
#include <string>

#include "base/http.h"

namespace background_fetch {

enum class RangeSupport : uint8_t {
  kUnknown,  // Accept-Ranges is absent, or CORS hides it
  kBytes,
  kNone,
};

struct Representation {
  std::string etag;           // "" = none, or hidden
  std::string last_modified;  // "" = none
  std::string url;            // final URL, after redirects
  std::string content_type;   // its essence, in lower case; "" = none
  // Bytes of the whole body as a reader will see it. Absent when the response
  // does not say, or when what it says may be the length before decoding.
  std::optional<int64_t> length;
  RangeSupport range_support = RangeSupport::kUnknown;
  bool is_same_origin = false;  // every header is readable
  bool is_encoded = false;      // Content-Encoding, where it can be seen
  // The length is another origin's Content-Length, and Content-Encoding may be
  // hidden: nothing says that it is the length before decoding.
  bool is_length_believed = false;

  // A strong entity tag: bytes are equal when it is (RFC 9110, 8.8.1).
  bool HasStrongEtag() const;

  // If-Range makes a cross-origin request preflighted, which most servers
  // refuse; there, the checks in MayJoin have to do.
  bool MaySendIfRange() const { return is_same_origin && HasStrongEtag(); }
};

// `head` belongs to an answer that starts at byte 0: a 200, or a 206 whose
// Content-Range (if readable) starts there.
Representation DescribeRepresentation(const ResponseHead& head);

// "text/html" of "Text/HTML; charset=utf-8".
std::string ContentTypeEssence(const HeaderList& headers);

// Has the body a coding that the browser undoes? Offsets then count other bytes
// than the reader sees. "identity" is no coding.
bool IsEncoded(const HeaderList& headers);

// May a broken body go on at a byte offset? Only where a part that does not
// belong would be noticed.
bool MayResume(const Representation& representation);

// May the body be asked for in parts from the beginning, instead of reading on?
bool MaySplit(const Representation& representation);

}  // namespace background_fetch

#endif  // BACKGROUND_FETCH_RANGES_REPRESENTATION_H_
