import { beforeEach, describe, expect, test } from 'vitest';
import { Flow, type FlowBudget } from './flow.ts';
import { VirtualClock } from './memory/clock.ts';

const IDLE = 60_000;

let clock: VirtualClock;
let budget: FlowBudget;
let sent: string[];
let told: number;
let dropped: number;
let over: number;

beforeEach(() => {
  clock = new VirtualClock();
  budget = { bytes: 0, bytesMax: 10 };
  [sent, told, dropped, over] = [[], 0, 0, 0];
});

function flowOf(datagramsMax = 3): Flow {
  const flow = new Flow({
    clock,
    idleMs: IDLE,
    datagramsMax,
    budget,
    send: (bytes) => sent.push(`${bytes}`),
    dropped: () => dropped++,
    over: () => over++,
  });
  flow.owner = { readable: () => told++, writable: () => {} };
  return flow;
}

/** What waits in it, taken out. */
function taken(flow: Flow): string[] {
  const into = Buffer.alloc(20);
  const all: string[] = [];
  while (flow.more) {
    const { nextBytes } = flow;
    flow.take(into, 0);
    all.push(into.toString('latin1', 0, nextBytes));
  }
  return all;
}

function pass(ms: number): void {
  const until = clock.now() + ms;
  while (clock.step(until));
}

describe('what waits in a flow', () => {
  test('comes out in order, the empty one too', () => {
    const flow = flowOf();
    for (const text of ['one', '', 'two']) flow.arrived(Buffer.from(text));
    expect(flow.nextBytes).toBe(3);
    expect(taken(flow)).toEqual(['one', '', 'two']);
    expect([flow.nextBytes, flow.more, dropped, budget.bytes]).toEqual([-1, false, 0, 0]);
  });

  test('is the newest: the oldest is dropped and counted', () => {
    const flow = flowOf(3);
    for (const text of ['a', 'b', 'c', 'd', 'e']) flow.arrived(Buffer.from(text));
    expect(dropped).toBe(2);
    expect(taken(flow)).toEqual(['c', 'd', 'e']);
  });

  test('shares its memory with the flows beside it, and takes none of theirs', () => {
    const [flow, beside] = [flowOf(), flowOf()];
    flow.arrived(Buffer.from('12345'));
    beside.arrived(Buffer.from('1234'));
    flow.arrived(Buffer.from('67'));
    expect([dropped, budget.bytes]).toEqual([1, 6]);
    beside.arrived(Buffer.alloc(9));
    expect([dropped, budget.bytes]).toEqual([3, 2]);
    expect([taken(flow), taken(beside)]).toEqual([['67'], []]);
  });

  test('is a copy, and is given back to the budget with the flow', () => {
    const flow = flowOf();
    const bytes = Buffer.from('abc');
    flow.arrived(bytes);
    bytes.fill(0);
    expect(taken(flow)).toEqual(['abc']);
    flow.arrived(Buffer.from('abc'));
    flow.reset();
    expect([budget.bytes, over, dropped]).toEqual([0, 1, 1]);
  });
});

describe('the owner of a flow', () => {
  test('is told of each that comes while it wants to read', () => {
    const flow = flowOf();
    flow.arrived(Buffer.from('a'));
    expect(told).toBe(0);
    flow.want(true, false);
    expect(told).toBe(0);
    pass(0);
    expect(told).toBe(1);
    flow.arrived(Buffer.from('b'));
    expect(told).toBe(2);
    flow.want(false, false);
    flow.arrived(Buffer.from('c'));
    pass(1_000);
    expect(told).toBe(2);
  });

  test('is told of a break once, whatever it wants, and of nothing after it let go', () => {
    const flow = flowOf();
    flow.break('dns');
    flow.break('timeout');
    expect([told, flow.cause, flow.read(), over]).toEqual([1, 'dns', -2, 1]);
    const gone = flowOf();
    gone.reset();
    gone.close();
    gone.arrived(Buffer.from('a'));
    gone.deliver(Buffer.from('a'), 0, 1);
    pass(IDLE * 2);
    expect([told, sent, over, gone.cause]).toEqual([1, [], 2, 'local']);
  });
});

describe('a flow is over after 60 s in which nothing went', () => {
  test('at all', () => {
    const flow = flowOf();
    pass(IDLE - 1);
    expect(flow.cause).toBeUndefined();
    pass(1);
    expect([flow.cause, told, over]).toEqual(['timeout', 1, 1]);
  });

  test.each<[string, (flow: Flow) => void]>([
    ['from the visitor', (flow) => flow.arrived(Buffer.from('a'))],
    ['to the visitor', (flow) => flow.deliver(Buffer.from('xay'), 1, 1)],
  ])('%s; each that goes keeps it for another 60 s (T11)', (_way, go) => {
    const flow = flowOf();
    for (let nth = 0; nth < 5; nth++) {
      pass(IDLE - 1);
      expect(flow.cause).toBeUndefined();
      go(flow);
    }
    pass(IDLE - 1);
    expect(flow.cause).toBeUndefined();
    pass(1);
    expect(flow.cause).toBe('timeout');
  });
});
