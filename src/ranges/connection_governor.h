// ConnectionGovernor: how many range requests at once are worth it.
//
// Starts with two, which hide the round trip between parts. Tries as many as
// there may be, so that short downloads have them soon, then one less if that
// is not worth it, and later one more or less at a time. Keeps the larger
// number only where the speed of all together is, for each more,
// kWorthwhilePercent of the smaller one's: that is so where a server caps each
// connection, and hardly anywhere else. What others leave no room for is taken
// back without a verdict.
//
// Fed with finished parts. Units: bytes, milliseconds.

#ifndef BACKGROUND_FETCH_RANGES_CONNECTION_GOVERNOR_H_
#define BACKGROUND_FETCH_RANGES_CONNECTION_GOVERNOR_H_

#include <cstdint>

#include "base/limits.h"
#include "base/units.h"

namespace background_fetch {

class ConnectionGovernor {
 public:
  // Range requests that one record may have in flight.
  int32_t limit() const { return limit_; }

  // What arrives next decides whether the latest change stays.
  bool is_trying() const { return speed_before_ > 0; }

  // A part has arrived that was asked for at `asked_at`, while the record had
  // `connections` requests in flight, this one included. More than `most` it
  // may not have, whatever others leave of these.
  void OnPart(int64_t bytes, TimeMs asked_at, int32_t connections, int32_t most,
              TimeMs now);

 private:
  void Judge(int64_t total_speed, int32_t most, TimeMs now);
  // Takes back what was not worth it. True: another may follow at once.
  bool EndTrial(int64_t total_speed, int32_t most, TimeMs now);
  void Change(int32_t limit, TimeMs now);

  int32_t limit_ = kConnectionsPerRecordMin;
  // Of the trial that runs.
  int32_t limit_before_ = 0;
  // What the trial that runs does, or the next one will.
  bool is_adding_ = true;
  // Speed of all connections before the trial; 0: none runs.
  int64_t speed_before_ = 0;
  int64_t speed_sum_ = 0;  // of single connections, since the last change
  int32_t samples_ = 0;
  TimeMs changed_at_ = 0;
  TimeMs next_trial_at_ = 0;
};

}  // namespace background_fetch

#endif  // BACKGROUND_FETCH_RANGES_CONNECTION_GOVERNOR_H_
