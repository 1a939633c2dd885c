import { describe, expect, it } from 'vitest';
import { limitValues } from '../../../contract/limits.ts';
import { httpOrigin } from '../http-origin.testkit.ts';
import { rawOrigin } from '../raw-origin.testkit.ts';
import { request, Visit } from '../visit.testkit.ts';

/** What a visitor gets from an origin that answers with these bytes and then ends (or leaves open). */
async function visitWith(bytes: string, { open = false, method = 'GET' } = {}) {
  const { port } = await rawOrigin(async (connection) => {
    await connection.head();
    if (open) connection.write(bytes);
    else connection.end(bytes);
  });
  const { origin } = httpOrigin(port);
  const answer = await new Visit(origin, request({ method })).answer;
  return { ...answer, statuses: answer.heads.map(({ status }) => status), idle: origin.idle };
}

describe('an answer that is not legal HTTP breaks the exchange (P53, P59-P61, P64, P65)', () => {
  it.each([
    ['garbage', 'SSH-2.0-OpenSSH_9.2\r\n\r\n'],
    ['HTTP/0.9', '<html>hello</html>\r\n\r\n'],
    ['HTTP/2 in HTTP/1', 'HTTP/2.0 200 OK\r\n\r\n'],
    ['length and chunked', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\ncontent-length: 6\r\n\r\nhello'],
    ['a bad length', 'HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\nhello'],
    ['an unknown coding', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nhello'],
    ['a folded field', 'HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n'],
    ['a space before the colon', 'HTTP/1.1 200 OK\r\nA : b\r\n\r\n'],
    ['NUL in a field', 'HTTP/1.1 200 OK\r\nA: \0\r\n\r\n'],
    ['a 101 nobody asked for', 'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n'],
    ['64 KiB of fields', `HTTP/1.1 200 OK\r\n${'A: b\r\n'.repeat(11_000)}\r\n`],
    ['500 fields', `HTTP/1.1 200 OK\r\n${'A: b\r\n'.repeat(500)}\r\n`],
    ['a malformed chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'],
  ])('%s', async (_name, bytes) => {
    for (const open of [false, true])
      expect(await visitWith(bytes, { open })).toMatchObject({ end: 'malformed', idle: 0 });
  });

  it('interim answers without end are cut at the limit', async () => {
    const { interimResponses } = limitValues();
    const { end, statuses } = await visitWith('HTTP/1.1 102 Processing\r\n\r\n'.repeat(1_000), { open: true });
    expect([end, statuses.length]).toEqual(['malformed', interimResponses]);
  });
});

describe('an answer that is cut is never whole (P55, P56, P58, P63)', () => {
  it.each([
    ['nothing', ''],
    ['half a head', 'HTTP/1.1 200 OK\r\nContent-'],
    ['only an interim answer', 'HTTP/1.1 103 Early Hints\r\n\r\n'],
    ['fewer bytes than declared', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell'],
    ['chunks without the last', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n'],
    ['half a chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel'],
    ['the last chunk without its end', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n'],
  ])('%s', async (_name, bytes) => {
    expect((await visitWith(bytes)).end).toBe('truncated');
  });

  it('a body that ends with the connection is whole when it ends, and cut when it is reset', async () => {
    const head = 'HTTP/1.1 200 OK\r\n\r\n';
    expect(await visitWith(`${head}all`)).toMatchObject({ end: 'whole', body: 'all', idle: 0 });
    const { port } = await rawOrigin(async (connection) => {
      await connection.head();
      connection.write(`${head}some`);
      await connection.until('more');
      connection.abort();
    });
    const visit = new Visit(httpOrigin(port).origin, request({ method: 'POST', body: 'chunked' }), { ends: false });
    await expect.poll(() => visit.body).toBe('some');
    visit.write('more');
    expect((await visit.answer).end).toBe('reset');
  });
});

describe('answers without a body', () => {
  it('stay without one, whatever their framing says (P50, P52)', async () => {
    for (const status of ['204 No Content', '304 Not Modified']) {
      const answer = await visitWith(`HTTP/1.1 ${status}\r\nContent-Length: 5\r\n\r\n`, { open: true });
      expect(answer).toMatchObject({ end: 'whole', body: '', idle: 1 });
    }
    const { heads, ...answer } = await visitWith('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n', {
      open: true,
      method: 'HEAD',
    });
    expect(answer).toMatchObject({ end: 'whole', body: '', idle: 1 });
    expect(heads[0]!.length).toBe(10);
  });

  it('interim ones come in order before the final one (P62)', async () => {
    const interims = [100, 102, 103].map((status) => `HTTP/1.1 ${status} x\r\n\r\n`).join('');
    const answer = await visitWith(`${interims}HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok`, { open: true });
    expect(answer).toMatchObject({ statuses: [100, 102, 103, 200], body: 'ok', end: 'whole', idle: 1 });
  });
});
