// A value that shows what each switch of the server does; for most of those
// that are not here, that they are set is enough.

/** @type {Record<string, string>} */
export const kExamples = {
  allowOrigin: '*',
  bigHeader: '20000',
  body: 'other',
  cacheControl: 'no-store',
  claim: '1000000',
  coding: 'gzip',
  contentType: 'text/plain',
  cut: '200000',
  cutAt: '3000000:1',
  cutMean: '1000000',
  delay: '2000',
  encodedPart: 'gzip',
  etag: 'W/"weak"',
  expose: 'Content-Range, ETag',
  film: 'SOS',
  headCut: '20:2',
  headReset: '20:2',
  intake: '100000',
  lastModified: '1000000000',
  lengths: '5',
  morse: 'SOS',
  oneAtATime: '503',
  part: 'elsewhere:2',
  partOfWhole: 'bytes 0-99/100',
  rate: '100000',
  redirect: 'same',
  redirectStatus: '307',
  reset: '200000:3',
  retryAfter: '3',
  retryAfterDate: '3',
  silent: '1:1',
  stall: '200000:1',
  status: '503:3',
  tune: 'lab',
  version: 'other',
  wav: '8000',
};

/** What does not end by itself, or fails at once where it holds for every answer. */
export const kOnce = '1:2';
