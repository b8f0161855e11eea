/**
 * The rows of servers that nobody here wrote: what they answer is theirs, what
 * breaks it is a proxy before them.
 */

import { renameSync, utimesSync, writeFileSync } from 'node:fs';

import { bytesAt } from '../server/generated-bytes.mjs';
import { CuttingProxy } from './cutting-proxy.mjs';
import { Lane } from './lane.mjs';
import { kMiB, kSmall } from './rows/row.mjs';
import { webServers, WebServer } from './web-servers.mjs';

/**
 * @typedef {import('../browser/driver.mjs').Browser} Browser
 * @typedef {import('../server/server.mjs').TestServer} TestServer
 * @typedef {import('./rows/row.mjs').Row} Row
 * @typedef {import('./judge.mjs').Seen} Seen
 */

/** Some parts long, also where they are of the largest size. */
const kFilmBytes = 9 * kMiB + 7;

/** Into the first parts, and before the last. */
const kMidwayBytes = 300_000;

/** Whoever changes a file does so later; dates have seconds. */
const kLaterMs = 10_000;

/** Compressed, this is some 5 KB. */
const kTextBytes = 4 * kMiB;

const kTwoSeconds = 2_000;

/**
 * @typedef {object} Desk  what a row works with
 * @property {WebServer} server
 * @property {CuttingProxy} proxy
 * @property {(file: string) => Promise<{ended: Promise<Seen>}>} begin  Resolves when fetch() has.
 * @property {(file: string, seed: string, size: number) => void} write
 *
 * @typedef {Row & {play: (desk: Desk) => Promise<Seen>}} ServerRow
 */

/** @param {Desk} desk @param {string} file */
async function fetchFile({ begin }, file) {
  return (await begin(file)).ended;
}

/**
 * @param {Promise<void>} held
 * @param {Promise<Seen>} ended  of the fetch, which must not come first
 */
async function untilHeld(held, ended) {
  await Promise.race([held, ended.then(() => {
    throw new Error('the fetch ended before its connection was held');
  })]);
}

/** @type {ServerRow[]} */
const serverRows = [
  {
    name: 'a small file', size: kSmall, requests: 1,
    play: async (desk) => {
      desk.write('small.webm', 'small', kSmall);
      return fetchFile(desk, 'small.webm');
    },
    body: { seed: 'small' },
  },
  {
    name: 'a file in parts', size: kFilmBytes, requests: 16, body: { seed: 'film' },
    play: async (desk) => {
      desk.write('film.webm', 'film', kFilmBytes);
      return fetchFile(desk, 'film.webm');
    },
  },
  {
    // Some do not compress what is large, and answer in parts.
    name: 'text', size: kTextBytes, requests: 16, body: { seed: 'zeros' },
    play: async (desk) => {
      desk.write('text.txt', 'zeros', kTextBytes);
      return fetchFile(desk, 'text.txt');
    },
  },
  {
    name: 'text, cut', size: kTextBytes, requests: 16, body: { seed: 'zeros' },
    documented: {
      firefox: 'a compressed body that breaks off may end as if it were whole',
      webkit: 'a chunked body that breaks off ends as if it were whole',
    },
    play: async (desk) => {
      desk.write('cut.txt', 'zeros', kTextBytes);
      desk.proxy.cut('/cut.txt', 2_000, 1);
      return fetchFile(desk, 'cut.txt');
    },
  },
  {
    name: 'a small file, cut', size: kSmall, requests: 3, body: { seed: 'cut-small' },
    play: async (desk) => {
      desk.write('cut-small.webm', 'cut-small', kSmall);
      desk.proxy.cut('/cut-small.webm', 100_000, 1);
      return fetchFile(desk, 'cut-small.webm');
    },
  },
  {
    name: 'a file in parts, cut four times', size: kFilmBytes, requests: 30, body: { seed: 'cut' },
    play: async (desk) => {
      desk.write('cut.webm', 'cut', kFilmBytes);
      desk.proxy.cut('/cut.webm', kMidwayBytes, 4);
      return fetchFile(desk, 'cut.webm');
    },
  },
  {
    name: 'the server is killed, and started again', size: kFilmBytes, requests: 60,
    body: { seed: 'again' },
    play: async (desk) => {
      desk.write('again.webm', 'again', kFilmBytes);
      const held = desk.proxy.hold('/again.webm', kMidwayBytes);
      const { ended } = await desk.begin('again.webm');
      await untilHeld(held, ended);
      await desk.server.stop();
      await desk.server.start();
      desk.proxy.release();
      return ended;
    },
  },
  {
    // Who had begun to read it reads the old one to its end; parts are of the new one.
    name: 'the file changes midway', size: kFilmBytes, requests: 30,
    body: { seed: ['before', 'changed'] },
    play: async (desk) => {
      desk.write('changing.webm', 'before', kFilmBytes);
      const held = desk.proxy.hold('/changing.webm', kMidwayBytes);
      const { ended } = await desk.begin('changing.webm');
      await untilHeld(held, ended);
      desk.write('changing.webm', 'changed', kFilmBytes);
      desk.proxy.release();
      return ended;
    },
  },
];

