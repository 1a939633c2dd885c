import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { IN_FLIGHT_MS } from '../relayed.ts';
import type { Chance } from '../shape.ts';
import type { Stretch } from '../stretch.ts';
import { DATAGRAM_FAULTS, type DatagramFault, type DatagramKind, NO_FAULT } from './kinds.ts';

interface Held {
  send: () => void;
  readonly timer: NodeJS.Timeout;
}

/** A stretch of network for datagrams: one socket towards `to` for each sender, and the fault of the hour for each datagram either way. */
export class DatagramRelay implements Stretch {
  readonly transport = 'udp';
  fault: DatagramFault = NO_FAULT;
  /** There are no connections. */
  readonly open = [];
  /** In datagrams. */
  passed = 0;
  readonly effects: Record<DatagramKind, number> = { drop: 0, duplicate: 0, reorder: 0, latency: 0 };
  /** When one came last; of `performance.now`. */
  cameAt = Number.NEGATIVE_INFINITY;
  readonly #near = createSocket('udp4');
  readonly #flows = new Map<string, Socket>();
  readonly #held = new Map<string, Held>();
  readonly #late = new Set<NodeJS.Timeout>();
  readonly #to: () => number;
  readonly #chance: Chance;
  #waiting: (() => void)[] = [];
  #afflicted = false;

  private constructor(to: () => number, chance: Chance) {
    this.#to = to;
    this.#chance = chance;
    this.#near.on('message', (bytes, { address, port }) => {
      const far = this.#flowOf(address, port);
      this.#came(`up ${port}`, () => far.send(bytes, this.#to(), '127.0.0.1'));
    });
  }

  static async listen(to: () => number, chance: Chance): Promise<DatagramRelay> {
    const relay = new DatagramRelay(to, chance);
    relay.#near.bind(0, '127.0.0.1');
    await once(relay.#near, 'listening');
    return relay;
  }

  get port(): number {
    return (this.#near.address() as AddressInfo).port;
  }

  /** Resolves when a datagram comes, right then, if no fault is on it yet. */
  busy(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Resolves, when it is over, with how many it hit; 0 when none were in flight before. */
  async inflict(kind: DatagramKind): Promise<number> {
    const inFlight = performance.now() - this.cameAt <= IN_FLIGHT_MS;
    const before = this.effects[kind];
    this.#afflicted = true;
    this.fault = DATAGRAM_FAULTS[kind](this.#chance);
    await new Promise((resolve) => setTimeout(resolve, this.#chance.between(200, 600)));
    this.fault = NO_FAULT;
    this.#afflicted = false;
    return inFlight ? this.effects[kind] - before : 0;
  }

  /** Whoever sends after this is a new sender. What is held back is lost. */
  forget(): void {
    for (const { timer } of this.#held.values()) clearTimeout(timer);
    for (const timer of this.#late) clearTimeout(timer);
    for (const socket of this.#flows.values()) socket.close();
    for (const all of [this.#held, this.#late, this.#flows]) all.clear();
  }

  close(): void {
    this.forget();
    this.#near.close();
  }

  #flowOf(address: string, port: number): Socket {
    const known = this.#flows.get(`${address} ${port}`);
    if (known) return known;
    const far = createSocket('udp4');
    // Nobody listens there: told by ICMP, and no news for a relay.
    far.on('error', () => {});
    far.on('message', (bytes) => this.#came(`down ${port}`, () => this.#near.send(bytes, port, address)));
    this.#flows.set(`${address} ${port}`, far);
    return far;
  }

  #came(way: string, send: () => void): void {
    this.cameAt = performance.now();
    if (!this.#afflicted) this.#waiting.shift()?.();
    if (this.#chance.next() < this.fault.drop) this.effects.drop += 1;
    else if (this.#chance.next() < this.fault.latency) this.#delay(way, send);
    else this.#pass(way, send);
  }

  #delay(way: string, send: () => void): void {
    this.effects.latency += 1;
    const timer = setTimeout(
      () => {
        this.#late.delete(timer);
        this.#pass(way, send);
      },
      this.#chance.between(1, this.fault.lateMs),
    );
    this.#late.add(timer);
  }

  #pass(way: string, send: () => void): void {
    const { duplicate, reorder, lateMs } = this.fault;
    const held = this.#held.get(way);
    if (held === undefined && this.#chance.next() < reorder) {
      const timer = setTimeout(() => this.#release(way, false), lateMs);
      this.#held.set(way, { send, timer });
      return;
    }
    this.passed += 1;
    send();
    if (this.#chance.next() < duplicate) {
      this.effects.duplicate += 1;
      send();
    }
    if (held) this.#release(way, true);
  }

  #release(way: string, overtaken: boolean): void {
    const held = this.#held.get(way)!;
    clearTimeout(held.timer);
    this.#held.delete(way);
    this.passed += 1;
    if (overtaken) this.effects.reorder += 1;
    held.send();
  }
}
