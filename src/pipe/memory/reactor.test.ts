import { expect, test } from 'vitest';
import { END, RESET } from '../../contract/pipe.ts';
import type { Arrival } from '../../contract/reactor.ts';
import { makeArena } from '../arena.ts';
import { introductionSuite } from '../introduction.suite.ts';
import { Ear, keyedArena, Listening, Talker } from '../owners.testkit.ts';
import { type ReactorWorld, reactorSuite } from '../reactor.suite.ts';
import { type MemoryOptions, type MemoryReactor, makeMemoryReactor } from './reactor.ts';

const HOME = { host: 'localhost', port: 80 };
const arena = makeArena(64);

for (const options of [{ seed: 1 }, { seed: 2, delayMsMax: 30, splitBytesMax: 4, bufferBytes: 16 }]) {
  const world: ReactorWorld = {
    name: `memory ${JSON.stringify(options)}`,
    make: () => {
      const reactor = makeMemoryReactor(options);
      const until = async (fact: () => boolean): Promise<void> => {
        for (let step = 0; !fact() && step < 1_000; step++) reactor.advance(10);
        expect(fact()).toBe(true);
      };
      return { reactor, until };
    },
  };
  reactorSuite(world);
  introductionSuite(world);
}

async function pair(reactor: MemoryReactor) {
  const arrivals: Arrival[] = [];
  const listener = await reactor.listen({ host: '', port: 0 }, {}, (arrival) => arrivals.push(arrival));
  const near = reactor.dial(listener.address, { timeoutMs: 5_000 });
  reactor.run();
  const far = arrivals[0]?.pipe;
  if (far === undefined) throw new Error('nobody arrived');
  return [near, far] as const;
}

/** A talk under faults, as a line of everything that can be seen of it. */
async function story(options: MemoryOptions): Promise<string> {
  const reactor = makeMemoryReactor({ delayMsMax: 9, splitBytesMax: 40, bufferBytes: 100, ...options });
  const [near, far] = await pair(reactor);
  const out = { key: 1, bytes: 3_000, arenaBytes: 64 };
  const back = { key: 2, bytes: 2_000, arenaBytes: 32 };
  const talkers = [new Talker(near, out, back), new Talker(far, back, out)];
  const lines: string[] = [];
  for (let step = 0; step < 200; step++) {
    reactor.advance(10);
    lines.push(talkers.map(({ sent, heard, told, outcome }) => `${sent} ${heard} ${told} ${outcome}`).join(', '));
  }
  expect(talkers.map(({ firstWrong }) => firstWrong)).toEqual([-1, -1]);
  return lines.join('\n');
}

test('the same seed is the same run, another seed is another', async () => {
  const faults = { stallChance: 0.01, stallMsMax: 100, cutChance: 0.002 };
  const first = await story({ seed: 7, ...faults });
  expect(await story({ seed: 7, ...faults })).toBe(first);
  expect(await story({ seed: 8, ...faults })).not.toBe(first);
});

test('cuts by chance end talks with a reset on both sides, or not at all', async () => {
  const ends = new Set<string>();
  for (let seed = 0; seed < 60; seed++) {
    const last = (await story({ seed, cutChance: 0.003 })).split('\n').at(-1) ?? '';
    ends.add(last.replace(/[0-9 ]/g, ''));
  }
  expect([...ends].sort()).toEqual(['end,end', 'reset,reset']);
});

test('a reset overtakes bytes, or comes after them, by the seed', async () => {
  const outcomes = new Set<string>();
  for (let seed = 0; seed < 40; seed++) {
    const reactor = makeMemoryReactor({ seed, delayMsMax: 20 });
    const [near, far] = await pair(reactor);
    const reader = new Listening(far);
    near.write(keyedArena(1, 30), 0, 30);
    near.reset();
    reactor.run();
    expect(reader.end).toBe(RESET);
    outcomes.add(reader.bytes.length === 30 ? 'after' : `lost ${30 - reader.bytes.length}`);
  }
  expect([...outcomes].sort()).toEqual(['after', 'lost 30']);
});

test('a cut breaks both ends, also while the pipe is dialling', async () => {
  const reactor = makeMemoryReactor({ seed: 1, delayMsMax: 10 });
  const [near, far] = await pair(reactor);
  reactor.cut(far);
  reactor.run();
  expect([near.cause, far.cause]).toEqual(['reset', 'reset']);
  const dialling = reactor.dial(HOME, { timeoutMs: 100 });
  reactor.cut(dialling);
  reactor.advance(1_000);
  expect(dialling.cause).toBe('reset');
});

test('what is stalled arrives when the stall is over, in order', async () => {
  const reactor = makeMemoryReactor({ seed: 1, delayMsMax: 3 });
  const [near, far] = await pair(reactor);
  const reader = new Listening(far);
  reactor.stall(near, 1_000);
  near.write(keyedArena(1, 5), 0, 5);
  near.end();
  reactor.run();
  reactor.advance(990);
  expect(reader.readables).toBe(0);
  reactor.advance(20);
  expect([reader.bytes, reader.end]).toEqual([keyedArena(1, 5).bytes, END]);
});

test('a longer stall prolongs a shorter one', async () => {
  const reactor = makeMemoryReactor({ seed: 1 });
  const [near, far] = await pair(reactor);
  const reader = new Listening(far);
  reactor.stall(near, 100);
  reactor.stall(near, 500);
  near.end();
  reactor.advance(400);
  expect(reader.end).toBeUndefined();
  reactor.advance(200);
  expect(reader.end).toBe(END);
});

test('out of a black hole nothing comes, not even a reset', async () => {
  const reactor = makeMemoryReactor({ seed: 1 });
  const [near, far] = await pair(reactor);
  const ear = new Ear(far);
  reactor.stall(near);
  near.write(arena, 0, 5);
  near.reset();
  far.want(true, false);
  reactor.advance(86_400_000);
  expect([ear.told, far.cause]).toEqual([0, undefined]);
});

test('dialling into a black hole ends with a timeout, at its time', async () => {
  const reactor = makeMemoryReactor({ seed: 1 });
  await reactor.listen(HOME, {}, () => expect.unreachable());
  const pipe = reactor.dial(HOME, { timeoutMs: 3_000 });
  const ear = new Ear(pipe);
  reactor.stall(pipe);
  reactor.advance(2_999);
  expect(ear.told).toBe(0);
  reactor.advance(1);
  expect([ear.readables, pipe.cause]).toEqual([1, 'timeout']);
});

test('running to rest lets time pass for what is under way, and for nothing else', async () => {
  const reactor = makeMemoryReactor({ seed: 3, delayMsMax: 50 });
  const [near, far] = await pair(reactor);
  const reader = new Listening(far);
  let alarms = 0;
  reactor.clock.after(60_000, () => alarms++);
  near.end();
  reactor.run();
  expect([reader.end, alarms]).toEqual([END, 0]);
  expect(reactor.clock.now()).toBeLessThan(200);
});

test('an owner that wants what it never takes is found out', async () => {
  const reactor = makeMemoryReactor({ seed: 1 });
  const [near] = await pair(reactor);
  new Ear(near).call((pipe) => pipe.want(false, true));
  expect(() => reactor.run()).toThrow('no rest');
});

test('a Unix path is an address too', async () => {
  const reactor = makeMemoryReactor({ seed: 1 });
  const arrivals: Arrival[] = [];
  await reactor.listen({ path: '/run/x' }, {}, (arrival) => arrivals.push(arrival));
  reactor.dial({ path: '/run/x' }, { timeoutMs: 1_000 });
  reactor.run();
  expect(arrivals.length).toBe(1);
});
