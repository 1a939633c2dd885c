// The simulator's reactor: listeners, pipes and turns inside one process, in virtual time. Same seed, same run.
import { type Defect, throwOn } from '../../contract/defect.ts';
import type {
  Address,
  Arrival,
  DatagramCall,
  DatagramSocket,
  DialOptions,
  HostPort,
  Listener,
  ListenOptions,
  Reactor,
} from '../../contract/reactor.ts';
import { Tellings } from '../telling.ts';
import { VirtualClock } from './clock.ts';
import { DatagramNetwork } from './datagrams.ts';
import { MemoryPipe } from './pipe.ts';
import { Random } from './random.ts';
import { type Call, Stand } from './stand.ts';
import { type Faults, HostileWire, type Traffic } from './wire.ts';

export interface MemoryOptions extends Partial<Faults> {
  readonly seed: number;
  /** Bytes under way and unread in one direction, from 1. */
  readonly bufferBytes?: number;
  readonly clock?: VirtualClock;
  readonly defect?: Defect;
}

const NO_FAULTS: Faults = {
  splitBytesMax: 0,
  delayMsMax: 0,
  stallChance: 0,
  stallMsMax: 1_000,
  cutChance: 0,
  overtakeChance: 0.5,
};
/** More turns without rest than any simulation needs: an owner wants what it never takes, and would spin on every reactor. */
const TURNS_MAX = 1_000_000;
const LOOPBACK = '127.0.0.1';

export class MemoryReactor implements Reactor {
  readonly name = 'memory';
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly onTurn: (() => void)[] = [];
  readonly defect: Defect;
  readonly #bufferBytes: number;
  readonly #traffic: Traffic;
  readonly #datagrams: DatagramNetwork;
  readonly #tellings: Tellings;
  readonly #stands = new Map<string, Stand>();
  readonly #wires = new WeakMap<object, HostileWire>();
  #scheduled = false;
  #underWay = 0;
  #lastPort = 40_000;

  constructor(options: MemoryOptions) {
    this.clock = options.clock ?? new VirtualClock();
    this.defect = options.defect ?? throwOn;
    this.#tellings = new Tellings(() => {}, this.defect);
    this.random = new Random(options.seed);
    this.#bufferBytes = options.bufferBytes ?? 65_536;
    this.#traffic = {
      clock: this.clock,
      random: this.random,
      faults: { ...NO_FAULTS, ...options },
      underWay: (change) => {
        this.#underWay += change;
      },
    };
    this.#datagrams = new DatagramNetwork(this.#traffic);
  }

  schedule(): void {
    this.#scheduled = true;
  }

  listen(at: Address, options: ListenOptions, onPipe: (arrival: Arrival) => void): Promise<Listener> {
    const address = 'path' in at || at.port !== 0 ? at : { host: at.host, port: ++this.#lastPort };
    const key = keyOf(address);
    if (this.#stands.has(key)) {
      return Promise.reject(Object.assign(new Error(`listen EADDRINUSE: ${key}`), { code: 'EADDRINUSE' }));
    }
    this.#stands.set(key, new Stand(options, this.clock, onPipe));
    return Promise.resolve({
      address,
      close: async () => {
        this.#stands.delete(key);
      },
    });
  }

  datagrams(at: HostPort): Promise<DatagramSocket> {
    return this.#datagrams.bind(at);
  }

  callDatagrams(to: HostPort): DatagramCall {
    return this.#datagrams.call(to);
  }

  dial(to: Address, options: DialOptions): MemoryPipe {
    const wire = new HostileWire(this.#traffic);
    const preamble = Buffer.from(options.preamble?.('path' in to ? undefined : { ...to, host: LOOPBACK }) ?? []);
    const near = new MemoryPipe(this.#tellings, wire, this.#bufferBytes);
    const far = new MemoryPipe(this.#tellings, wire, this.#bufferBytes + preamble.length);
    wire.ends = [near, far];
    for (const end of wire.ends) this.#wires.set(end, wire);
    const timer = this.clock.after(options.timeoutMs, () => near.fail('timeout'));
    wire.send(far, () => {
      timer.cancel();
      if (near.cause === undefined) this.#arrive(keyOf(to), { near, far, tls: options.tls, preamble });
    });
    return near;
  }

  /** Both ends of the pipe's connection break, as by a reset. */
  cut(pipe: object): void {
    this.#wireOf(pipe).cut();
  }

  /** Nothing arrives at either end for `ms`; without `ms` for ever, a black hole. */
  stall(pipe: object, ms = Number.POSITIVE_INFINITY): void {
    this.#wireOf(pipe).stall(ms);
  }

  /** Runs until nothing is due and nothing is under way. Time passes only for what is under way; stalls need `advance`. */
  run(): void {
    this.#turns();
    while (this.#underWay > 0) {
      this.clock.step(this.clock.nextAt);
      this.#turns();
    }
  }

  /** Lets `ms` pass, with every turn and timer on the way. */
  advance(ms: number): void {
    const until = this.clock.now() + ms;
    do this.#turns();
    while (this.clock.step(until));
  }

  #turns(): void {
    for (let turns = 0; this.#tellings.waiting > 0 || this.#scheduled; turns++) {
      if (turns === TURNS_MAX) throw new Error('no rest: an owner wants what it never takes');
      this.#tellings.tell();
      const announced = this.#scheduled;
      this.#scheduled = false;
      if (announced) for (const told of this.onTurn) told();
      // What arrives at this very moment need not wait until everybody is content.
      while (this.clock.step(this.clock.now()));
    }
  }

  #arrive(key: string, call: Call): void {
    const stand = this.#stands.get(key);
    if (stand === undefined) call.near.fail('refused');
    else {
      const remote = { host: LOOPBACK, port: ++this.#lastPort };
      stand.receive(call, { remote, local: { host: LOOPBACK, port: Number(key) || 0 } }, this.random);
    }
  }

  #wireOf(pipe: object): HostileWire {
    const wire = this.#wires.get(pipe);
    if (wire === undefined) throw new Error('this pipe is of another reactor');
    return wire;
  }
}

/** One process is one host: what counts is the port or the path. */
function keyOf(address: Address): string {
  return 'path' in address ? address.path : String(address.port);
}

export function makeMemoryReactor(options: MemoryOptions): MemoryReactor {
  return new MemoryReactor(options);
}
