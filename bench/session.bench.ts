/** What `session` costs: two of them over a pair in memory, small messages to and fro on many streams, bulk, and opening. */
import { performance } from 'node:perf_hooks';
import { throwOn } from '../src/contract/defect.ts';
import { limitValues } from '../src/contract/limits.ts';
import { END, type Pipe } from '../src/contract/pipe.ts';
import type { StreamHead } from '../src/contract/stream.ts';
import { nodeCrypto } from '../src/identity/crypto.ts';
import { makeKey } from '../src/identity/keys.ts';
import { makeArena, Pool } from '../src/pipe/arena.ts';
import { WheelClock } from '../src/pipe/clock.ts';
import { makePair } from '../src/pipe/memory/pair.ts';
import { Session, type SessionEvents, Turns } from '../src/session/session.ts';

export interface BenchResult {
  readonly name: string;
  readonly nanoseconds: number;
}

const ARENA_BYTES = 524_288;
const LINK_BYTES = 262_144;
/** Visitors' and origins' pipes in memory; large ones would cost more to make than what is measured. */
const PIPE_BYTES = 65_536;
const SMALL_PIPE_BYTES = 1_024;
const MESSAGE_BYTES = 100;
const STREAMS = 64;
const HEAD: StreamHead = { kind: 'tcp', exposure: 1, visitor: '192.0.2.1:1' };
const PEER = { address: '', transport: 'memory', exporter: undefined, trusted: false };

const clock = new WheelClock();
/** Turns as on the node reactor: at the end of the loop's turn, one for everybody. */
const reactor = {
  onTurn: [] as (() => void)[],
  asked: false,
  schedule() {
    if (reactor.asked) return;
    reactor.asked = true;
    setImmediate(() => {
      reactor.asked = false;
      for (const told of reactor.onTurn) told();
    });
  },
  defect: throwOn,
};

/** Two sessions, established; `serve` is what the agent's origins do with their end of a pipe. */
async function connect(
  serve: (origin: Pipe) => void,
  pipeBytes = PIPE_BYTES,
): Promise<{ gateway: Session; agent: Session }> {
  const [near, far] = makePair(setImmediate, LINK_BYTES);
  const turns = new Turns(reactor);
  const ready = Promise.withResolvers<void>();
  const make = (role: 'gateway' | 'agent', pipe: Pipe, events: Partial<SessionEvents>) =>
    new Session(Object.assign(pipe, { peer: PEER }), {
      role,
      clock,
      crypto: nodeCrypto,
      limits: limitValues(),
      arenas: new Pool(ARENA_BYTES, 4),
      key: makeKey(),
      token: makeKey(),
      software: 'bench',
      turns,
      events: { established: () => {}, control: () => {}, opened: () => 2, closed: () => {}, ...events },
    });
  const gateway = make('gateway', near, { admit: async () => ({ session: 's', publicHost: 'h', account: 'a' }) });
  const agent = make('agent', far, {
    established: () => ready.resolve(),
    opened: () => {
      const [ours, theirs] = makePair(setImmediate, pipeBytes);
      serve(theirs);
      return ours;
    },
  });
  await ready.promise;
  return { gateway, agent };
}

/** A visitor's own end of a new stream. */
function visit(gateway: Session, pipeBytes = PIPE_BYTES): Pipe {
  const [visitor, ours] = makePair(setImmediate, pipeBytes);
  if (gateway.open(HEAD, ours) === undefined) throw new Error('no stream could be opened');
  return visitor;
}

const arena = makeArena(ARENA_BYTES);

/** Says back what it hears, and ends when it hears the end. */
function echo(origin: Pipe): void {
  const readable = () => {
    for (let read = origin.read(arena, 0, MESSAGE_BYTES); ; read = origin.read(arena, 0, MESSAGE_BYTES)) {
      if (read === END) {
        origin.end();
        origin.close();
      }
      if (read <= 0) return;
      origin.write(arena, 0, read);
    }
  };
  origin.owner = { readable, writable: () => {} };
  origin.want(true, false);
}

