import { describe, expect, it, test } from 'vitest';
import { answersIn } from './answer.ts';
import { requestsIn } from './request.ts';

const bytes = (text: string) => Buffer.from(text, 'latin1');
const POST = 'POST / HTTP/1.1\r\nHost: a\r\n';

describe('a recording', () => {
  it('is the requests in it, to the byte', () => {
    const text = `${POST}Content-Length: 2\r\n\r\nhi${POST}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX: 1\r\n\r\nGET /x HTTP/1.0\r\n\r\n`;
    const { whole, begun, fault } = requestsIn(bytes(text));
    expect(whole.map(({ method, body }) => `${method} ${body}`)).toEqual(['POST hi', 'POST abc', 'GET ']);
    expect([whole[1]?.trailers, begun, fault]).toEqual([[['X', '1']], undefined, undefined]);
  });

  it('tells a request that has begun', () => {
    const { whole, begun } = requestsIn(bytes(`${POST}Content-Length: 5\r\n\r\nhi`));
    expect([whole.length, begun?.body.toString()]).toEqual([0, 'hi']);
  });

  test.each([
    ['two lengths', `${POST}Content-Length: 0\r\nContent-Length: 0\r\n\r\n`],
    ['a length and a coding', `${POST}Content-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n`],
    ['a list of lengths', `${POST}Content-Length: 1, 1\r\n\r\n`],
    ['a bare LF', 'GET / HTTP/1.1\nHost: a\r\n\r\n'],
    ['a folded line', `${POST}X: a\r\n b\r\n\r\n`],
    ['a control byte', `${POST}X: a\0b\r\n\r\n`],
    ['a chunk line with an extension', `${POST}Transfer-Encoding: chunked\r\n\r\n1;a\r\nx\r\n0\r\n\r\n`],
    ['a chunk that is longer than it says', `${POST}Transfer-Encoding: chunked\r\n\r\n1\r\nxy\r\n0\r\n\r\n`],
    ['bytes that are no request', 'hello\r\n\r\n'],
  ])('with %s is faulty', (_name, text) => {
    expect(requestsIn(bytes(text)).fault).toBeDefined();
  });
});

describe('answers', () => {
  it('come with their interim ones, and end as their framing says', () => {
    const text =
      'HTTP/1.1 103 E\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 304 N\r\nContent-Length: 9\r\n\r\nHTTP/1.1 200 OK\r\n\r\nrest';
    const told = (ending: 'open' | 'fin' | 'rst') =>
      answersIn(bytes(text), [], ending).answers.map(({ status, interims, body, state }) =>
        [status, interims.join(), body, state].join(' '),
      );
    expect(told('fin')).toEqual(['200 103 ok whole', '304   whole', '200  rest whole']);
    expect([told('open')[2], told('rst')[2]]).toEqual(['200  rest begun', '200  rest cut']);
  });

  it('to HEAD have no body whatever they say', () => {
    const text = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n';
    expect(answersIn(bytes(text), ['HEAD'], 'open').answers.map(({ state }) => state)).toEqual(['whole', 'whole']);
  });

  test.each(['HTTP/2 200\r\n\r\n', 'hello\r\n\r\n', 'HTTP/1.1 200 OK\r\nX : a\r\n\r\n'])('%j is none', (text) => {
    expect(answersIn(bytes(text), [], 'fin').fault).toBeDefined();
  });
});
