// SimulatedServer: all resources, and what they answer to a request.
//
// An answer is what the browser would report: heads as CORS shows them, bodies
// decoded, lengths held against Content-Length. Lies that no client could see
// through (README.md lists them) are never told.

#ifndef BACKGROUND_FETCH_TESTS_SIMULATION_SIMULATED_SERVER_H_
#define BACKGROUND_FETCH_TESTS_SIMULATION_SIMULATED_SERVER_H_

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/http.h"
#include "engine/command.h"
#include "ranges/join.h"
#include "tests/simulation/dice.h"
#include "tests/simulation/resource.h"
#include "tests/simulation/scheduler.h"
#include "tests/simulation/simulated_store.h"

namespace background_fetch::simulation {

// A body that does not end.
inline constexpr int64_t kEndless = INT64_MAX / 2;

struct Answer {
  enum class Kind { kRefused, kSilent, kHead };
  enum class End { kWhole, kCut, kStalled };

  Kind kind = Kind::kHead;
  ResponseHead head;
  Source source;           // of the first body byte
  int64_t body_bytes = 0;  // that arrive before the end
  End end = End::kWhole;
  // A 206 that nobody asked for and that cannot be the whole.
  bool is_senseless = false;

  // The request failed, and it was not the client's doing.
  bool IsNetworkFault() const {
    return kind != Kind::kHead || end != End::kWhole;
  }
};

class SimulatedServer {
 public:
  SimulatedServer(const Scheduler& scheduler, Dice& dice)
      : scheduler_(scheduler), dice_(dice) {}

  std::vector<Resource> resources;
  // No faults any more, only traits.
  bool is_kind = false;
  // The network is there at all.
  bool is_reachable = true;

  int32_t IndexOf(std::string_view url) const;
  Resource& Of(std::string_view url) {
    return resources[static_cast<size_t>(IndexOf(url))];
  }

  // For one whose connection was counted in Resource::connections.
  Answer AnswerTo(const StartRequest& request);

 private:
  Answer Honest(Resource& resource, int32_t version,
                const std::optional<AskedRange>& asked,
                const StartRequest& request);
  Answer Part(const Resource& resource, int32_t version, ByteRange range);
  void Spoil(Resource& resource, const std::optional<AskedRange>& asked,
             Answer& answer);
  void SpoilPart(const Resource& resource, ByteRange range, Answer& answer);
  static void Overstate(int64_t bytes, Answer& answer);
  void Cut(int64_t after_bytes, Answer& answer);
  std::string RetryAfter();

  const Scheduler& scheduler_;
  Dice& dice_;
  // Records whose one-time resources have been answered: uid and index.
  std::set<std::pair<std::string, uint32_t>> used_up_;
};

// Removes what CORS hides.
void HideHeaders(HeaderList& headers);
// The range that a request asks for; nothing: it is plain.
std::optional<AskedRange> RangeOf(const StartRequest& request);

}  // namespace background_fetch::simulation

#endif  // BACKGROUND_FETCH_TESTS_SIMULATION_SIMULATED_SERVER_H_
