// HTTP messages as the host reports them: header lists and response heads.
//
// Names are lower case, as Fetch's Headers object iterates them. Strings are
// UTF-8; header values are compared byte by byte.

#ifndef BACKGROUND_FETCH_BASE_HTTP_H_
#define BACKGROUND_FETCH_BASE_HTTP_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace background_fetch {

// One header: lower-case name and value.
using Header = std::pair<std::string, std::string>;
using HeaderList = std::vector<Header>;

// The value of the first header of that lower-case name, or "".
std::string_view FindHeader(const HeaderList& headers, std::string_view name);

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

}  // namespace background_fetch

#endif  // BACKGROUND_FETCH_BASE_HTTP_H_
