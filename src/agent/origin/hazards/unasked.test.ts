import { expect, it } from 'vitest';
import type { RequestHead } from '../../../contract/message.ts';
import { httpOrigin } from '../http-origin.testkit.ts';
import { type RawConnection, rawOrigin } from '../raw-origin.testkit.ts';
import { request, Visit } from '../visit.testkit.ts';

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const FAKE = 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfake';

it('bytes on a connection at rest end it, and the next request is answered on another (P83, X7)', async () => {
  const { port, connections } = await rawOrigin(async (connection) => {
    await connection.head();
    connection.write(OK);
  });
  const { origin } = httpOrigin(port);
  await new Visit(origin, request()).answer;
  connections[0]!.write(FAKE);
  await expect.poll(() => origin.idle).toBe(0);
  expect(await new Visit(origin, request()).answer).toMatchObject({ body: 'ok', end: 'whole' });
  expect(connections.length).toBe(2);
});

it('bytes behind an answer, in the same piece, end the connection (P57)', async () => {
  const { port, connections } = await rawOrigin(async (connection) => {
    await connection.head();
    connection.write(OK + FAKE);
  });
  const { origin } = httpOrigin(port);
  for (let i = 0; i < 3; i++)
    expect(await new Visit(origin, request()).answer).toMatchObject({ body: 'ok', end: 'whole' });
  expect(connections.length).toBe(3);
});

it.each([
  ['GET', {}, ''],
  ['POST', { method: 'POST', body: 'length', length: 2 } as const, 'ab'],
])('no answer sent before its %s, however shortly, is ever given to a visitor (X7)', async (_name, head, body) => {
  const { port, connections } = await rawOrigin(async (connection) => {
    for (;;) {
      await connection.head();
      connection.write(OK);
    }
  });
  const { origin } = httpOrigin(port);
  for (let i = 0; i < 20; i++) {
    await new Visit(origin, request()).answer;
    // After this turn's news was heard: the bytes are in the kernel, and nobody here has been told.
    await new Promise(setImmediate);
    connections.at(-1)!.write(FAKE);
    const answer = await new Visit(origin, request(head), { body }).answer;
    expect(answer.body).not.toBe('fake');
    expect(answer.end).toBe(body === '' ? 'whole' : 'malformed');
  }
});

it.each([
  ['a reset', (connection: RawConnection) => connection.abort()],
  ['an end', (connection: RawConnection) => connection.end()],
])('%s that comes shortly before a request costs only a request whose body was on its way', async (_what, end) => {
  const heads: string[] = [];
  const { port, connections } = await rawOrigin(async (connection) => {
    for (;;) {
      heads.push(await connection.head());
      connection.write(OK);
    }
  });
  const { origin } = httpOrigin(port);
  const after = async (head: Partial<RequestHead>, body: string) => {
    await new Visit(origin, request()).answer;
    await new Promise(setImmediate);
    end(connections.at(-1)!);
    return new Visit(origin, request(head), { body }).answer;
  };
  expect(await after({}, '')).toMatchObject({ body: 'ok', end: 'whole' });
  expect(await after({ method: 'POST', body: 'length', length: 0 }, '')).toMatchObject({ body: 'ok', end: 'whole' });
  expect((await after({ method: 'POST', body: 'length', length: 2 }, 'ab')).end).not.toBe('whole');
  expect(heads.filter((head) => head.startsWith('POST')).length).toBe(1);
});

it('an end on a connection at rest ends it', async () => {
  const { port, connections } = await rawOrigin(async (connection) => {
    await connection.head();
    connection.end(OK);
  });
  const { origin } = httpOrigin(port);
  await new Visit(origin, request()).answer;
  await expect.poll(() => origin.idle).toBe(0);
  expect(await connections[0]!.over()).toBe('end');
});

it('a body that answers HEAD is not passed on, and ends the connection (P51)', async () => {
  const { port, connections } = await rawOrigin(async (connection) => {
    await connection.head();
    connection.write(OK);
  });
  const { origin } = httpOrigin(port);
  const answer = await new Visit(origin, request({ method: 'HEAD' })).answer;
  expect(answer).toMatchObject({ body: '', end: 'whole', heads: [{ status: 200, length: 2 }] });
  await expect.poll(() => origin.idle).toBe(0);
  await new Visit(origin, request()).answer;
  expect(connections.length).toBe(2);
});
