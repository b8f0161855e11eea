// Settings: what an app may choose of the core's limits.
//
// Values come from the app and may be anything; what is out of bounds becomes
// the nearest that is not, so that no setting can break a download.

#ifndef BACKGROUND_FETCH_ENGINE_SETTINGS_H_
#define BACKGROUND_FETCH_ENGINE_SETTINGS_H_

#include <algorithm>
#include <cstdint>

#include "base/limits.h"

namespace background_fetch {

// In the order of kSettings in js/service-worker/host.js.
enum class Setting : uint8_t { kConnections, kChunkBytes, kRetries };

struct Settings {
  // Requests at once to one origin. 0: the app has set none, and how many there
  // are may depend on what is fetched.
  int32_t connections = 0;
  // Bytes of the largest part or piece.
  int64_t chunk_bytes = kPartBytesMax;
  // Failures in a row, without a byte of progress.
  int32_t retries = kRetriesMax;

  // A setting that is unknown changes nothing.
  void Set(Setting setting, int64_t value) {
    switch (setting) {
      case Setting::kConnections:
        connections = static_cast<int32_t>(std::clamp(
            value, kConnectionsSettableMin, int64_t{kConnectionsMax}));
        return;
      case Setting::kChunkBytes:
        chunk_bytes = std::clamp(value, kPartBytesMin, kPartBytesMax);
        return;
      case Setting::kRetries:
        retries = static_cast<int32_t>(
            std::clamp(value, int64_t{0}, kRetriesSettableMax));
        return;
    }
  }

  // `has_small_bodies`: the fetch brings nothing else.
  int32_t ConnectionsPerOrigin(bool has_small_bodies) const {
    if (connections > 0) return connections;
    return has_small_bodies ? kConnectionsForSmallMax
                            : kConnectionsPerOriginMax;
  }
};

}  // namespace background_fetch

#endif  // BACKGROUND_FETCH_ENGINE_SETTINGS_H_
