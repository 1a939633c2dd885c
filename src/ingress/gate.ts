import type { ErrorCode } from '../contract/errors.ts';
import type { Destination } from '../contract/exposure.ts';
import type { Limits } from '../contract/limits.ts';
import type { RequestHead } from '../contract/message.ts';
import type { Pipe } from '../contract/pipe.ts';
import type { Arrival, Reactor } from '../contract/reactor.ts';
import type { Overload } from '../observe/overload.ts';
import { Networks } from '../router/networks.ts';
import { Holds } from './hold.ts';
import type { KeptBodies } from './repeatable.ts';

/** What all the visitors' connections of a gateway share. Types, and the two things that count across connections. */

/** A visit that is over, for the access log and the counters. */
export interface VisitRecord {
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly visitorIp: string;
  /** 0: the visitor left before an answer. */
  readonly status: number;
  /** Where the gateway answered itself. */
  readonly code: ErrorCode | undefined;
  readonly ms: number;
  /** False: the answer, or an upgraded connection, was cut. */
  readonly whole: boolean;
}

/** An agent's upgrade at LINK_PATH, as `transport` takes it. */
export interface LinkUpgrade {
  /** Exactly the head and `initial` have been read from it. */
  readonly pipe: Pipe;
  readonly head: RequestHead;
  readonly initial: Buffer;
  /** `ip:port`, or what a trusted proxy said. */
  readonly address: string;
}

export interface IngressEvents {
  visit(record: VisitRecord): void;
  /** A bound of this name was hit: somebody was refused, answered with its code, or cut off. */
  bound(limit: keyof Limits): void;
  /** A defect (TK-9001): it ended one connection. */
  fault(error: unknown): void;
}

export interface IngressOptions {
  readonly reactor: Reactor;
  readonly limits: Limits;
  readonly overload: Overload;
  /** `host` is canonical. */
  lookup(host: string): Destination;
  /** CIDR texts of proxies whose forwarded fields count. */
  readonly trustedProxies: readonly string[];
  /** Agents may come without TLS. */
  readonly insecure: boolean;
  /** An agent by ALPN or, with `insecure`, by its preface. */
  onAgent(arrival: Arrival): void;
  onLinkUpgrade(upgrade: LinkUpgrade): void;
  /** Where plain HTTP visits to `host` are sent: `https://host[:port]`; undefined where they are served. */
  redirect(host: string): string | undefined;
  /** What a certificate authority is to find at CHALLENGE_PATH, if the token is ours. */
  challenge(token: string): string | undefined;
  /** Whether the certificate shown for `sni` is also good for `host`, so that one connection may serve both. */
  covers(sni: string, host: string): boolean;
  readonly events: IngressEvents;
}

/** What has passed since the gateway began. */
export interface Traffic {
  /** Connections let in. */
  accepted: number;
  /** Bytes of bodies, TCP streams and datagrams, from visitors and to them. */
  bytesIn: number;
  bytesOut: number;
  datagramsIn: number;
  datagramsOut: number;
  /** Either way: not allowed, no room, or no agent. */
  datagramsDropped: number;
}

/** One visitor's connection, as the gate sees it. */
export interface Resident {
  /** No new work: it ends with what it does now. */
  drain(): void;
  /** It ends now, visibly cut. */
  cut(): void;
  /** Since when it has had nothing to do; undefined while it has, or where nobody knows. */
  readonly idleSince?: number | undefined;
}

/** Of those that are idle so many go at once: what that gives back shows at the next look. */
const SHED_SHARE = 1 / 8;
const SHED_MIN = 16;

export class Gate {
  readonly options: IngressOptions;
  readonly trusted: Networks;
  readonly holds: Holds;
  readonly bodies: KeptBodies;
  readonly traffic: Traffic = {
    ...{ accepted: 0, bytesIn: 0, bytesOut: 0 },
    ...{ datagramsIn: 0, datagramsOut: 0, datagramsDropped: 0 },
  };
  readonly #residents = new Set<Resident>();
  #emptied: (() => void) | undefined;

  constructor(options: IngressOptions) {
    this.options = options;
    this.trusted = new Networks(options.trustedProxies);
    const { bodyKeptBytes, bodiesKeptBytes } = options.limits;
    this.bodies = { bytes: 0, bytesMax: bodiesKeptBytes, bodyBytesMax: bodyKeptBytes };
    this.holds = new Holds(options.reactor.clock, options.limits, (limit) => options.events.bound(limit));
  }

  get visitors(): number {
    return this.#residents.size;
  }

  /** From then on each answer is the last of its connection. */
  get draining(): boolean {
    return this.#emptied !== undefined;
  }

  /** False if nobody is let in any more, or (counted) if there is no room for one more connection. */
  enter(resident: Resident): boolean {
    if (this.draining) return false;
    if (this.#residents.size >= this.options.limits.visitorsPending) {
      this.options.events.bound('visitorsPending');
      return false;
    }
    this.traffic.accepted += 1;
    this.#residents.add(resident);
    return true;
  }

  /** Whether there is memory for one more stream; counted if not. */
  admits(): boolean {
    if (this.options.overload.memory === 'enough') return true;
    this.options.events.bound('memoryShortPercent');
    return false;
  }

  /** Sends some of the idle ones away, the longest idle first. False if there are none. */
  shed(): boolean {
    const idle = [...this.#residents].filter(({ idleSince }) => idleSince !== undefined);
    idle.sort((one, other) => one.idleSince! - other.idleSince!);
    for (const resident of idle.slice(0, Math.max(SHED_MIN, idle.length * SHED_SHARE))) {
      this.options.events.bound('memoryScarcePercent');
      resident.drain();
    }
    return idle.length > 0;
  }

  /** Who is there has turned out to be somebody else. */
  replace(resident: Resident, by: Resident): void {
    if (this.#residents.delete(resident)) this.#residents.add(by);
  }

  leave(resident: Resident): void {
    this.#residents.delete(resident);
    if (this.#residents.size === 0) this.#emptied?.();
  }

  /** Settles when every connection has ended; what is left after `graceMs` is cut. */
  drain(graceMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = this.options.reactor.clock.after(graceMs, () => {
      for (const resident of [...this.#residents]) resident.cut();
      resolve();
    });
    this.#emptied = () => {
      timer.cancel();
      resolve();
    };
    for (const resident of [...this.#residents]) resident.drain();
    if (this.#residents.size === 0) this.#emptied();
    return promise;
  }

  /** Runs one connection's work: what it throws is counted, and ends only that connection. */
  guard(work: () => void, end: () => void): void {
    try {
      work();
    } catch (error) {
      this.options.events.fault(error);
      end();
    }
  }
}
