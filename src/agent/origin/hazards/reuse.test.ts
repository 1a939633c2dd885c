import { describe, expect, it } from 'vitest';
import { httpOrigin } from '../http-origin.testkit.ts';
import { type RawConnection, rawOrigin } from '../raw-origin.testkit.ts';
import { request, Visit } from '../visit.testkit.ts';

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

/** Answers the first request of its first connection, and ends that one in the midst of the second (P80). */
function endsOnReuse(end: (connection: RawConnection) => void, heads: string[]) {
  return async (connection: RawConnection, number: number) => {
    heads.push(await connection.head());
    connection.write(OK);
    heads.push(await connection.head());
    if (number === 0) end(connection);
    else connection.write(OK);
  };
}

describe.each([
  ['ends', (connection: RawConnection) => connection.end()],
  ['resets', (connection: RawConnection) => connection.abort()],
])('an origin that %s a kept connection as the next request arrives', (_how, end) => {
  it.each(['GET', 'HEAD', 'OPTIONS'])('gets a %s once more, on a new connection', async (method) => {
    const heads: string[] = [];
    const { port, connections } = await rawOrigin(endsOnReuse(end, heads));
    const { origin } = httpOrigin(port);
    await new Visit(origin, request()).answer;
    const answer = await new Visit(origin, request({ method })).answer;
    expect(answer).toMatchObject({ end: 'whole', heads: [{ status: 200 }] });
    expect(connections.length).toBe(2);
    expect(heads.length).toBe(3);
  });

  it.each([
    ['POST', { method: 'POST', body: 'length', length: 2 } as const, 'ab'],
    ['POST without a body', { method: 'POST', body: 'length', length: 0 } as const, ''],
    ['GET with a body', { body: 'length', length: 2 } as const, 'ab'],
    ['DELETE', { method: 'DELETE' } as const, ''],
  ])('gets a %s never twice', async (_name, head, body) => {
    const heads: string[] = [];
    const { port, connections } = await rawOrigin(endsOnReuse(end, heads));
    const { origin } = httpOrigin(port);
    await new Visit(origin, request()).answer;
    const answer = await new Visit(origin, request(head), { body }).answer;
    expect(['reset', 'truncated']).toContain(answer.end);
    expect(connections.length).toBe(1);
    expect(heads.length).toBe(2);
  });
});

it('a repeated request is not repeated again', async () => {
  let requests = 0;
  const { port, connections } = await rawOrigin(async (connection, number) => {
    await connection.head();
    requests++;
    if (number > 0) return connection.abort();
    connection.write(OK);
    await connection.head();
    requests++;
    connection.abort();
  });
  const { origin } = httpOrigin(port);
  await new Visit(origin, request()).answer;
  expect((await new Visit(origin, request()).answer).end).toMatch(/reset|truncated/);
  expect([connections.length, requests]).toEqual([2, 3]);
});

it('a request on a new connection is not repeated', async () => {
  const { port, connections } = await rawOrigin(async (connection) => {
    await connection.head();
    connection.abort();
  });
  expect((await new Visit(httpOrigin(port).origin, request()).answer).end).toBe('reset');
  expect(connections.length).toBe(1);
});

it('a request that was answered in part is not repeated', async () => {
  const { port, connections } = await rawOrigin(async (connection) => {
    await connection.head();
    connection.write(OK);
    await connection.head();
    connection.write('HTTP/1.1 103 Early Hints\r\n\r\n');
    connection.end();
  });
  const { origin } = httpOrigin(port);
  await new Visit(origin, request()).answer;
  const answer = await new Visit(origin, request()).answer;
  expect(answer).toMatchObject({ end: 'truncated', heads: [{ status: 103 }] });
  expect(connections.length).toBe(1);
});
