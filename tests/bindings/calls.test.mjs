// What a fetch costs at the border: for each record its events, for each event one
// call of the core, and nothing else that grows with the records.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { startServer } from '../server/server.mjs';
import { loadCore } from './load-core.mjs';
import { WorkerInNode, fetchOptions, setLocks, storableRequest } from './worker-in-node.mjs';

const kRecords = 50;
/** Head, received, stored, ended. */
const kEventsOfRecord = 4;
/** Syncs of the journal, ticks, the start and the like. */
const kOtherEventsMax = 40;
/** For the boot, for whoever asked for the fetch, for its final event. */
const kQuestionsMax = 10;

test('an event costs one call of the core: no question follows it', async () => {
  setLocks();
  const server = await startServer();
  let events = 0;
  /** @type {PropertyKey[]} */
  const questions = [];
  const createCore = async () => {
    /** @type {any} */
    const core = await loadCore();
    return new Proxy(core, {
      get(_, name) {
        if (typeof core[name] !== 'function') return core[name];
        return (/** @type {any[]} */ ...values) => {
          const answer = core[name](...values);
          if (answer?.commands) events += 1;
          else questions.push(name);
          return answer;
        };
      },
    });
  };
  const worker = new WorkerInNode(`${server.origin}/calls/`, createCore);
  const ended = worker.endOf('uid');
  const requests = Array.from({ length: kRecords }, (_, record) =>
    storableRequest(`${server.origin}/bytes/calls-${record}?size=2000`));
  await worker.ask('fetch', { uid: 'uid', options: fetchOptions('calls'), requests });
  assert.equal((await ended).result, 'success');
  await worker.die();
  await server.close();
  const least = kRecords * kEventsOfRecord;
  assert.ok(events >= least && events <= least + kOtherEventsMax, `${events} events`);
  assert.ok(questions.length <= kQuestionsMax, `asked: ${questions.join(' ')}`);
});
