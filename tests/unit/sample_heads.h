// Response heads as the three kinds of origin show them.

#ifndef BACKGROUND_FETCH_TESTS_UNIT_SAMPLE_HEADS_H_
#define BACKGROUND_FETCH_TESTS_UNIT_SAMPLE_HEADS_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/http.h"
#include "base/units.h"

namespace background_fetch {

inline constexpr char kFileUrl[] = "https://host/file";

// An answer of our own origin: every header is readable.
inline ResponseHead SameOrigin(int status, HeaderList headers = {}) {
  ResponseHead head;
  head.status = status;
  head.headers = std::move(headers);
  head.url = kFileUrl;
  head.type = "basic";
  return head;
}

// An answer of another origin, of which CORS lets `headers` be seen.
inline ResponseHead CrossOrigin(int status, HeaderList headers = {}) {
  ResponseHead head = SameOrigin(status, std::move(headers));
  head.type = "cors";
  return head;
}

// `headers` with one more, or with another value for one; "" takes it out.
inline HeaderList With(HeaderList headers, const std::string& name,
                       const std::string& value) {
  std::erase_if(headers,
                [&](const Header& each) { return each.first == name; });
  if (!value.empty()) headers.emplace_back(name, value);
  return headers;
}

// The headers of a file that may be asked for in parts.
inline HeaderList FileHeaders(int64_t length) {
  return {{"accept-ranges", "bytes"},
          {"content-length", std::to_string(length)},
          {"etag", "\"v1\""},
          {"last-modified", "Sat, 21 Nov 2026 10:00:00 GMT"}};
}

// The headers of one part of that file.
inline HeaderList PartHeaders(ByteRange part, int64_t length) {
  return With(FileHeaders(part.Length()), "content-range",
              "bytes " + std::to_string(part.begin) + "-" +
                  std::to_string(part.end - 1) + "/" + std::to_string(length));
}

}  // namespace background_fetch

#endif  // BACKGROUND_FETCH_TESTS_UNIT_SAMPLE_HEADS_H_
