// Page: what js/page does to the worker, without its objects. A question that
// was lost with its worker is asked again.

/** @typedef {import('./world.mjs').World} World */

/** A worker that is gone is noticed by the next hello. */
const kAskAgainMs = 500;

export class Page {
  #world;
  #isAsking = false;
  #epoch = '';
  #sequence = 0;
  /** Questions without an answer, by what they ask. */
  open = new Set();
  isClosed = false;

  /** @param {World} world @param {string} id */
  constructor(world, id) {
    this.#world = world;
    this.id = id;
  }

  /**
   * @param {string} name
   * @param {object} fields
   * @returns {Promise<any>} Rejects with what the worker answered.
   */
  async ask(name, fields) {
    const question = { name, fields, since: this.#world.scheduler.now };
    this.open.add(question);
    try {
      for (;;) {
        const answer = await this.#askOnce(name, question.fields);
        if (!answer) {
          if (name === 'abort') question.fields = { ...fields, repeated: true };
          await this.#world.sleep(kAskAgainMs);
          continue;
        }
        if (answer.ok) return answer.value;
        throw Object.assign(new Error(answer.error.message), { name: answer.error.name });
      }
    } finally {
      this.open.delete(question);
    }
  }

  /**
   * @param {string} name @param {object} fields
   * @returns {Promise<any>} Null: lost.
   */
  #askOnce(name, fields) {
    const world = this.#world;
    return new Promise((resolve) => {
      const life = world.activeLife();
      life.mourners.add(() => resolve(null));
      const port = {
        postMessage: (/** @type {any} */ answer) => {
          world.checkAlive(life, 'answers');
          world.onAnswer(name, fields, answer);
          if (answer.ok && world.dice.chance(world.faults.post)) {
            world.note(`the answer to ${name} cannot be cloned`);
            throw new DOMException('It could not be cloned.', 'DataCloneError');
          }
          world.scheduler.after(world.latency(), null, () => resolve(answer));
        },
      };
      const data = { backgroundFetchPolyfill: { version: 1, name, fields } };
      life.later(world.latency(), () => {
        const ended = life.dispatch('message', { data, source: { id: this.id }, ports: [port] });
        ended.catch((error) => world.onEventFailed(name, error));
      });
    });
  }

  hearWorkBegan() {
    this.#world.scheduler.after(1, null, () => this.follow());
  }

  /** Keeps one question open while there is work. */
  async follow() {
    if (this.#isAsking || this.isClosed) return;
    this.#isAsking = true;
    for (let isWorking = true; isWorking && !this.isClosed;) {
      try {
        const news = await this.ask('next', {
          epoch: this.#epoch,
          since: this.#sequence,
          watching: [...this.#world.accounts.keys()],
        });
        this.#epoch = news.epoch;
        this.#sequence = news.sequence;
        isWorking = news.working;
      } catch {
        // Storage cannot be read just now.
        await this.#world.sleep(kAskAgainMs);
      }
    }
    this.#isAsking = false;
  }
}
