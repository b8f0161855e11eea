#include "tests/simulation/resource.h"

#include <cstdio>
#include <utility>

namespace background_fetch::simulation {
namespace {

// Large enough for several parts, small enough for thousands of worlds.
constexpr int64_t kLengthMax = int64_t{6} * 1024 * 1024;

std::string MakeLastModified(size_t version) {
  char text[40];
  std::snprintf(text, sizeof text, "Sat, 21 Nov 2026 11:%02d:%02d GMT",
                static_cast<int>(version / 60 % 60),
                static_cast<int>(version % 60));
  return text;
}

Version NextVersion(const Resource& resource, int64_t length, bool has_etag,
                    bool is_weak, bool has_last_modified) {
  const size_t number = resource.versions.size();
  Version version{.length = length};
  if (has_etag) {
    version.etag = (is_weak ? "W/\"v" : "\"v") + std::to_string(number) + "\"";
  }
  if (has_last_modified) version.last_modified = MakeLastModified(number);
  return version;
}

}  // namespace

bool Resource::IsChangeVisible() const {
  return !current().last_modified.empty() ||
         (ShowsHeaders() && !current().etag.empty());
}

void Resource::Change(Dice& dice) {
  const Version& before = current();
  const int64_t length =
      dice.Chance(50) ? before.length : dice.Magnitude(kLengthMax);
  versions.push_back(NextVersion(*this, length, !before.etag.empty(),
                                 before.etag.starts_with("W/"),
                                 !before.last_modified.empty()));
}

Resource MakeResource(int32_t index, Dice& dice) {
  Resource resource;
  resource.is_cross_origin = dice.Chance(35);
  resource.exposes_headers = dice.Chance(30);
  resource.url =
      std::string(resource.is_cross_origin ? "https://other" : "https://host") +
      "/" + std::to_string(index);
  resource.is_gzip = dice.Chance(12);
  // A server that compresses a type whose length is trusted would lie to
  // everybody across origins.
  if (resource.is_gzip || dice.Chance(15)) resource.content_type = "text/html";
  resource.declares_length = !dice.Chance(15);
  resource.declares_ranges = !dice.Chance(20);
  resource.hides_total = dice.Chance(15);
  if (dice.Chance(20)) {
    resource.range_status = dice.OneOf({200, 403, 404, 416, 500});
  }
  resource.answers_plain_with_206 = dice.Chance(5);
  resource.moves_each_time = dice.Chance(7);
  if (dice.Chance(5)) resource.places = 2;
  resource.serves_one_at_a_time = dice.Chance(12);
  resource.busy_status = dice.OneOf({403, 429, 503});
  resource.is_cached = dice.Chance(20);
  if (dice.Chance(7)) {
    resource.is_one_time = true;
    resource.answers_plain_with_206 = resource.is_cached = false;
  }
  if (dice.Chance(6)) resource.status = dice.OneOf({404, 403, 500, 503});
  resource.latency_ms = dice.Between(0, dice.OneOf({5, 100, 3000}));
  resource.bytes_per_second =
      dice.OneOf<int64_t>({4'000, 50'000, 500'000, 4'000'000, 40'000'000});
  if (dice.Chance(60)) {
    resource.fault_percent = dice.OneOf<int64_t>({5, 25, 60});
  }
  int64_t length =
      dice.Magnitude(resource.bytes_per_second < 50'000 ? 300'000 : kLengthMax);
  if (dice.Chance(8)) {
    resource.cut_after_bytes = dice.Between(1, 100'000);
  } else if (dice.Chance(6)) {
    // Dozens of cuts, each with progress: no reason ever to give up.
    resource.cut_after_bytes = resource.cut_growth_bytes_max = 4'000;
    resource.range_status = 200;
    length = dice.Between(100'000, 400'000);
  }
  if (dice.Chance(4)) resource.overstated_bytes = 1000;
  resource.versions.push_back(NextVersion(resource, length, dice.Chance(75),
                                          dice.Chance(20), dice.Chance(60)));
  if (resource.is_cached && resource.IsChangeVisible() && dice.Chance(50)) {
    // The user has been here before.
    resource.cached_version = 0;
    resource.Change(dice);
  }
  return resource;
}

Resource MakePlainResource(int32_t index, int64_t length) {
  Resource resource;
  resource.url = "https://host/" + std::to_string(index);
  resource.versions.push_back(NextVersion(resource, length, true, false, true));
  return resource;
}

}  // namespace background_fetch::simulation
