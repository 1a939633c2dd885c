import { beforeEach, describe, expect, test } from 'vitest';
import type { Destination } from '../contract/exposure.ts';
import { type Pipe, RESET } from '../contract/pipe.ts';
import type { Policy, Verdict } from '../contract/policy.ts';
import type { StreamHead, StreamOpener } from '../contract/stream.ts';
import { makeArena } from '../pipe/arena.ts';
import { type MemoryReactor, makeMemoryReactor } from '../pipe/memory/reactor.ts';
import { Away, live, makeGate, type TestGate } from './gate.testkit.ts';
import { admitTcp } from './tcp.ts';

const ARENA = makeArena(1_024);
const PORT = 7_000;

let reactor: MemoryReactor;
let opened: { head: StreamHead; pipe: Pipe }[];
let opener: StreamOpener;

beforeEach(() => {
  reactor = makeMemoryReactor({ seed: 1 });
  opened = [];
  opener = {
    open: (head, pipe) => {
      opened.push({ head, pipe });
      return { id: 1, opened: false, unreached: undefined, cancel: () => {} };
    },
  };
});

async function serve(destination: Destination, limits = {}): Promise<TestGate> {
  const made = makeGate(reactor, limits);
  await reactor.listen({ host: '::', port: PORT }, {}, (arrival) => admitTcp(made.gate, arrival, () => destination));
  return made;
}

function visit(): Pipe {
  const pipe = reactor.dial({ host: 'x', port: PORT }, { timeoutMs: 1_000 });
  reactor.run();
  return pipe;
}

/** The visitor was turned away with a reset. */
function isReset(pipe: Pipe): boolean {
  reactor.run();
  return pipe.read(ARENA, 0, 1) === RESET;
}

function policy(verdict: Verdict): Policy {
  return { name: 'test', decide: () => verdict };
}

describe('a TCP visitor', () => {
  test('of a live exposure becomes a stream with its address', async () => {
    await serve(live(opener));
    visit();
    expect(opened[0]?.head).toMatchObject({
      kind: 'tcp',
      exposure: 1,
      visitor: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
    });
  });

  test('is reset where the port is unknown, and nothing is opened', async () => {
    await serve({ kind: 'unknown' });
    expect(isReset(visit())).toBe(true);
    expect(opened).toEqual([]);
  });

  test('is reset if no stream can be opened', async () => {
    const { gate } = await serve(live({ open: () => undefined }));
    expect(isReset(visit())).toBe(true);
    expect(gate.visitors).toBe(0);
  });

  test('is reset by a policy', async () => {
    await serve(live(opener, [policy({ kind: 'pass' }), policy({ kind: 'answer', code: 'TK-1010' })]));
    expect(isReset(visit())).toBe(true);
    expect(opened).toEqual([]);
  });

  test('waits for a policy that parks it', async () => {
    const until = Promise.withResolvers<Verdict>();
    await serve(live(opener, [policy({ kind: 'park', until: until.promise })]));
    visit();
    expect(opened).toHaveLength(0);
    until.resolve({ kind: 'pass' });
    await until.promise;
    expect(opened).toHaveLength(1);
  });

  test('is held while the agent is away, and passed on when it comes back', async () => {
    const away = new Away();
    const { gate } = await serve(away, { agentHoldMs: 2_000 });
    const pipe = visit();
    expect(gate.holds.held).toBe(1);
    away.arrive(live(opener));
    expect([opened.length, gate.holds.held]).toEqual([1, 0]);
    reactor.advance(5_000);
    expect(pipe.read(ARENA, 0, 1)).toBe(0);
  });

  test('is reset when the agent does not come back in time', async () => {
    const away = new Away();
    const { gate } = await serve(away, { agentHoldMs: 2_000 });
    const pipe = visit();
    reactor.advance(1_999);
    expect(pipe.read(ARENA, 0, 1)).toBe(0);
    reactor.advance(1);
    expect(isReset(pipe)).toBe(true);
    expect([away.waiting, gate.holds.held, gate.visitors]).toEqual([0, 0, 0]);
  });

  test('that leaves while it is held is forgotten', async () => {
    const away = new Away();
    const { gate } = await serve(away);
    visit().reset();
    reactor.run();
    expect([away.waiting, gate.holds.held, gate.visitors]).toEqual([0, 0, 0]);
  });

  test('too many are not held', async () => {
    const { gate } = await serve(new Away(), { visitsHeld: 2 });
    const pipes = [visit(), visit(), visit()];
    expect(pipes.map(isReset)).toEqual([false, false, true]);
    expect(gate.holds.held).toBe(2);
  });

  test('too many connections are reset and counted, and one that ends makes room', async () => {
    const { gate, bounds } = await serve(live(opener), { visitorsPending: 2 });
    expect([visit(), visit(), visit()].map(isReset)).toEqual([false, false, true]);
    expect([gate.visitors, bounds]).toEqual([2, ['visitorsPending']]);
    opened[0]?.pipe.close();
    opened[0]?.pipe.reset();
    expect(isReset(visit())).toBe(false);
  });

  test('a defect ends one connection and is told', async () => {
    const error = new Error('defect');
    const { faults, gate } = await serve(
      live({
        open: () => {
          throw error;
        },
      }),
    );
    expect(isReset(visit())).toBe(true);
    expect([faults, gate.visitors]).toEqual([[error], 0]);
  });
});
