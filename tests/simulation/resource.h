// Resource: what one URL serves and how its server behaves, now and then.
//
// Traits last: a server that has them is honest all the same, and every
// download from it must succeed. Faults come and go; a kind world has none.

#ifndef BACKGROUND_FETCH_TESTS_SIMULATION_RESOURCE_H_
#define BACKGROUND_FETCH_TESTS_SIMULATION_RESOURCE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/units.h"
#include "tests/simulation/dice.h"

namespace background_fetch::simulation {

// One state of a resource. Any two have different bytes everywhere.
struct Version {
  int64_t length = 0;         // of the body as its reader sees it
  std::string etag;           // "" = none
  std::string last_modified;  // "" = none
};

// Of a one-time resource that was had already, and of nothing else.
inline constexpr int kUsedUpStatus = 410;

struct Resource {
  std::string url;
  std::vector<Version> versions;  // the last is served now

  // --- Traits ---------------------------------------------------------------

  bool is_cross_origin = false;
  bool exposes_headers = false;  // cross-origin only
  std::string content_type = "application/octet-stream";
  bool is_gzip = false;  // plain answers; parts are of the identity
  bool declares_length = true;
  bool declares_ranges = true;
  bool hides_total = false;  // Content-Range: bytes 0-9/*
  // What every range request gets: 206 as asked, 200, or an error.
  int range_status = 206;
  bool answers_plain_with_206 = false;
  bool moves_each_time = false;  // redirects to a URL of its own
  // Redirects to one of so many places in turn, which do not agree on the
  // bytes.
  int32_t places = 1;
  bool serves_one_at_a_time = false;  // further ranges get `busy_status`
  int busy_status = 503;
  // Each record is answered once; then there is only kUsedUpStatus.
  bool is_one_time = false;
  bool is_cached = false;  // by the browser, for ever
  int status = 200;        // of everything, if no success
  DurationMs latency_ms = 20;
  int64_t bytes_per_second = 1'000'000;

  // --- Faults ---------------------------------------------------------------

  int64_t fault_percent = 0;
  // Every connection is cut, each a little later than the one before.
  int64_t cut_after_bytes = 0;
  int64_t cut_growth_bytes_max = 20'000;
  // So much more than there is is promised, every time.
  int64_t overstated_bytes = 0;

  // --- Memory ---------------------------------------------------------------

  int64_t connections = 0;  // open now
  int64_t answers = 0;      // given so far
  std::optional<int32_t> cached_version;

  const Version& current() const { return versions.back(); }
  int32_t current_index() const {
    return static_cast<int32_t>(versions.size()) - 1;
  }
  bool ShowsHeaders() const { return !is_cross_origin || exposes_headers; }

  // Whether a client could notice that the bytes have changed. Where it cannot,
  // nobody's client is right, and the world does not ask it of ours.
  bool IsChangeVisible() const;
  void Change(Dice& dice);
};

Resource MakeResource(int32_t index, Dice& dice);
// Answers everything at once and as asked; for scenarios that are about
// something else.
Resource MakePlainResource(int32_t index, int64_t length);

}  // namespace background_fetch::simulation

#endif  // BACKGROUND_FETCH_TESTS_SIMULATION_RESOURCE_H_
