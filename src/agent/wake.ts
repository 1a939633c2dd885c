import { networkInterfaces } from 'node:os';
import type { Clock, Timer } from '../contract/clock.ts';
import type { Limits } from '../contract/limits.ts';

/**
 * Notices that the machine slept or moved to another network, when a link may be dead without having said so.
 * Looks once a second at both clocks (which of them stands still during sleep differs between systems) and at the addresses.
 */
export class Wake {
  readonly #clock: Clock;
  readonly #limits: Limits;
  readonly #addresses: () => string;
  readonly #woke: (why: 'sleep' | 'network') => void;
  #timer: Timer | undefined;
  #now = 0;
  #wall = 0;
  #seen = '';

  /** `addresses`: this machine's addresses in one text; only whether it changes matters. `woke` may be called each second. */
  constructor(clock: Clock, limits: Limits, addresses: () => string, woke: (why: 'sleep' | 'network') => void) {
    this.#clock = clock;
    this.#limits = limits;
    this.#addresses = addresses;
    this.#woke = woke;
  }

  start(): void {
    this.#remember(this.#addresses());
    this.#arm();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #arm(): void {
    this.#timer = this.#clock.after(this.#limits.wakeLookMs, this.#look);
  }

  #remember(addresses: string): void {
    this.#now = this.#clock.now();
    this.#wall = this.#clock.wall();
    this.#seen = addresses;
  }

  readonly #look = (): void => {
    const passed = Math.max(this.#clock.now() - this.#now, this.#clock.wall() - this.#wall);
    const addresses = this.#addresses();
    const slept = passed - this.#limits.wakeLookMs > this.#limits.wakeJumpMs;
    const moved = addresses !== this.#seen;
    this.#remember(addresses);
    this.#arm();
    if (slept) this.#woke('sleep');
    else if (moved) this.#woke('network');
  };
}

/** The addresses other machines could know this one by, in one text. */
export function interfaceAddresses(): string {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const outer = all.filter((address) => !address.internal).map((address) => address.address);
  return outer.sort().join(' ');
}
