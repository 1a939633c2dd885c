/** What `pipe` costs: bulk and small messages through the kernel on the node reactor, through a pair in memory, and timers. */
import { performance } from 'node:perf_hooks';
import { limitValues } from '../src/contract/limits.ts';
import type { Pipe } from '../src/contract/pipe.ts';
import type { Reactor } from '../src/contract/reactor.ts';
import { makeArena } from '../src/pipe/arena.ts';
import { WheelClock } from '../src/pipe/clock.ts';
import { makePair } from '../src/pipe/memory/pair.ts';
import { makeNodeReactor } from '../src/pipe/node/reactor.ts';

export interface BenchResult {
  readonly name: string;
  readonly nanoseconds: number;
}

type Ends = readonly [Pipe, Pipe];

/** A link's arena. */
const LINK_BYTES = 524_288;
/** A small answer. */
const MESSAGE_BYTES = 200;
const CONCURRENT = 64;

async function connect(reactor: Reactor, pairs: number): Promise<{ ends: Ends[]; close(): Promise<void> }> {
  const ends: Ends[] = [];
  let arrive: (pipe: Pipe) => void = () => {};
  const listener = await reactor.listen({ host: '127.0.0.1', port: 0 }, {}, ({ pipe }) => arrive(pipe));
  while (ends.length < pairs) {
    const arrived = new Promise<Pipe>((resolve) => {
      arrive = resolve;
    });
    ends.push([reactor.dial(listener.address, { timeoutMs: 5_000 }), await arrived]);
  }
  return {
    ends,
    close: async () => {
      for (const pipe of ends.flat()) pipe.reset();
      await listener.close();
    },
  };
}

/** Nanoseconds for one of `blocks` arenas of a link, written here and read there. */
async function bulk([near, far]: Ends, blocks: number): Promise<number> {
  const [out, into] = [makeArena(LINK_BYTES), makeArena(LINK_BYTES)];
  const done = Promise.withResolvers<void>();
  const total = blocks * LINK_BYTES;
  let sent = 0;
  let heard = 0;
  near.owner = {
    readable: () => {},
    writable: () => {
      for (let taken = 1; taken > 0 && sent < total; sent += taken) {
        taken = near.write(out, 0, Math.min(LINK_BYTES, total - sent));
      }
      if (sent === total) near.want(false, false);
    },
  };
  far.owner = {
    readable: () => {
      do heard += Math.max(0, far.read(into, 0, LINK_BYTES));
      while (far.more && heard < total);
      if (heard === total) done.resolve();
    },
    writable: () => {},
  };
  const start = performance.now();
  near.want(false, true);
  far.want(true, false);
  await done.promise;
  far.want(false, false);
  return ((performance.now() - start) * 1e6) / blocks;
}

/** Nanoseconds for one read and the write that answers it, `turns` of them over all the pairs. */
async function talk(pairs: readonly Ends[], turns: number): Promise<number> {
  const arena = makeArena(MESSAGE_BYTES);
  const done = Promise.withResolvers<void>();
  let left = turns;
  for (const pipe of pairs.flat()) {
    pipe.owner = {
      readable: () => {
        pipe.read(arena, 0, MESSAGE_BYTES);
        if (--left > 0) pipe.write(arena, 0, MESSAGE_BYTES);
        else done.resolve();
      },
      writable: () => {
        pipe.write(arena, 0, MESSAGE_BYTES);
        pipe.want(true, false);
      },
    };
  }
  const start = performance.now();
  for (const [near, far] of pairs) {
    near.want(true, true);
    far.want(true, false);
  }
  await done.promise;
  const nanoseconds = ((performance.now() - start) * 1e6) / turns;
  for (const pipe of pairs.flat()) pipe.want(false, false);
  return nanoseconds;
}

/** Nanoseconds for asking for a timer and taking it back, with many others waiting. */
function timers(count: number): number {
  const clock = new WheelClock();
  const waiting = Array.from({ length: 10_000 }, (_, place) => clock.after(10_000 + place, () => {}));
  const start = performance.now();
  for (let place = 0; place < count; place++) clock.after(5_000 + (place & 0xfff), () => {}).cancel();
  const nanoseconds = ((performance.now() - start) * 1e6) / count;
  for (const timer of waiting) timer.cancel();
  return nanoseconds;
}

/** Timers `iterations` times, turns `iterations` / 10 times, bulk blocks `iterations` / 1000 times. */
export async function run(iterations: number): Promise<readonly BenchResult[]> {
  const reactor = makeNodeReactor(limitValues());
  const turns = Math.ceil(iterations / 10);
  const { ends, close } = await connect(reactor, CONCURRENT);
  const results = [
    { name: '512 KiB through node TCP', nanoseconds: await bulk(ends[0] as Ends, Math.ceil(iterations / 1_000)) },
    { name: 'a read and a write, node TCP, one pair', nanoseconds: await talk(ends.slice(1, 2), turns) },
    { name: `a read and a write, node TCP, ${CONCURRENT - 2} pairs`, nanoseconds: await talk(ends.slice(2), turns) },
    { name: 'a read and a write, a pair in memory', nanoseconds: await talk([makePair(setImmediate)], turns) },
    { name: 'a timer asked for and cancelled', nanoseconds: timers(iterations) },
  ];
  await close();
  return results;
}

if (import.meta.main) {
  for (const { name, nanoseconds } of await run(2_000_000)) {
    const rate = name.startsWith('512 KiB') ? `  (${(LINK_BYTES / (nanoseconds / 1e3)).toFixed(0)} MB/s)` : '';
    console.log(`${nanoseconds.toFixed(1).padStart(9)} ns  ${name}${rate}`);
  }
}
