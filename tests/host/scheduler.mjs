// Scheduler: the time of a world. What happens next is a task; a turn is one
// task and all promises that it settles, to the last microtask.
//
// A task may belong to a life of the worker; it is dropped when that life is
// over. This is the fence: nothing of a dead worker runs.

/** Node runs all microtasks between two immediates, which is what ends a turn. */
const inNextTurn = globalThis.setImmediate;

/** Going back to Node's own loop costs more than a turn does. */
const kTurnsPerRound = 64;

/** More is a world that turns in circles. */
const kTurnsMax = 2_000_000;

/** @typedef {{isDead: boolean}} Life */
/** @typedef {{time: number, order: number, life: Life | null, run: (() => void) | null}} Task */

export class Scheduler {
  now = 0;
  turns = 0;
  /** @type {Task[]} A heap. */
  #tasks = [];
  #order = 0;

  /**
   * @param {number} delay  Milliseconds.
   * @param {Life | null} life
   * @param {() => void} run
   * @returns {Task}
   */
  after(delay, life, run) {
    this.#order += 1;
    const task = { time: this.now + Math.max(delay, 0), order: this.#order, life, run };
    this.#tasks.push(task);
    this.#rise(this.#tasks.length - 1);
    return task;
  }

  /** @param {Task | undefined} task */
  cancel(task) {
    if (task) task.run = null;
  }

  /**
   * Runs turns.
   *
   * @param {() => boolean} goesOn  Asked between turns.
   * @returns {Promise<void>} Resolves when it says no, or nothing is left to
   *   happen; rejects when it throws.
   */
  run(goesOn) {
    return new Promise((resolve, reject) => {
      let isOver = false;
      const turn = () => {
        if (isOver) return;
        try {
          isOver = !goesOn() || !this.#turn();
          if (isOver) resolve();
        } catch (error) {
          isOver = true;
          reject(error);
        }
      };
      const round = () => {
        if (isOver) return;
        for (let i = 0; i < kTurnsPerRound; i += 1) inNextTurn(turn);
        inNextTurn(round);
      };
      round();
    });
  }

  #turn() {
    for (;;) {
      const task = this.#pop();
      if (!task) return false;
      if (!task.run || task.life?.isDead) continue;
      this.turns += 1;
      if (this.turns > kTurnsMax) throw new Error('The world turns in circles.');
      this.now = task.time;
      task.run();
      return true;
    }
  }

  /** @param {number} index */
  #rise(index) {
    const tasks = this.#tasks;
    const task = tasks[index];
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (isBefore(tasks[parent], task)) break;
      tasks[index] = tasks[parent];
      index = parent;
    }
    tasks[index] = task;
  }

  #pop() {
    const tasks = this.#tasks;
    const first = tasks[0];
    const last = tasks.pop();
    if (!last || tasks.length === 0) return first;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= tasks.length) break;
      if (child + 1 < tasks.length && isBefore(tasks[child + 1], tasks[child])) child += 1;
      if (isBefore(last, tasks[child])) break;
      tasks[index] = tasks[child];
      index = child;
    }
    tasks[index] = last;
    return first;
  }
}

/** @param {Task} one @param {Task} other */
function isBefore(one, other) {
  return one.time < other.time || (one.time === other.time && one.order < other.order);
}
