import { expect, it } from 'vitest';
import { limitValues } from '../contract/limits.ts';
import { VirtualClock } from '../pipe/memory/clock.ts';
import { interfaceAddresses, Wake } from './wake.ts';

/** A machine whose wall clock can run ahead, as it does over sleep, and whose addresses can change. */
class Machine extends VirtualClock {
  asleepMs = 0;
  addresses = '192.0.2.1';
  readonly woke: string[] = [];
  readonly wake = new Wake(
    this,
    limitValues(),
    () => this.addresses,
    (why) => this.woke.push(why),
  );

  override wall(): number {
    return super.wall() + this.asleepMs;
  }
}

function running(): Machine {
  const machine = new Machine();
  machine.wake.start();
  machine.advance(10_000);
  return machine;
}

it('a machine that runs is left alone', () => {
  const machine = running();
  machine.advance(3_600_000);
  expect(machine.woke).toEqual([]);
});

it('a sleep of more than ten seconds is noticed within a second, once', () => {
  const machine = running();
  machine.asleepMs = 10_001;
  machine.advance(1_000);
  expect(machine.woke).toEqual(['sleep']);
  machine.advance(60_000);
  expect(machine.woke).toEqual(['sleep']);
});

it('a nap of less than ten seconds, or a wall clock set back, is none', () => {
  const machine = running();
  machine.asleepMs = 9_999;
  machine.advance(5_000);
  machine.asleepMs = -3_600_000;
  machine.advance(5_000);
  expect(machine.woke).toEqual([]);
});

it('a change of addresses is noticed within a second, each time', () => {
  const machine = running();
  machine.addresses = '';
  machine.advance(1_000);
  machine.addresses = '198.51.100.7';
  machine.advance(1_000);
  expect(machine.woke).toEqual(['network', 'network']);
});

it('nothing is looked at after stop', () => {
  const machine = running();
  machine.wake.stop();
  machine.asleepMs = 100_000;
  machine.advance(100_000);
  expect(machine.woke).toEqual([]);
  expect(machine.nextAt).toBe(Number.POSITIVE_INFINITY);
});

it('the addresses of this machine are the same text each time', () => {
  expect(interfaceAddresses()).toBe(interfaceAddresses());
  expect(interfaceAddresses()).not.toContain('127.0.0.1');
});
