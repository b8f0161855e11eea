// Tells an exported trace to the engine, natively, and compares what it wants
// done with what it wanted then.
//
//   node tests/replay/replay.mjs trace.json [--verbose]

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bindEngine } from '../../bindings/border.js';
import { kProjectFolder, mustRun } from '../../js/build/run.mjs';

/** @typedef {import('../../types/trace.js').ExportedTrace} ExportedTrace */

const kPreset = 'native-release';
const kReplayer = `build/${kPreset}/tests/replay/replay`;

/** Far above what 20,000 calls take. */
const kReplayMsMax = 120_000;
const kAnswerBytesMax = 256 * 1024 * 1024;

/** @typedef {{call: string, expected: any, answer: any}} Replayed */

export async function buildReplayer() {
  await mustRun('cmake', ['--preset', kPreset], { quiet: true });
  await mustRun('cmake', ['--build', '--preset', kPreset, '--target', 'replay'], { quiet: true });
}

/**
 * Lives of engines that began with nothing: the others inherited a journal, which no trace has.
 *
 * @param {ExportedTrace} trace
 */
export function callsToReplay({ isWhole, calls }) {
  if (!isWhole) throw new Error('This trace has lost its beginning: it can only be read.');
  /** @type {ExportedTrace['calls'][]} */
  const lives = [];
  for (const each of calls) {
    if (each.call === 'open') lives.push([]);
    lives[lives.length - 1].push(each);
  }
  return lives.filter(([, isEmpty]) => isEmpty?.answer === true).flat();
}

/**
 * @param {ExportedTrace['calls']} calls
 * @returns {Replayed[]} As far as the engine came. Less than were given: it failed.
 */
export function replay(calls) {
  const folder = mkdtempSync(join(tmpdir(), 'replay-'));
  try {
    return readAnswers(calls, answersOf(makeMessages(calls, folder)));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * Each engine begins with an empty folder, as it did.
 *
 * @param {ExportedTrace['calls']} calls
 * @param {string} folder
 */
function makeMessages(calls, folder) {
  /** @type {Uint8Array[]} */
  const messages = [];
  const core = bindEngine({
    callEngine: (/** @type {Uint8Array} */ message) => {
      messages.push(message);
      return '0\x1f'.repeat(32);
    },
  });
  let lives = 0;
  for (const { call, values } of calls) {
    if (call === 'open') {
      lives += 1;
      const [, seed, origin] = values;
      const journal = join(folder, String(lives));
      mkdirSync(journal);
      core.open(journal, seed, origin);
    } else {
      core[call](...values);
    }
  }
  return messages;
}

/** @param {Uint8Array[]} messages @returns {string[]} */
function answersOf(messages) {
  const input = Buffer.concat(messages.flatMap((message) =>
    [Buffer.from(`${message.length}\n`), message]));
  const { stdout, error } = spawnSync(join(kProjectFolder, kReplayer), {
    input, timeout: kReplayMsMax, maxBuffer: kAnswerBytesMax,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  // An engine that fails reads no more.
  if (error && /** @type {any} */ (error).code !== 'EPIPE') throw error;
  const answers = [];
  for (let offset = 0; offset < stdout.length;) {
    const begin = stdout.indexOf('\n', offset) + 1;
    const end = begin + Number(stdout.toString('latin1', offset, begin));
    answers.push(stdout.toString('utf8', begin, end));
    offset = end;
  }
  return answers;
}

/** @param {ExportedTrace['calls']} calls @param {string[]} answers */
function readAnswers(calls, answers) {
  let next = 0;
  const core = bindEngine({ callEngine: () => answers[next] });
  /** @type {Replayed[]} */
  const replayed = [];
  for (; next < answers.length; next += 1) {
    const { call, values, answer } = calls[next];
    const told = core[call](...values);
    // As a trace has it, which is JSON: Infinity is null there.
    replayed.push({ call, expected: answer, answer: told && JSON.parse(JSON.stringify(told)) });
  }
  return replayed;
}

/** @param {ExportedTrace} trace  Throws at the first difference. */
export function assertReplays(trace) {
  const calls = callsToReplay(trace);
  assert.ok(calls.length > 0, 'all of it began with what others had left');
  const replayed = replay(calls);
  replayed.forEach(({ call, expected, answer }, index) => {
    assert.deepEqual(answer, expected, `call ${index}, ${call}`);
  });
  assert.equal(replayed.length, calls.length, 'the engine fails where it did not');
}

async function main() {
  const [file] = process.argv.slice(2);
  if (!file) throw new Error('Usage: node tests/replay/replay.mjs trace.json');
  /** @type {ExportedTrace} */
  const trace = JSON.parse(readFileSync(resolve(file), 'utf8'));
  await buildReplayer();
  for (const [index, { call, values, answer }] of trace.calls.entries()) {
    console.log(index, call, JSON.stringify(values), answer ? JSON.stringify(answer) : '');
  }
  assertReplays(trace);
  console.log(`${trace.calls.length} calls, the same commands`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
