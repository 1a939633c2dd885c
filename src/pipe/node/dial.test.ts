import { execFileSync } from 'node:child_process';
import { createServer, type Server } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { limitValues } from '../../contract/limits.ts';
import { type Pipe, RESET } from '../../contract/pipe.ts';
import type { Address, DialTls } from '../../contract/reactor.ts';
import { makeArena } from '../arena.ts';
import { VirtualClock } from '../memory/clock.ts';
import { Ear } from '../owners.testkit.ts';
import { turns, untilInTurns } from '../world.testkit.ts';
import { causeOfBreak, causeOfDial } from './cause.ts';
import { makeNodeReactor } from './reactor.ts';

const clock = new VirtualClock();
const reactor = makeNodeReactor(limitValues(), { clock });
const TLS: DialTls = { serverName: 'localhost', alpn: [], verify: 'report' };

function dial(to: Address, tls?: DialTls): Pipe {
  const pipe = reactor.dial(to, { timeoutMs: 5_000, tls });
  onTestFinished(() => pipe.reset());
  return pipe;
}

async function causeOf(to: Address): Promise<string | undefined> {
  const pipe = dial(to);
  const ear = new Ear(pipe);
  expect([pipe.cause, ear.told].filter((fact) => fact === 0)).toEqual([0]);
  await untilInTurns(() => ear.readables > 0);
  expect([ear.readables, ear.writables, pipe.read(makeArena(1), 0, 1)]).toEqual([1, 0, RESET]);
  return pipe.cause;
}

/** A listener that says nothing. Undefined where the host has no such address. */
async function silent(host: string, accepted: () => void = () => {}): Promise<number | undefined> {
  const server: Server = createServer((socket) => {
    onTestFinished(() => void socket.destroy());
    socket.on('error', () => {});
    accepted();
  });
  const { promise, resolve } = Promise.withResolvers<boolean>();
  server.on('error', () => resolve(false)).listen(0, host, () => resolve(true));
  if (!(await promise)) return undefined;
  onTestFinished(() => void server.close());
  const bound = server.address();
  return bound === null || typeof bound === 'string' ? undefined : bound.port;
}

test('a name that does not exist is a cause of its own', async () => {
  expect(await causeOf({ host: 'nowhere.invalid', port: 80 })).toBe('dns');
});

test('a Unix socket that is not there refuses', async () => {
  expect(await causeOf({ path: '/nowhere/at/all' })).toBe('refused');
});

test.each([70_000, -1, Number.NaN])('the port %d is unreachable, and nothing is thrown', async (port) => {
  expect(await causeOf({ host: '127.0.0.1', port })).toBe('unreachable');
});

test.each(['127.0.0.1', '::1'])('localhost is found on %s', async (host) => {
  let accepted = 0;
  const port = await silent(host, () => accepted++);
  // A host without IPv6 cannot listen on ::1, and then there is nothing to find.
  if (port === undefined) {
    expect(host).toBe('::1');
    return;
  }
  const pipe = dial({ host: 'localhost', port });
  const ear = new Ear(pipe);
  ear.onWritable = () => pipe.want(false, false);
  pipe.want(false, true);
  await untilInTurns(() => ear.told > 0);
  await untilInTurns(() => accepted > 0);
  expect([pipe.cause, ear.writables]).toEqual([undefined, 1]);
});

test('the time for connecting counts the handshake too, on the clock of the reactor', async () => {
  let accepted = 0;
  const port = (await silent('127.0.0.1', () => accepted++)) as number;
  const pipe = dial({ host: '127.0.0.1', port }, TLS);
  const ear = new Ear(pipe);
  await untilInTurns(() => accepted === 1);
  clock.advance(4_999);
  await turns(3);
  expect(ear.told).toBe(0);
  clock.advance(1);
  await untilInTurns(() => ear.told > 0);
  expect([pipe.cause, ear.readables]).toEqual(['timeout', 1]);
});

test('once it stands no time limit is left', async () => {
  const port = (await silent('127.0.0.1')) as number;
  const pipe = dial({ host: '127.0.0.1', port });
  const ear = new Ear(pipe);
  ear.onWritable = () => pipe.want(false, false);
  pipe.want(false, true);
  await untilInTurns(() => ear.told > 0);
  clock.advance(60_000);
  await turns(3);
  expect(pipe.cause).toBeUndefined();
});

test('errors of Node have causes', () => {
  const error = (code: string): Error => Object.assign(new Error(code), { code });
  const dialled = ['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EWHATEVER'];
  expect(dialled.map((code) => causeOfDial(error(code)))).toEqual([
    'refused',
    'unreachable',
    'unreachable',
    'timeout',
    'dns',
    'dns',
    'unreachable',
  ]);
  const broken = ['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ERR_SSL_BAD_RECORD_TYPE', 'ERR_TLS_X'];
  expect(broken.map((code) => causeOfBreak(error(code)))).toEqual(['reset', 'reset', 'timeout', 'tls', 'tls']);
});

test('a reset before the connection is told of is a reset for those who have accepted it', async () => {
  let ending: string | undefined;
  const server = createServer((socket) => {
    socket.on('end', () => (ending ??= 'fin')).on('error', ({ message }) => (ending ??= message));
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await untilInTurns(() => server.listening);
  const { port } = server.address() as { port: number };
  const pipe = dial({ host: '127.0.0.1', port });
  // The kernel connects on loopback while the tick runs; Node tells of it in a later turn.
  await new Promise<void>((resolve) => process.nextTick(resolve));
  pipe.reset();
  await untilInTurns(() => ending !== undefined);
  expect(ending).toContain('ECONNRESET');
});

test('the kernel asks after 15 s whether an origin that says nothing is still there', async () => {
  const port = (await silent('127.0.0.1')) as number;
  const pipe = dial({ host: '127.0.0.1', port });
  const ear = new Ear(pipe);
  pipe.want(false, true);
  await untilInTurns(() => ear.writables > 0);
  const sockets = execFileSync('ss', ['-Htno', 'dport', '=', `:${port}`], { encoding: 'utf8' });
  const [, seconds] = /timer:\(keepalive,(\d+)(?:\.\d+)?sec/.exec(sockets) ?? [];
  expect(Number(seconds), sockets).toBeGreaterThan(5);
  expect(Number(seconds)).toBeLessThanOrEqual(15);
});
