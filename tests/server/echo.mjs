/** `/echo/<name>`: answers with what was asked, as JSON; the body in Base64. */

/**
 * @typedef {object} Echo
 * @property {string} method
 * @property {Record<string, string | string[] | undefined>} headers  names in lower case
 * @property {string} body  Base64
 */

/**
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 */
export async function answerEcho(request, response) {
  const pieces = [];
  for await (const piece of request) pieces.push(piece);
  /** @type {Echo} */
  const echo = {
    method: request.method ?? '',
    headers: request.headers,
    body: Buffer.concat(pieces).toString('base64'),
  };
  response.writeHead(200, {
    'Content-Type': 'application/json',
    'Cache-Control': 'no-store',
    'Access-Control-Allow-Origin': '*',
  });
  response.end(JSON.stringify(echo));
}
