import { describe, expect, it } from 'vitest';
import { limitValues } from '../contract/limits.ts';
import { VirtualClock } from '../pipe/memory/clock.ts';
import { defaultMemoryLimit } from './memory-limit.ts';
import { SetVitals } from './overload.testkit.ts';
import { type Overload, OverloadWatch } from './overload.ts';
import { processVitals } from './vitals.ts';

const limits = limitValues();
const GB = 1e9;

function watched() {
  const clock = new VirtualClock();
  const vitals = new SetVitals();
  const changes: Overload[] = [];
  let shed = 0;
  const watch = new OverloadWatch(vitals, clock, limits, {
    changed: ({ memory, late }) => changes.push({ memory, late }),
    shed: () => {
      shed += 1;
    },
  });
  watch.start();
  /** The state after a look at these figures. */
  const at = (full: number, lateMs = 0) => {
    Object.assign(vitals, { full, lateMs });
    clock.advance(limits.overloadLookMs);
    return watch.memory;
  };
  return { clock, vitals, watch, changes, at, shed: () => shed };
}

describe('memory', () => {
  it('is enough below 85%, short from there, scarce from 95%, and each change is told once', () => {
    const { at, changes } = watched();
    expect([84.9, 85, 94.9, 95, 100].map((full) => at(full))).toEqual(['enough', 'short', 'short', 'scarce', 'scarce']);
    expect(changes.map(({ memory }) => memory)).toEqual(['short', 'scarce']);
  });

  it('recovers a step at a time, well below each bound, so that nothing flickers', () => {
    const { at, changes } = watched();
    at(96);
    expect([91, 89.9, 85, 80.1, 79.9, 84.9].map((full) => at(full))).toEqual([
      'scarce',
      'short',
      'short',
      'short',
      'enough',
      'enough',
    ]);
    expect(changes).toHaveLength(3);
  });

  it('is judged after giving back what nobody holds: once in five seconds while it is short, in one while it is scarce', () => {
    const { at, vitals, clock, changes } = watched();
    vitals.afterwards = 40;
    expect(at(97)).toBe('enough');
    expect(at(90)).toBe('short');
    expect(vitals.givenBack).toBe(1);
    clock.advance(5_000);
    expect([watch(), vitals.givenBack]).toEqual(['enough', 2]);
    vitals.afterwards = 99;
    at(99);
    clock.advance(10_000);
    expect(vitals.givenBack).toBeGreaterThan(10);
    expect(vitals.givenBack).toBeLessThan(14);
    expect(changes.map(({ memory }) => memory)).toEqual(['short', 'enough', 'scarce']);
    function watch() {
      return changes.at(-1)!.memory;
    }
  });

  it('is made room for while it is scarce, and only when nothing more can be given back', () => {
    const { at, shed, clock } = watched();
    at(90);
    expect(shed()).toBe(0);
    for (const full of [96, 97]) at(full);
    expect(shed()).toBe(0);
    clock.advance(3_000);
    expect(shed()).toBe(3);
    at(60);
    clock.advance(3_000);
    expect(shed()).toBe(3);
  });

  it('is not looked at any more when nobody watches', () => {
    const { at, watch } = watched();
    watch.stop();
    expect(at(99)).toBe('enough');
  });
});

describe('time', () => {
  it('is short when turns are later than 200 ms one after the other, until all have been in time for a second', () => {
    const { at, watch, clock, changes } = watched();
    for (const lateMs of [200, 200, 300, 0, 300, 200]) at(10, lateMs);
    expect(watch.late).toBe(false);
    at(10, 201);
    at(10, 201);
    expect(watch.late).toBe(true);
    at(10, 0);
    clock.advance(600);
    expect(watch.late).toBe(true);
    clock.advance(400);
    expect(watch.late).toBe(false);
    expect(changes.map(({ late }) => late)).toEqual([true, false]);
  });

  it('or scarce memory is why no handshake is begun', () => {
    const { at, watch } = watched();
    const refuses = (full: number, lateMs: number) => {
      at(full, lateMs);
      return watch.refusesHandshakes;
    };
    expect([refuses(10, 0), refuses(90, 0), refuses(96, 0)]).toEqual([undefined, undefined, 'memoryScarcePercent']);
    at(10, 500);
    expect(refuses(10, 500)).toBe('turnLateMs');
  });
});

describe('the memory limit where nobody gives one', () => {
  it('is the limit of the container, or three quarters of the machine, whichever is less', () => {
    expect(defaultMemoryLimit(0, 8 * GB)).toBe(6 * GB);
    expect(defaultMemoryLimit(1 * GB, 8 * GB)).toBe(1 * GB);
    expect(defaultMemoryLimit(7 * GB, 8 * GB)).toBe(6 * GB);
    // What the kernel says where there is no limit.
    expect(defaultMemoryLimit(2 ** 63, 8 * GB)).toBe(6 * GB);
  });
});

describe('the figures of this process', () => {
  it('count its memory against the limit, and show that some can be given back', () => {
    const vitals = processVitals(process.memoryUsage.rss() * 4);
    expect(vitals.percent()).toBeGreaterThan(5);
    expect(vitals.percent()).toBeLessThan(50);
    expect(vitals.usedBytes()).toBeGreaterThan(20e6);
    let garbage: unknown[] | undefined = Array.from({ length: 400_000 }, (_, n) => ({ n }));
    const before = process.memoryUsage().heapUsed;
    garbage = garbage.slice(0, 1);
    vitals.giveBack();
    expect(before - process.memoryUsage().heapUsed).toBeGreaterThan(5e6);
  });

  it('show by how much the latest turn was late', async () => {
    const vitals = processVitals(1);
    const turn = () => new Promise((resolve) => setTimeout(resolve, 250));
    const worked = () => process.threadCpuUsage().user / 1_000;
    await turn();
    vitals.turnLateMs();
    for (const until = worked() + 600; worked() < until; ) {
      // Work.
    }
    await turn();
    expect(vitals.turnLateMs()).toBeGreaterThan(300);
  });

  it('show no lateness where another process had the processor', async () => {
    const vitals = processVitals(1);
    const turn = () => new Promise((resolve) => setTimeout(resolve, 250));
    await turn();
    vitals.turnLateMs();
    // This thread sleeps, and does nothing.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 600);
    await turn();
    expect(vitals.turnLateMs()).toBeLessThan(100);
  });
});
