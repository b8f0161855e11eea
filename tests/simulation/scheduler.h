// Scheduler: the world's time, and what is going to happen in it.
//
// Tasks run in order of time; those due at the same time in an order drawn by
// lot, for no host promises one. Tasks belong to a worker's life and die with
// it.

#ifndef BACKGROUND_FETCH_TESTS_SIMULATION_SCHEDULER_H_
#define BACKGROUND_FETCH_TESTS_SIMULATION_SCHEDULER_H_

#include <algorithm>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "base/units.h"
#include "tests/simulation/dice.h"

namespace background_fetch::simulation {

// Names a worker's life. The world's own tasks are of kWorldLife.
using Life = uint32_t;
inline constexpr Life kWorldLife = 0;

// What a right clock reads when a world begins: in 2026.
inline constexpr TimeMs kFirstReading = 1'795'000'000'000;

class Scheduler {
 public:
  explicit Scheduler(Dice& dice) : dice_(dice) {}

  TimeMs now() const { return now_; }

  // Begins a worker's life; the one before must have ended.
  Life BeginLife() { return ++life_; }
  // Whatever belongs to that life does not happen any more.
  void EndLife() { ++life_; }
  Life life() const { return life_; }

  void After(DurationMs delay, Life life, std::function<void()> task) {
    tasks_.push_back({.time = now_ + std::max<DurationMs>(delay, 0),
                      .tie = dice_.Seed(),
                      .life = life,
                      .run = std::move(task)});
    std::push_heap(tasks_.begin(), tasks_.end(), IsLater);
  }

  // Nobody ran for so long; everything that was due is late.
  void Sleep(DurationMs duration) { now_ += duration; }

  // Runs the next task. False when there is none.
  bool RunNext() {
    while (!tasks_.empty()) {
      std::pop_heap(tasks_.begin(), tasks_.end(), IsLater);
      Task task = std::move(tasks_.back());
      tasks_.pop_back();
      if (task.life != kWorldLife && task.life != life_) continue;
      now_ = std::max(now_, task.time);
      task.run();
      return true;
    }
    return false;
  }

 private:
  struct Task {
    TimeMs time = 0;
    uint64_t tie = 0;
    Life life = kWorldLife;
    std::function<void()> run;
  };

  static bool IsLater(const Task& one, const Task& other) {
    return one.time != other.time ? one.time > other.time : one.tie > other.tie;
  }

  Dice& dice_;
  std::vector<Task> tasks_;  // a heap
  TimeMs now_ = 0;
  Life life_ = 1;
};

}  // namespace background_fetch::simulation

#endif  // BACKGROUND_FETCH_TESTS_SIMULATION_SCHEDULER_H_
