import { describe, expect, it } from 'vitest';
import { Notifier } from './notifier.ts';

/** What the manager was told, and hands that let time pass. */
function makeNotifier(watchdogMs?: number) {
  const world = { told: [] as string[], takes: true, status: 'fine', beat: () => {}, everyMs: 0 };
  const notifier = new Notifier(
    {
      send: (message) => {
        if (world.takes) world.told.push(message.toString());
        return world.takes;
      },
      watchdogMs,
      nowUsec: () => 7n,
      every: (ms, run) => {
        world.beat = run;
        world.everyMs = ms;
      },
    },
    () => world.status,
  );
  return { world, notifier };
}

describe('the service manager', () => {
  it('is told once that the service is ready, and then only what is new', () => {
    const { world, notifier } = makeNotifier();
    notifier.ready();
    notifier.ready();
    world.beat();
    world.status = 'two\nlines';
    world.beat();
    expect(world.told).toEqual(['READY=1\nSTATUS=fine', 'STATUS=two lines']);
  });

  it('is told of a reload with its time, and that it is over', () => {
    const { world, notifier } = makeNotifier();
    notifier.reloading();
    notifier.ready();
    notifier.reloading();
    notifier.ready();
    notifier.stopping();
    notifier.ready();
    const reload = ['RELOADING=1\nMONOTONIC_USEC=7', 'READY=1'];
    expect(world.told).toEqual(['READY=1\nSTATUS=fine', ...reload, 'STOPPING=1']);
  });

  it('gets a ping at half of the watchdog time, also while the service starts and stops', () => {
    const { world, notifier } = makeNotifier(3_000);
    expect(world.everyMs).toBe(1_500);
    world.beat();
    notifier.stopping();
    world.beat();
    expect(world.told).toEqual(['STATUS=fine\nWATCHDOG=1', 'STOPPING=1\nWATCHDOG=1', 'WATCHDOG=1']);
  });

  it('hears later what it did not take', () => {
    const { world, notifier } = makeNotifier();
    world.takes = false;
    notifier.ready();
    world.takes = true;
    world.beat();
    expect(world.told).toEqual(['READY=1\nSTATUS=fine']);
  });
});
