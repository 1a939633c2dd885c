import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Chance } from './shape.ts';

/** Chances, each in [0, 1], of what happens to one datagram. */
export interface DatagramFaults {
  readonly drop: number;
  readonly duplicate: number;
  /** It is held back until the next one of its way has passed, or for `lateMs`. */
  readonly reorder: number;
  readonly lateMs: number;
}

export const NO_FAULTS: DatagramFaults = { drop: 0, duplicate: 0, reorder: 0, lateMs: 50 };

/** What was done, in datagrams. */
export interface DatagramEffects {
  passed: number;
  dropped: number;
  duplicated: number;
  reordered: number;
}

interface Held {
  send: () => void;
  readonly timer: NodeJS.Timeout;
}

/** A stretch of network for datagrams: one socket towards `to` for each sender, and `faults` for each datagram either way. */
export class DatagramRelay {
  faults = NO_FAULTS;
  readonly effects: DatagramEffects = { passed: 0, dropped: 0, duplicated: 0, reordered: 0 };
  readonly #near = createSocket('udp4');
  readonly #flows = new Map<string, Socket>();
  readonly #held = new Map<string, Held>();
  readonly #to: number;
  readonly #chance: Chance;

  private constructor(to: number, chance: Chance) {
    this.#to = to;
    this.#chance = chance;
    this.#near.on('message', (bytes, { address, port }) => {
      const far = this.#flowOf(address, port);
      this.#pass(`up ${port}`, () => far.send(bytes, this.#to, '127.0.0.1'));
    });
  }

  static async listen(to: number, chance: Chance): Promise<DatagramRelay> {
    const relay = new DatagramRelay(to, chance);
    relay.#near.bind(0, '127.0.0.1');
    await once(relay.#near, 'listening');
    return relay;
  }

  get port(): number {
    return (this.#near.address() as AddressInfo).port;
  }

  close(): void {
    for (const { timer } of this.#held.values()) clearTimeout(timer);
    for (const socket of [this.#near, ...this.#flows.values()]) socket.close();
  }

  #flowOf(address: string, port: number): Socket {
    const known = this.#flows.get(`${address} ${port}`);
    if (known) return known;
    const far = createSocket('udp4');
    // Nobody listens there: told by ICMP, and no news for a relay.
    far.on('error', () => {});
    far.on('message', (bytes) => this.#pass(`down ${port}`, () => this.#near.send(bytes, port, address)));
    this.#flows.set(`${address} ${port}`, far);
    return far;
  }

  #pass(way: string, send: () => void): void {
    const { drop, duplicate, reorder, lateMs } = this.faults;
    if (this.#chance.next() < drop) {
      this.effects.dropped += 1;
      return;
    }
    const held = this.#held.get(way);
    if (held === undefined && this.#chance.next() < reorder) {
      const timer = setTimeout(() => this.#release(way, false), lateMs);
      this.#held.set(way, { send, timer });
      return;
    }
    this.effects.passed += 1;
    send();
    if (this.#chance.next() < duplicate) {
      this.effects.duplicated += 1;
      send();
    }
    if (held) this.#release(way, true);
  }

  #release(way: string, overtaken: boolean): void {
    const held = this.#held.get(way)!;
    clearTimeout(held.timer);
    this.#held.delete(way);
    this.effects.passed += 1;
    if (overtaken) this.effects.reordered += 1;
    held.send();
  }
}
