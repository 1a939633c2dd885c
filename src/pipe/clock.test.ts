import { spawnSync } from 'node:child_process';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { WheelClock } from './clock.ts';

// The wheel itself under Node's timers and `performance.now`, driven by hand; that it meets real ones is the last tests' matter.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

test('a timer is never early and at most 101 ms late', () => {
  const clock = new WheelClock();
  const wrong: string[] = [];
  let fired = 0;
  for (let delayMs = 0; delayMs < 3_000; delayMs += 7) {
    const askedAt = clock.now();
    clock.after(delayMs, () => {
      fired++;
      const took = clock.now() - askedAt;
      if (took < delayMs || took > delayMs + 101) wrong.push(`${delayMs}: ${took}`);
    });
    vi.advanceTimersByTime(3);
  }
  vi.advanceTimersByTime(4_000);
  expect(wrong).toEqual([]);
  expect(fired).toBe(429);
});

test('timers of later rounds wait for their round', () => {
  const clock = new WheelClock();
  const fired: number[] = [];
  for (const delayMs of [60_000, 120_000, 8_800, 51_200, 102_400]) clock.after(delayMs, () => fired.push(delayMs));
  vi.advanceTimersByTime(59_000);
  expect(fired).toEqual([8_800, 51_200]);
  vi.advanceTimersByTime(62_000);
  expect(fired).toEqual([8_800, 51_200, 60_000, 102_400, 120_000]);
});

test('a cancelled timer does not fire, whoever cancels it and whenever', () => {
  const clock = new WheelClock();
  const fired: string[] = [];
  const first = clock.after(100, () => {
    fired.push('first');
    second.cancel();
    first.cancel();
  });
  const second = clock.after(100, () => fired.push('second'));
  const third = clock.after(500, () => fired.push('third'));
  third.cancel();
  third.cancel();
  vi.advanceTimersByTime(2_000);
  first.cancel();
  expect(fired).toEqual(['first']);
});

test('at most one timer of Node is armed, and none while nothing waits', () => {
  const clock = new WheelClock();
  const timers = Array.from({ length: 1_000 }, (_, count) => clock.after(1_000 - count, () => {}));
  expect(vi.getTimerCount()).toBe(1);
  for (const timer of timers) timer.cancel();
  vi.advanceTimersByTime(2_000);
  expect(vi.getTimerCount()).toBe(0);
  clock.after(10, () => {});
  vi.advanceTimersByTime(500);
  expect(vi.getTimerCount()).toBe(0);
});

test('a nearer timer asked for later is not held up by a farther one', () => {
  const clock = new WheelClock();
  const fired: string[] = [];
  clock.after(30_000, () => fired.push('far'));
  clock.after(200, () => fired.push('near'));
  vi.advanceTimersByTime(310);
  expect(fired).toEqual(['near']);
});

test('a timer may ask for the next one', () => {
  const clock = new WheelClock();
  let beats = 0;
  const beat = (): void => {
    beats++;
    clock.after(1_000, beat);
  };
  beat();
  vi.advanceTimersByTime(10_500);
  expect(beats).toBeGreaterThanOrEqual(10);
});

test('after a sleep of the machine everything that is due fires, once', () => {
  const clock = new WheelClock();
  const fired: number[] = [];
  for (let delayMs = 500; delayMs < 200_000; delayMs += 500) clock.after(delayMs, () => fired.push(delayMs));
  const wake = vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 150_000);
  vi.advanceTimersByTime(1_000);
  wake.mockRestore();
  expect(fired.length).toBe(300);
  expect(new Set(fired).size).toBe(300);
});

test('a timer that throws does not take the others with it', () => {
  const clock = new WheelClock();
  const fired: number[] = [];
  clock.after(100, () => {
    throw new Error('a defect');
  });
  clock.after(100, () => fired.push(1));
  clock.after(700, () => fired.push(2));
  expect(() => vi.advanceTimersByTime(300)).toThrow('a defect');
  vi.advanceTimersByTime(2_000);
  expect(fired).toEqual([1, 2]);
});

/** Runs a process that waits for nothing but one timer, and says what it printed. */
function waits(options: string): string {
  const module = JSON.stringify(new URL('./clock.ts', import.meta.url).href);
  const program = `const { WheelClock } = await import(${module});
    new WheelClock(${options}).after(50, () => console.log('fired'));`;
  return spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' }).stdout;
}

test('waiting timers let the process end', () => {
  expect(waits('{}')).toBe('');
});

test('waiting timers hold the process where that is asked for', () => {
  expect(waits('{ holdsProcess: true }')).toBe('fired\n');
});

test('real time is kept', async () => {
  vi.useRealTimers();
  const clock = new WheelClock({ holdsProcess: true });
  const start = clock.now();
  await new Promise<void>((fired) => clock.after(120, fired));
  expect(clock.now() - start).toBeGreaterThanOrEqual(120);
  expect(Math.abs(clock.wall() - Date.now())).toBeLessThan(1_000);
});
