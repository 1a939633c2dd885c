// What stands between cases written in HTTP/1 and fronts asked in HTTP/2 says neither more nor less than was said to it.
import { expect, it, test } from 'vitest';
import { CASES } from '../cases.ts';
import { AnswerText } from './answer-text.ts';
import { meansSomething, toldOver2 } from './meaning.ts';
import { fieldsOver2 } from './request-fields.ts';
import { RequestReader, type Said } from './request-reader.ts';

const TEXT =
  'POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc' +
  'PUT /b HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nde\r\n1\r\nf\r\n0\r\nX-T: 1\r\n\r\nGET /c HTTP/1.1\r\nHost: h\r\n\r\n';

test.each([1, 7, 1_000])('requests are the same in pieces of %i bytes', (size) => {
  const told: string[] = [];
  const reader = new RequestReader({
    head: ({ method, target }, bodied) => void told.push(`${method} ${target} ${bodied} `),
    data: (bytes) => void told.push(bytes.toString('latin1')),
    end: (trailers) => void told.push(`.${trailers.join()}`),
  });
  for (let at = 0; at < TEXT.length; at += size) reader.take(Buffer.from(TEXT.slice(at, at + size), 'latin1'));
  expect(told.join('')).toBe('POST /a true abc.PUT /b true def.x-t,1GET /c false .');
  expect(reader.owing).toBe(false);
});

const said = (target: string, ...fields: Said['fields']): Said => ({
  ...{ method: 'GET', version: 'HTTP/1.1' },
  target,
  fields,
});

it('a request says in HTTP/2 what it said, and keeps what is wrong with it', () => {
  expect(fieldsOver2(said('/a b', ['host', 'x,y'], ['te', 'gzip'], ['x_y', '\0']), 'http')).toEqual([
    [':method', 'GET'],
    [':scheme', 'http'],
    [':authority', 'x,y'],
    [':path', '/a b'],
    ['x_y', '\0'],
  ]);
  const absolute = Object.fromEntries(fieldsOver2(said('FTP://u@h?q', ['host', 'other']), 'http'));
  expect(absolute).toMatchObject({ ':scheme': 'ftp', ':authority': 'u@h', ':path': '/?q' });
});

it('an answer is told with its length or in chunks, and without an end where it has none', () => {
  const text = new AnswerText('GET');
  expect(text.section([[':status', '200']], false, false)).toMatch(/^HTTP\/1\.1 200 .*chunked\r\n\r\n$/s);
  expect(text.data(Buffer.from('ab'), false).join('')).toBe('2\r\nab\r\n');
  expect(text.section([['x-t', '1']], true, false)).toBe('0\r\nx-t: 1\r\n\r\n');
  expect(new AnswerText('HEAD').section([[':status', '200']], true, false)).toBe('HTTP/1.1 200 \r\n\r\n');
});

it('most promises mean something in HTTP/2, and are as strict there', () => {
  const told = CASES.filter(meansSomething);
  expect(new Set(told.map(({ id }) => id)).size).toBeGreaterThan(60);
  const served = told.filter(({ wants, id }) => wants.status === 200 && id !== 'P11');
  expect(served.map((each) => toldOver2(each).wants.status).every((status) => status === 200)).toBe(true);
  const refused = told.filter(({ wants }) => [wants.status].flat().includes(400) && wants.reached === 0);
  expect(refused.every((each) => toldOver2(each).wants.reached === 0)).toBe(true);
});
