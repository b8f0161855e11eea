// The plain data of a background fetch, in the spec's own words.
//
// Strings are UTF-8. Members named after Request attributes hold exactly the
// attribute's value; the core gives meaning to few of them and stores the rest.

#ifndef BACKGROUND_FETCH_FETCH_TYPES_H_
#define BACKGROUND_FETCH_FETCH_TYPES_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/http.h"
#include "base/units.h"

namespace background_fetch {

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
