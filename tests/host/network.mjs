// Network: fetch() for every life of the worker.

import { contentBytes } from './content.mjs';
import { FakeBlob } from './fake-blob.mjs';
import { FakeRequest, FakeResponse } from './messages-over-http.mjs';
import { kReadBytesMax } from './traffic.mjs';

/** @typedef {import('./server.mjs').Answer} Answer */
/** @typedef {import('./worker-life.mjs').WorkerLife} WorkerLife *//** @typedef {import('./traffic.mjs').Trip} Trip */
/** @typedef {import('./world.mjs').World} World */

/** @param {World} world @param {WorkerLife} life */
export function makeFetch(world, life) {
  return (/** @type {string} */ url, /** @type {any} */ init) =>
    new Promise((resolve, reject) => {
      const request = new FakeRequest(url, init);
      world.checkAlive(life, `asks for ${request.url}`);
      const { signal } = request;
      if (signal.aborted) return reject(abortError());
      signal.addEventListener('abort', () => reject(abortError()));
      const trip = world.traffic.begin(life, request);
      life.later(world.latency() + 5, () => {
        if (signal.aborted) return;
        const answer = world.isOnline ? world.server.answer(request) : world.server.miss(request);
        if (answer === 'silent') return;
        if (answer === 'refused') {
          world.traffic.end(trip);
          return reject(new TypeError('The server cannot be reached.'));
        }
        world.traffic.answered(trip, answer.begin);
        resolve(toResponse(world, life, request, answer, trip));
      });
    });
}

/**
 * @param {World} world
 * @param {WorkerLife} life
 * @param {FakeRequest} request
 * @param {Answer} answer
 * @param {Trip} trip
 */
function toResponse(world, life, { url, signal }, answer, trip) {
  const { salt, begin, end, cutAt } = answer;
  const isCut = cutAt < end;
  const bytesPerMs = world.bytesPerMs;
  let offset = begin;
  /** Of the read that is open. @type {(error: Error) => void} */
  let giveUp = () => {};
  signal.addEventListener('abort', () => giveUp(abortError()));

  /** @type {<Result>(bytes: number, work: () => Result) => Promise<Result>} */
  const afterBytes = (bytes, work) =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(abortError());
      world.traffic.reads(trip);
      giveUp = reject;
      life.later(bytes / bytesPerMs, () => {
        try {
          resolve(work());
        } catch (error) {
          reject(error);
        }
      });
    });

  const source = {
    whole: () =>
      afterBytes(Math.min(end, cutAt) - begin, () => {
        if (isCut) throw new TypeError('The connection was cut.');
        world.traffic.ended(trip, end - begin);
        return FakeBlob.of(begin < end ? [{ salt, begin, end }] : []);
      }),
    read: () => {
      const next = Math.min(offset + kReadBytesMax, end, cutAt);
      return afterBytes(next - offset, () => {
        if (next === offset) {
          if (isCut) throw new TypeError('The connection was cut.');
          world.traffic.ended(trip, offset - begin);
          return { done: true };
        }
        const value = contentBytes(salt, offset, next);
        trip.received += value.length;
        offset = next;
        // Who knows the length does not ask for the end.
        const isAll = !isCut && offset === end;
        if (isAll || offset >= trip.end) world.traffic.ended(trip, offset - begin);
        return { done: false, value };
      });
    },
  };
  const response = FakeResponse.fromNetwork(source, answer, answer.url ?? url);
  response.redirected = answer.url !== undefined;
  if (trip.resource.isCrossOrigin) response.type = 'cors';
  return response;
}

function abortError() {
  return new DOMException('The operation was aborted.', 'AbortError');
}
