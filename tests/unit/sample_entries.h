// One entry of every type, with every field set to something of its own.

#ifndef BACKGROUND_FETCH_TESTS_UNIT_SAMPLE_ENTRIES_H_
#define BACKGROUND_FETCH_TESTS_UNIT_SAMPLE_ENTRIES_H_

#include <string>
#include <utility>
#include <vector>

#include "journal/entry.h"

namespace background_fetch {

// A plain GET, nearly all defaults.
inline RequestInfo RequestFor(std::string url) {
  RequestInfo request;
  request.url = std::move(url);
  return request;
}

inline RequestInfo SampleRequest() {
  return {.url = "https://example.org/film.webm?part=1",
          .method = "POST",
          .headers = {{"accept", "video/*"}, {"x-empty", ""}},
          .mode = "same-origin",
          .credentials = "include",
          .cache = "no-store",
          .redirect = "error",
          .referrer = "https://example.org/",
          .referrer_policy = "origin",
          .integrity = "sha256-AAAA",
          .body_length = 70'000};
}

inline FetchOptions SampleOptions() {
  return {.id = "film",
          .title =
              "Ein Film \xc3\xbc"
              "ber Wale",
          .icons = {{"/whale.png", "48x48", "image/png", "A whale"},
                    {"/whale.svg", "any", "image/svg+xml", ""}},
          .download_total = kOffsetMax};
}

inline std::vector<Entry> SampleEntries() {
  return {
      FetchBegun{.fetch = 1,
                 .uid = "0b5a0a54-8f0e-4cf6-9d0e-1f9d0e7c0f11",
                 .options = SampleOptions(),
                 .record_count = 2},
      RequestAdded{.fetch = 1, .request = SampleRequest()},
      RequestAdded{.fetch = 1, .request = RequestFor("https://example.org/2")},
      FetchSealed{.fetch = 1},
      RequestSent{.fetch = 1, .record = 0},
      GenerationBegun{.fetch = 1, .record = 300, .generation = 2},
      RecordSettled{.fetch = 1,
                    .record = 1,
                    .generation = 2,
                    .reason = FailureReason::kNone,
                    .length = 5'000'000'000},
      FetchSettled{.fetch = 1, .reason = FailureReason::kBadStatus},
      DeliveryBegun{.fetch = 1, .attempt = 3},
      FetchDelivered{.fetch = 1},
      FetchDropped{.fetch = UINT32_MAX},
      FetchPaused{.fetch = 1, .is_paused = true},
      FetchPaused{.fetch = 2, .is_paused = false},
      RecordReleased{.fetch = 1, .record = 300},
  };
}

}  // namespace background_fetch

#endif  // BACKGROUND_FETCH_TESTS_UNIT_SAMPLE_ENTRIES_H_
