import { expect, it } from 'vitest';
import { httpOrigin } from '../http-origin.testkit.ts';
import { rawOrigin } from '../raw-origin.testkit.ts';
import { request, Visit } from '../visit.testkit.ts';

const BODY = 'n'.repeat(40_000);
const NO = `HTTP/1.1 413 Content Too Large\r\nContent-Length: ${BODY.length}\r\n\r\n${BODY}`;
const UPLOAD = request({ method: 'POST', body: 'length', length: 4_000_000 });

it('an answer before the end of the upload arrives whole although the origin closes (P42)', async () => {
  const { port } = await rawOrigin(async (connection) => {
    await connection.head();
    connection.socket.pause();
    connection.end(NO);
    // As a server does that is done with a request: close without reading the rest, which the kernel turns into a reset.
    connection.socket.once('finish', () => connection.socket.destroy());
  });
  const { origin } = httpOrigin(port);
  const visit = new Visit(origin, UPLOAD, { ends: false });
  visit.write('x'.repeat(100_000));
  await expect.poll(() => visit.heads.length).toBe(1);
  visit.write('x'.repeat(3_900_000));
  visit.end();
  expect(await visit.answer).toMatchObject({ body: BODY, end: 'whole', heads: [{ status: 413 }] });
  await expect.poll(() => origin.idle).toBe(0);
});

it('an answer before the end of the upload lets both end when the origin reads on, on a connection that is not kept (P43, X5)', async () => {
  let received = 0;
  const { port, connections } = await rawOrigin(async (connection) => {
    await connection.head();
    connection.write(NO);
    connection.socket.on('data', (bytes) => {
      received += bytes.length;
    });
  });
  const { origin } = httpOrigin(port);
  const answer = await new Visit(origin, UPLOAD, { body: 'x'.repeat(4_000_000) }).answer;
  expect(answer).toMatchObject({ body: BODY, end: 'whole' });
  expect(await connections[0]!.over()).toBe('end');
  expect(received).toBeGreaterThanOrEqual(3_900_000);
  expect(origin.idle).toBe(0);
});

it('a final answer to Expect: 100-continue ends the connection, and the next request is not harmed (X5)', async () => {
  const heads: string[] = [];
  const { port, connections } = await rawOrigin(async (connection) => {
    heads.push(await connection.head());
    connection.write('HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n\r\n');
  });
  const { origin } = httpOrigin(port);
  const visit = new Visit(origin, { ...UPLOAD, fields: ['Expect', '100-continue'] }, { ends: false });
  expect(await visit.answer).toMatchObject({ end: 'whole', heads: [{ status: 417 }] });
  visit.pipe.reset();
  expect(await new Visit(origin, request()).answer).toMatchObject({ end: 'whole' });
  expect(connections.length).toBe(2);
  expect(heads[0]).toContain('Expect: 100-continue');
});

it("the origin's 100 arrives before any byte of the body is sent (P45)", async () => {
  const { port } = await rawOrigin(async (connection) => {
    await connection.head();
    expect(connection.received).toBe('');
    connection.write('HTTP/1.1 100 Continue\r\n\r\n');
    await connection.until('body');
    connection.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
  });
  const head = request({ method: 'PUT', body: 'length', length: 4, fields: ['Expect', '100-continue'] });
  const visit = new Visit(httpOrigin(port).origin, head, { ends: false });
  await expect.poll(() => visit.heads.map(({ status }) => status)).toEqual([100]);
  visit.write('body');
  visit.end();
  expect((await visit.answer).heads.map(({ status }) => status)).toEqual([100, 200]);
});