/** Nanoseconds for one small message to the origin and back, with `STREAMS` streams at it. */
async function pingPong(times: number): Promise<number> {
  const { gateway } = await connect(echo);
  const done = Promise.withResolvers<void>();
  let left = times;
  const started = performance.now();
  for (let i = 0; i < STREAMS; i++) {
    const visitor = visit(gateway);
    const readable = () => {
      while (visitor.read(arena, 0, MESSAGE_BYTES) > 0) {
        if (--left <= 0) done.resolve();
        visitor.write(arena, 0, MESSAGE_BYTES);
      }
    };
    visitor.owner = { readable, writable: () => {} };
    visitor.want(true, false);
    visitor.write(arena, 0, MESSAGE_BYTES);
  }
  await done.promise;
  const took = performance.now() - started;
  gateway.close();
  return (took * 1e6) / times;
}

/** Nanoseconds for 1 MiB through one stream. */
async function bulk(mebibytes: number): Promise<number> {
  const total = mebibytes * 2 ** 20;
  const done = Promise.withResolvers<void>();
  let heard = 0;
  const { gateway } = await connect((origin) => {
    const readable = () => {
      for (let read = 1; read > 0; heard += Math.max(0, read)) read = origin.read(arena, 0, ARENA_BYTES);
      if (heard === total) done.resolve();
    };
    origin.owner = { readable, writable: () => {} };
    origin.want(true, false);
  });
  const visitor = visit(gateway);
  let sent = 0;
  const writable = () => {
    for (let taken = 1; taken > 0 && sent < total; sent += taken) {
      taken = visitor.write(arena, 0, Math.min(ARENA_BYTES, total - sent));
    }
    if (sent === total) visitor.want(false, false);
  };
  visitor.owner = { readable: () => {}, writable };
  const started = performance.now();
  visitor.want(false, true);
  await done.promise;
  const took = performance.now() - started;
  gateway.close();
  return (took * 1e6) / mebibytes;
}

/** Nanoseconds for a stream that is opened, carries a message each way and ends on both sides. */
async function openings(times: number): Promise<number> {
  const { gateway } = await connect(echo, SMALL_PIPE_BYTES);
  const done = Promise.withResolvers<void>();
  let left = times;
  const one = () => {
    const visitor = visit(gateway, SMALL_PIPE_BYTES);
    const readable = () => {
      for (let read = 1; read !== 0; ) {
        read = visitor.read(arena, 0, MESSAGE_BYTES);
        if (read >= 0) continue;
        visitor.close();
        if (--left <= 0) done.resolve();
        else one();
        return;
      }
    };
    visitor.owner = { readable, writable: () => {} };
    visitor.want(true, false);
    visitor.write(arena, 0, MESSAGE_BYTES);
    visitor.end();
  };
  const started = performance.now();
  for (let i = 0; i < Math.min(times, STREAMS); i++) one();
  await done.promise;
  const took = performance.now() - started;
  gateway.close();
  return (took * 1e6) / times;
}

export async function run(iterations: number): Promise<readonly BenchResult[]> {
  return [
    { name: `${MESSAGE_BYTES} bytes there and back, ${STREAMS} streams`, nanoseconds: await pingPong(iterations) },
    { name: '1 MiB through one stream', nanoseconds: await bulk(Math.max(1, iterations >>> 7)) },
    { name: 'a stream: open, a message each way, both ends', nanoseconds: await openings(iterations) },
  ];
}

if (import.meta.main) {
  for (const { name, nanoseconds } of await run(500_000)) {
    const rate = name.startsWith('1 MiB') ? `  (${(2 ** 20 / (nanoseconds / 1e3)).toFixed(0)} MB/s)` : '';
    console.log(`${nanoseconds.toFixed(1).padStart(9)} ns  ${name}${rate}`);
  }
}
