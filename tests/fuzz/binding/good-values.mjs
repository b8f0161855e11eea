// What a host hands over, in the shapes of bindings/engine.d.ts.

/** @typedef {import('../../host/dice.mjs').Dice} Dice */

const kUrl = 'https://app.example/film';

/** @param {number} number */
export function makeOwner(number) {
  return { uid: `00000000-0000-4000-8000-00000000000${number}`, record: 0, generation: 0 };
}

export function makeRequest() {
  return {
    url: kUrl, method: 'GET', headers: [['accept', '*/*']], mode: 'cors',
    credentials: 'same-origin', cache: 'default', redirect: 'follow', referrer: 'about:client',
    referrerPolicy: '', integrity: '', bodyLength: 0,
  };
}

/** @param {Dice} dice */
export function makeHead(dice) {
  const length = dice.pick([0, 10, 5_000, 3_000_000]);
  return {
    status: dice.pick([200, 200, 200, 206, 404, 416, 503]), statusText: 'OK', url: kUrl,
    headers: [['content-length', String(length)], ['etag', '"1"'], ['accept-ranges', 'bytes']],
    type: 'basic', redirected: false,
  };
}

/** @param {string} id */
export function makeOptions(id) {
  const icon = { src: '/icon', sizes: '1x1', type: 'image/png', label: 'an icon' };
  return { id, title: 'A film', icons: [icon], downloadTotal: 0 };
}

export function makeQuery() {
  return {
    url: kUrl, method: 'GET', headers: [['accept', '*/*']], ignoreSearch: false,
    ignoreMethod: false, ignoreVary: false,
  };
}
