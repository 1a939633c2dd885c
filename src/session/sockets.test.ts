import { createHash, randomBytes } from 'node:crypto';
import { createServer, connect as dial, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { limitValues } from '../contract/limits.ts';
import type { Pipe } from '../contract/pipe.ts';
import type { Arrival } from '../contract/reactor.ts';
import { nodeCrypto } from '../identity/crypto.ts';
import { Pool } from '../pipe/arena.ts';
import { makeNodeReactor } from '../pipe/node/reactor.ts';
import { Session, type SessionEvents, Turns } from './session.ts';
import { KEYS, TCP_HEAD, WELCOME } from './world.testkit.ts';

const LOCAL = { host: '127.0.0.1', port: 0 };
const PEER = { address: '127.0.0.1:1', transport: 'tcp', exporter: undefined, trusted: false };
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** Visitors' port → gateway → agent → a server of Node's own, over real sockets. Resolves with the visitors' port. */
async function tunnel(serve: (socket: Socket) => void): Promise<number> {
  const reactor = makeNodeReactor(limitValues());
  const turns = new Turns(reactor);
  const arenas = new Pool(524_288, 4);
  const origin = createServer({ allowHalfOpen: true }, serve).listen(0, '127.0.0.1');
  await new Promise((resolve) => origin.once('listening', resolve));
  const originPort = (origin.address() as { port: number }).port;
  const ready = Promise.withResolvers<void>();
  const make = (role: 'gateway' | 'agent', pipe: Pipe, events: Partial<SessionEvents>) =>
    new Session(Object.assign(pipe, { peer: PEER }), {
      role,
      clock: reactor.clock,
      crypto: nodeCrypto,
      limits: limitValues(),
      arenas,
      key: KEYS[role],
      token: KEYS.token,
      software: 'test',
      turns,
      events: { established: () => {}, control: () => {}, opened: () => 2, closed: () => {}, ...events },
    });
  const linked = Promise.withResolvers<Session>();
  const links = await reactor.listen(LOCAL, {}, ({ pipe }) =>
    linked.resolve(make('gateway', pipe, { admit: async () => WELCOME })),
  );
  const agent = make('agent', reactor.dial(links.address, { timeoutMs: 5_000 }), {
    established: () => ready.resolve(),
    opened: () => reactor.dial({ host: '127.0.0.1', port: originPort }, { timeoutMs: 5_000 }),
  });
  const gateway = await linked.promise;
  await ready.promise;
  const visitors = await reactor.listen(LOCAL, {}, ({ pipe }: Arrival) => void gateway.open(TCP_HEAD, pipe));
  closers.push(
    () => agent.close(),
    () => gateway.close(),
    () => visitors.close(),
    () => links.close(),
    () => origin.close(),
  );
  return 'port' in visitors.address ? visitors.address.port : 0;
}

const sum = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

it('carries megabytes both ways at once over real sockets, byte for byte', async () => {
  const bytes = randomBytes(8 * 2 ** 20);
  const port = await tunnel((socket) => void socket.pipe(socket));
  const echoes = await Promise.all(
    Array.from({ length: 3 }, async () => {
      const socket = dial({ port, host: '127.0.0.1', allowHalfOpen: true });
      const parts: Buffer[] = [];
      socket.on('data', (part: Buffer) => parts.push(part));
      socket.end(bytes);
      await new Promise((resolve, reject) => socket.once('end', resolve).once('error', reject));
      return sum(Buffer.concat(parts));
    }),
  );
  expect(echoes).toEqual([sum(bytes), sum(bytes), sum(bytes)]);
});

it('tells a visitor the reset of an origin, and an origin that of a visitor', async () => {
  const heard = Promise.withResolvers<string>();
  let connections = 0;
  const port = await tunnel((socket) => {
    socket.on('error', () => {});
    if (connections++ === 0) socket.once('data', () => socket.resetAndDestroy());
    else socket.on('error', (error: NodeJS.ErrnoException) => heard.resolve(error.code ?? ''));
    socket.resume();
  });
  const first = dial({ port, host: '127.0.0.1' });
  first.write('x');
  const code = await new Promise((resolve) =>
    first.once('error', (error: NodeJS.ErrnoException) => resolve(error.code)),
  );
  expect(code).toBe('ECONNRESET');
  const second = dial({ port, host: '127.0.0.1' });
  second.write('x', () => setImmediate(() => second.resetAndDestroy()));
  expect(await heard.promise).toBe('ECONNRESET');
});
