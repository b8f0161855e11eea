/**
 * `/answer?…`: a server whose answers are spelled out in the query string.
 *
 * | parameter | what |
 * | --- | --- |
 * | `status`, `statusText` | 200 unless set |
 * | `header=Name: value` | any number of them |
 * | `body` | the text of the answer |
 * | `echo` | the answer tells, as JSON, which request arrived: method, body, and this header |
 * | `cors` | this origin may read it: `*`, or the asking origin when it says `asker` |
 */

/**
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 * @param {URL} url
 */
export async function answer(request, response, url) {
  const { searchParams: asked } = url;
  for (const header of asked.getAll('header')) {
    const [, name, value] = header.match(/^([^:]+): (.*)$/) ?? [];
    response.appendHeader(name, value);
  }
  if (!response.hasHeader('Content-Type')) response.setHeader('Content-Type', 'text/plain');
  const cors = asked.get('cors');
  if (cors) {
    const allowed = cors === 'asker' ? request.headers.origin ?? '*' : cors;
    response.setHeader('Access-Control-Allow-Origin', allowed);
  }
  const echo = asked.get('echo');
  const body = echo === null
    ? asked.get('body') ?? ''
    : JSON.stringify({
      method: request.method,
      header: request.headers[echo.toLowerCase()] ?? null,
      body: await readText(request),
    });
  const status = Number(asked.get('status') ?? 200);
  const hasBody = status !== 204 && status !== 304;
  if (hasBody) response.setHeader('Content-Length', Buffer.byteLength(body));
  response.writeHead(status, asked.get('statusText') ?? 'OK');
  response.end(hasBody && request.method !== 'HEAD' ? body : undefined);
}

/** @param {import('node:http').IncomingMessage} request */
async function readText(request) {
  const pieces = [];
  for await (const piece of request) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
}
