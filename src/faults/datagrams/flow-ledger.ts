import type { Direction, KeyedStreams } from '../keyed-stream.ts';
import { KeyedDatagrams, type Place } from './keyed-datagrams.ts';

const KEPT_MAX = 50;

interface Caller {
  flow: number;
  readonly former: Set<number>;
}

/** The book of all datagrams of a run. They may be lost; what arrives is whole, of its own flow, and no more often than a relay made it. */
export class FlowLedger {
  flows = 0;
  bytes = 0;
  readonly sent = { up: 0, down: 0 };
  readonly heard = { up: 0, down: 0 };
  /** What arrived once more, and what the relays doubled. */
  copies = 0;
  doubled = 0;
  readonly wrong: string[] = [];
  readonly #datagrams: KeyedDatagrams;
  readonly #seen = new Set<string>();
  /** Who is behind the ports from which the origin hears flows. */
  readonly #callers = new Map<number, Caller>();
  /** Empty ones say not of which flow they are: sent, less heard. */
  readonly #empty = { up: 0, down: 0 };

  constructor(streams: KeyedStreams) {
    this.#datagrams = new KeyedDatagrams(streams);
  }

  begin(): number {
    this.flows += 1;
    return this.flows;
  }

  /** The next one to send. */
  say(direction: Direction, place: Place): Buffer {
    const bytes = this.#datagrams.make(direction, place);
    if (bytes.length === 0) return this.sayNothing(direction);
    this.sent[direction] += 1;
    return bytes;
  }

  sayNothing(direction: Direction): Buffer {
    this.sent[direction] += 1;
    this.#empty[direction] += 1;
    return Buffer.alloc(0);
  }

  /** At the origin, from a port. Whose it is, when it came for the first time. */
  hearUp(bytes: Buffer, port: number): Place | 'empty' | undefined {
    const place = this.#hear('up', bytes);
    if (typeof place === 'object') this.#calls(port, place.flow);
    return place;
  }

  /** At the visitor of a flow. */
  hearDown(bytes: Buffer, flow: number): void {
    const place = this.#hear('down', bytes);
    if (typeof place !== 'object' || place.flow === flow) return;
    // The kernel gave a port again on which an answer to the one before was on its way.
    const inherits = [...this.#callers.values()].some((each) => each.flow === flow && each.former.has(place.flow));
    if (!inherits) this.#blame(`a datagram of flow ${place.flow} came to the visitor of flow ${flow}`);
  }

  /** Everything is over; `doubled`: by the relays, since the last call. */
  judge(doubled: number): void {
    this.doubled += doubled;
    const { up, down } = this.#empty;
    const more = this.copies + Math.max(0, -up) + Math.max(0, -down);
    if (more > this.doubled) this.#blame(`${more} datagrams came once more, and the relays doubled ${this.doubled}`);
    this.#seen.clear();
    this.#callers.clear();
  }

  get counts() {
    const { flows, sent, heard, copies, doubled } = this;
    return { flows, sent, heard, copies, doubled };
  }

  toString(): string {
    const { sent, heard, copies, doubled, flows, wrong } = this;
    return `${flows} UDP flows: ${heard.up} of ${sent.up} datagrams came up, ${heard.down} of ${sent.down} down, ${copies} once more (${doubled} doubled by relays), ${wrong.length} wrong`;
  }

  /** Undefined: it is wrong, or came before. */
  #hear(direction: Direction, bytes: Buffer): Place | 'empty' | undefined {
    this.bytes += bytes.length;
    if (bytes.length === 0) {
      this.#empty[direction] -= 1;
      this.heard[direction] += 1;
      return 'empty';
    }
    const place = this.#datagrams.read(direction, bytes);
    if (typeof place === 'string') {
      this.#blame(place);
      return undefined;
    }
    const key = `${direction} ${place.flow} ${place.nth}`;
    if (this.#seen.has(key)) {
      this.copies += 1;
      return undefined;
    }
    this.#seen.add(key);
    this.heard[direction] += 1;
    return place;
  }

  /** A port belongs to one flow after the other, never to two at once. */
  #calls(port: number, flow: number): void {
    const caller = this.#callers.get(port);
    if (caller === undefined) this.#callers.set(port, { flow, former: new Set() });
    else if (caller.former.has(flow)) this.#blame(`flows ${flow} and ${caller.flow} came from one port`);
    else if (caller.flow !== flow) {
      caller.former.add(caller.flow);
      caller.flow = flow;
    }
  }

  #blame(fault: string): void {
    if (this.wrong.length < KEPT_MAX) this.wrong.push(fault);
  }
}
