// The plain data of a background fetch, in the spec's own words.
//
// Strings are UTF-8 (header values: one byte a character, as in Fetch).
// Members named after Request and Response attributes hold exactly the
// attribute's value; the core gives meaning to few of them and stores the rest.

#ifndef BACKGROUND_FETCH_FETCH_TYPES_H_
#define BACKGROUND_FETCH_FETCH_TYPES_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/units.h"

namespace background_fetch {

// One header: name (lower case, as Fetch's Headers iterates) and value.
using Header = std::pair<std::string, std::string>;
using HeaderList = std::vector<Header>;

// The value of the first header of that lower-case name, or "".
std::string_view FindHeader(const HeaderList& headers, std::string_view name);

// Fetch, "requests": what is needed to ask again after a restart. The body's
// bytes stay in the host's body store; the core knows only their number.
struct RequestInfo {
  std::string url;
  std::string method = "GET";
  HeaderList headers;
  std::string mode = "cors";
  std::string credentials = "same-origin";
  std::string cache = "default";
  std::string redirect = "follow";
  std::string referrer = "about:client";
  std::string referrer_policy;
  std::string integrity;
  int64_t body_length = 0;

  friend bool operator==(const RequestInfo&, const RequestInfo&) = default;
};

// Background Fetch, "ImageResource".
struct Icon {
  std::string src;
  std::string sizes;
  std::string type;
  std::string label;

  friend bool operator==(const Icon&, const Icon&) = default;
};

struct FetchOptions {
  std::string id;
  std::string title;
  std::vector<Icon> icons;
  // Bytes; 0 = unknown. Values above kOffsetMax are stored as kOffsetMax.
  int64_t download_total = 0;

  friend bool operator==(const FetchOptions&, const FetchOptions&) = default;
};

// What the host saw of a response before its body.
struct ResponseHead {
  int status = 0;
  std::string status_text;
  HeaderList headers;
  std::string url;   // after redirects, without fragment
  std::string type;  // ResponseType: "basic", "cors", …
  bool redirected = false;

  friend bool operator==(const ResponseHead&, const ResponseHead&) = default;
};

// BackgroundFetchFailureReason. Stored in journals: values never change.
enum class FailureReason : uint8_t {
  kNone = 0,
  kAborted = 1,
  kBadStatus = 2,
  kFetchError = 3,
  kQuotaExceeded = 4,
  kDownloadTotalExceeded = 5,
};

// BackgroundFetchResult. Stored in journals: values never change.
enum class FetchResult : uint8_t {
  kNone = 0,
  kSuccess = 1,
  kFailure = 2,
};

// The spec's strings: "", "aborted", "bad-status", …; "", "success", "failure".
std::string_view ToString(FailureReason reason);
std::string_view ToString(FetchResult result);

}  // namespace background_fetch

#endif  // BACKGROUND_FETCH_FETCH_TYPES_H_
