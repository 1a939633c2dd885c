import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { limitValues } from '../contract/limits.ts';
import { makeNodeReactor } from '../pipe/node/reactor.ts';
import { probeOrigin } from './probe.ts';
import { parseTarget } from './target.ts';

const limits = limitValues();
const probe = async (text: string) =>
  (await probeOrigin({ target: parseTarget(text, '/'), sendProxyProtocol: undefined }, makeNodeReactor(limits), limits))
    ?.code;

it('an origin that listens is there, whatever it speaks, and one that does not is named by its fault', async () => {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as { port: number };
  expect([await probe(`${port}`), await probe(`tcp://127.0.0.1:${port}`)]).toEqual([undefined, undefined]);
  await new Promise((closed) => server.close(closed));
  expect([await probe(`${port}`), await probe(`https://localhost:${port}`)]).toEqual(['TK-2001', 'TK-2001']);
  expect(await probe('http://does-not-exist.invalid')).toBe('TK-2002');
});

it('an origin that speaks no TLS where it should is there, but of no use', async () => {
  const server = createServer((socket) =>
    socket
      .on('error', () => {})
      .resume()
      .end('HTTP/1.1 400 Bad Request\r\n\r\n'),
  );
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as { port: number };
  expect(await probe(`https://localhost:${port}`)).toBe('TK-2004');
  await new Promise((closed) => server.close(closed));
});

it('a directory is there until it is not', async () => {
  const path = mkdtempSync(join(tmpdir(), 'probe-'));
  const target = parseTarget(path, '/');
  const now = async () =>
    (await probeOrigin({ target, sendProxyProtocol: undefined }, makeNodeReactor(limits), limits))?.code;
  expect(await now()).toBeUndefined();
  rmSync(path, { recursive: true });
  expect(await now()).toBe('TK-2008');
});
