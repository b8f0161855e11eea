#include "base/http.h"

namespace background_fetch {

std::string_view FindHeader(const HeaderList& headers, std::string_view name) {
  for (const auto& [header_name, value] : headers) {
    if (header_name == name) return value;
  }
  return {};
}

}  // namespace background_fetch
