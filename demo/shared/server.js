// What the demo's server can be asked to do, as no other server would.

/** @param {string} path @param {RequestInit} [init] */
async function ask(path, init) {
  const response = await fetch(`/control/${path}`, init);
  if (!response.ok) throw new Error(await response.text());
  return response;
}

/** @returns {Promise<Record<string, string>>} What each switch does, by name. */
export async function readSwitches() {
  return (await ask('switches')).json();
}

/** @param {string} name  of a generated body @param {string} query */
export function setSwitches(name, query) {
  return ask(`switches/${name}`, { method: 'PUT', body: query });
}

/** @param {string} name */
export function dropConnections(name) {
  return ask(`drop/${name}`, { method: 'POST' });
}

/** @param {number} ms */
export function goOffline(ms) {
  return ask(`offline?ms=${ms}`, { method: 'POST' });
}

/**
 * @typedef {object} Asked
 * @property {string | null} range
 * @property {{begin: number, end: number} | null} sent  What the answer promised.
 * @property {number} status
 * @property {number} bytesWritten
 * @property {boolean} complete
 * @property {boolean} cut  By the server.
 * @property {number | null} endedAt
 *
 * @param {string} name
 * @returns {Promise<Asked[]>}
 */
export async function readLog(name) {
  return (await ask(`log/${name}`)).json();
}

/**
 * @param {string} seed
 * @param {number} size
 * @returns {Promise<string>} Of the body as the server makes it.
 */
export async function readSha256(seed, size) {
  return (await ask(`sha256/${seed}?size=${size}`)).text();
}