/** @param {string} name  of a server @param {ServerRow} row @returns {ServerRow} */
const named = (name, row) => ({ ...row, name: `${name}: ${row.name}` });

/** @type {ServerRow[]} As they are printed. */
export const webServerTable = Object.keys(webServers).flatMap(
  (name) => serverRows.map((row) => named(name, row)),
);

/**
 * All servers at once, the rows of each one after the other.
 *
 * @param {Browser} browser
 * @param {TestServer} driver
 * @param {ServerRow[]} rows  of webServerTable
 * @param {(row: Row, seen: Seen | Error, ms: number) => void} onSeen
 */
export async function runOnWebServers(browser, driver, rows, onSeen) {
  await Promise.all(Object.keys(webServers).map(async (name) => {
    const own = rows.filter((row) => row.name.startsWith(`${name}: `));
    if (own.length > 0) await runOnOne(name, browser, driver, own, onSeen);
  }));
}

/**
 * @param {string} name
 * @param {Browser} browser
 * @param {TestServer} driver
 * @param {ServerRow[]} rows
 * @param {(row: Row, seen: Seen | Error, ms: number) => void} onSeen
 */
async function runOnOne(name, browser, driver, rows, onSeen) {
  const server = new WebServer(name, driver.driverOrigin);
  try {
    await server.start();
    const proxy = new CuttingProxy(server.port);
    await proxy.open();
    try {
      const lane = new Lane(browser, driver, { origin: proxy.origin });
      await lane.open();
      for (const row of rows) {
        const startedAt = performance.now();
        const seen = await row.play(makeDesk(row, server, proxy, lane)).catch((error) => {
          lane.endIfLost(error);
          return new Error(`${error.message}; ${proxy.describe()}`, { cause: error });
        });
        onSeen(row, seen, performance.now() - startedAt);
      }
      await lane.close();
    } finally {
      await proxy.close();
    }
  } finally {
    await server.close();
  }
}

/**
 * @param {Row} row
 * @param {WebServer} server
 * @param {CuttingProxy} proxy
 * @param {Lane} lane
 * @returns {Desk}
 */
function makeDesk(row, server, proxy, lane) {
  let writtenAt = Date.now() - kLaterMs;
  return {
    server,
    proxy,
    write: (file, seed, size) => {
      const path = server.pathOf(file);
      // Another file in its place: what is being sent is the old one to its end.
      writeFileSync(`${path}.new`, bytesAt(seed, 0, size), { mode: 0o644 });
      utimesSync(`${path}.new`, writtenAt / 1000, writtenAt / 1000);
      writtenAt += kTwoSeconds;
      renameSync(`${path}.new`, path);
    },
    begin: async (file) => {
      proxy.takeBytes();
      const id = await lane.startAt([`${proxy.origin}/${file}`], row);
      const ended = lane.untilEnd(id).then(({ told, report }) => ({
        outcome: report.failureReason || report.result,
        told,
        records: report.records,
        requests: proxy.requestsOf(`/${file}`),
        bytes: proxy.takeBytes(),
      }));
      // Whoever awaits it hears of its failure: a row that fails before that must not end the others.
      ended.catch(() => {});
      return { ended };
    },
  };
}
