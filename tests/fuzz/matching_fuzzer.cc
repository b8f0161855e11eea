// Request matching with foreign URLs, headers and Vary: each option only ever
// lets more through.

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/check.h"
#include "fetch/matching.h"
#include "tests/fuzz/fuzz_input.h"

namespace background_fetch {
namespace {

void Run(FuzzInput input) {
  MatchQuery query{.url = input.TakeText(),
                   .method = input.TakeBool() ? "GET" : input.TakeText(),
                   .headers = input.TakeHeaders(),
                   .ignore_search = input.TakeBool(),
                   .ignore_method = input.TakeBool(),
                   .ignore_vary = input.TakeBool()};
  RequestInfo stored;
  stored.url = input.TakeBool() ? query.url : input.TakeText();
  stored.headers = input.TakeHeaders();
  const std::string vary = input.TakeText();

  if (Matches(query, stored, vary)) {
    MatchQuery wider = query;
    wider.ignore_search = wider.ignore_method = wider.ignore_vary = true;
    BF_CHECK(Matches(wider, stored, vary));
    // Fragments name no resource.
    wider = query;
    if (wider.url.find('#') == std::string::npos) wider.url += "#fragment";
    BF_CHECK(Matches(wider, stored, vary));
  }

  // A request finds itself, whatever the response varies on, except "*".
  query.headers = stored.headers;
  query.url = stored.url;
  query.ignore_method = true;
  if (vary.find('*') == std::string::npos) {
    BF_CHECK(Matches(query, stored, vary));
  }
}

}  // namespace
}  // namespace background_fetch

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  background_fetch::Run(background_fetch::FuzzInput(data, size));
  return 0;
}
