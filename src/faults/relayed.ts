import type { Socket } from 'node:net';
import { type Done, Lane } from './lane.ts';
import type { Fault, FaultKind } from './shape.ts';
import { sendRst } from './socket.ts';

/** Bytes must have been seen this shortly before a fault for it to count. */
export const IN_FLIGHT_MS = 100;

/** What a fault was and did. It counts only if it landed: bytes were in flight, and something happened to them. */
export interface Effect extends Done {
  readonly kind: FaultKind;
  /** Since bytes were seen last before it began. */
  readonly inFlightMs: number;
  /** How long until it was over. */
  readonly lastedMs: number;
  readonly landed: boolean;
  /** How much it did, in the unit of its kind; 0: it did not land. */
  readonly amount: number;
}

/** One connection through the relay. */
export class Relayed {
  readonly up: Lane;
  readonly down: Lane;
  /** By which the visitor's side and the other side know this connection. */
  readonly ports: { readonly near: number | undefined; far: number | undefined };
  /** Resolves when both sockets are closed. */
  readonly closed: Promise<void>;
  readonly #sockets: readonly [near: Socket, far: Socket];
  #silent = false;
  /** Half-open for good: whoever ends has noticed, and is not kept waiting for an answer. */
  #forgotten = false;
  #open = 2;
  #afflicted = false;

  /** `came` is told of all bytes. */
  constructor(near: Socket, far: Socket, came: () => void) {
    this.#sockets = [near, far];
    const told = { came, reset: () => this.reset() };
    this.up = new Lane(near, far, told);
    this.down = new Lane(far, near, told);
    this.ports = { near: near.remotePort, far: undefined };
    far.on('connect', () => {
      this.ports.far = far.localPort;
    });
    const { promise, resolve } = Promise.withResolvers<void>();
    this.closed = promise;
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      // A reset must cross as a reset, or a break would look like an end.
      one.on('error', () => {
        if (!this.#silent) sendRst(other);
      });
      one.on('end', () => {
        if (this.#forgotten) one.end();
      });
      one.on('close', () => {
        // After a clean end what waits in a lane still has to leave.
        if (!this.#silent && !one.readableEnded) sendRst(other);
        this.#open -= 1;
        if (this.#open === 0) resolve();
      });
    }
    void promise.then(() => this.#stop());
  }

  /** When bytes passed last in either direction. */
  get cameAt(): number {
    return Math.max(this.up.cameAt, this.down.cameAt);
  }

  /** A fault is on it. */
  get afflicted(): boolean {
    return this.#afflicted;
  }

  /** RST to both. */
  reset(): void {
    for (const socket of this.#sockets) sendRst(socket);
  }

  /** Resolves with what it did, when it is over. */
  async inflict(fault: Fault): Promise<Effect> {
    const lanes = fault.lanes.map((name) => this[name]);
    const began = performance.now();
    const inFlightMs = began - this.cameAt;
    this.#afflicted = true;
    this.#silent = fault.silent !== undefined;
    this.#forgotten = fault.silent === 'forgotten';
    for (const lane of lanes) lane.shape = fault.shape();
    let timer: NodeJS.Timeout | undefined;
    const lifted = new Promise<void>((resolve) => {
      if (fault.forMs !== undefined) timer = setTimeout(resolve, fault.forMs);
    });
    await Promise.race([lifted, this.closed]);
    clearTimeout(timer);
    const done = sum(lanes.map((lane) => lane.done));
    this.#silent = false;
    if (fault.silent) {
      if (this.#open > 0) done.sent = 'rst';
      this.reset();
    }
    for (const lane of lanes) lane.shape = undefined;
    this.#afflicted = false;
    const lastedMs = performance.now() - began;
    const amount = inFlightMs <= IN_FLIGHT_MS ? amountOf(fault, done) : 0;
    return { ...done, kind: fault.kind, inFlightMs, lastedMs, landed: amount > 0, amount };
  }

  toString(): string {
    const idle = (performance.now() - this.cameAt).toFixed(0);
    const fault = this.#afflicted ? ', under a fault' : '';
    return `${this.up} up, ${this.down} down, nothing for ${idle} ms${fault}`;
  }

  #stop(): void {
    this.up.stop();
    this.down.stop();
  }
}

function sum(parts: readonly Done[]): Done {
  return {
    held: parts.reduce((all, { held }) => all + held, 0),
    pieces: parts.reduce((all, { pieces }) => all + pieces, 0),
    cut: parts.reduce((all, { cut }) => all + cut, 0),
    sent: parts.find(({ sent }) => sent !== undefined)?.sent,
  };
}

function amountOf({ kind }: Fault, { held, pieces, cut, sent }: Done): number {
  switch (kind) {
    case 'latency':
    case 'bandwidth':
    case 'stall':
      return held;
    case 'slice':
      return held > 0 && pieces > 1 ? pieces : 0;
    case 'half-open':
      return cut;
    case 'reset':
      return Number(sent === 'rst');
    case 'limit':
      return Number(sent === 'fin');
    default:
      return kind satisfies never;
  }
}
