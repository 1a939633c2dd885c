// One end of a pipe inside the process. Knows its two lanes; when and in which pieces things move is the wire's affair.
import type { Arena, PipeCause, Secure } from '../../contract/pipe.ts';
import { type Tellings, ToldPipe } from '../telling.ts';
import { Lane } from './lane.ts';

/** What one end sends the other: a count of bytes (> 0), or one of these. */
export const FIN = -1;
export const RST = -2;

const NOTHING: Buffer = Buffer.alloc(0);

/** Carries parcels to the other end, in order, and may cut moves short. */
export interface Wire {
  carry(to: MemoryPipe, parcel: number): void;
  /** How many of `possible` (≥ 1) bytes one call moves: 1 to `possible`. */
  portion(possible: number): number;
}

export class MemoryPipe extends ToldPipe {
  readonly #wire: Wire;
  readonly #incoming: Lane;
  #peer: MemoryPipe | undefined;
  #connected = false;
  #finArrived = false;
  #secure: Secure | undefined;

  /** `bufferBytes`: how much may be under way to this end. It takes and gives nothing until `connect`. */
  constructor(tellings: Tellings, wire: Wire, bufferBytes: number) {
    super(tellings);
    this.#wire = wire;
    this.#incoming = new Lane(bufferBytes);
  }

  get secure(): Secure | undefined {
    return this.#secure;
  }

  get connected(): boolean {
    return this.#connected;
  }

  /** Wired up: bytes may flow, behind the `preamble`, for which the peer has room. What was ended before leaves now. */
  connect(peer: MemoryPipe, secure: Secure | undefined, preamble = NOTHING): void {
    this.#peer = peer;
    this.#secure = secure;
    this.#connected = true;
    if (preamble.length > 0) {
      peer.#incoming.put(preamble, 0, preamble.length);
      this.#wire.carry(peer, preamble.length);
    }
    if (this.ended) this.#wire.carry(peer, FIN);
    this.stir();
  }

  /** Broken by the world around it, not by its owner. */
  fail(cause: PipeCause): void {
    this.#incoming.drop();
    this.break(cause);
  }

  /** Something from the other end is here. */
  arrive(parcel: number): void {
    if (parcel === RST) this.fail('reset');
    else if (parcel === FIN) this.#finArrived = true;
    else this.#incoming.arrive(parcel);
    // A closed end reads on into nothing, so that the other may finish, as a lingering close does.
    if (this.over) this.#discard();
    else this.stir();
  }

  protected get unread(): number {
    return this.#incoming.arrived;
  }

  protected get finArrived(): boolean {
    return this.#finArrived;
  }

  protected get hasRoom(): boolean {
    return this.#connected && this.#peer !== undefined && this.#peer.#incoming.room > 0;
  }

  protected take(into: Arena, at: number, max: number): number {
    const count = this.#wire.portion(Math.min(max, this.#incoming.arrived));
    this.#incoming.take(into.bytes, at, count);
    this.#peer?.stir();
    return count;
  }

  protected put(from: Arena, at: number, length: number): number {
    if (length === 0 || this.#peer === undefined) return 0;
    const lane = this.#peer.#incoming;
    const count = this.#wire.portion(Math.min(length, lane.room));
    lane.put(from.bytes, at, count);
    this.#wire.carry(this.#peer, count);
    return count;
  }

  protected sendFin(): void {
    if (this.#peer !== undefined) this.#wire.carry(this.#peer, FIN);
  }

  protected abort(): void {
    this.#incoming.drop();
    if (this.#peer !== undefined) this.#wire.carry(this.#peer, RST);
  }

  protected finish(): void {
    this.#discard();
  }

  #discard(): void {
    this.#incoming.discard(this.#incoming.arrived);
    this.#peer?.stir();
  }
}
