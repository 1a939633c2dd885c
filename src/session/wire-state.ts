/**
 * Where one stream stands on the wire, and what it owes the peer. Pure: no pipe, no frame, no session.
 *
 * | this side                  | event           | then                                                             |
 * |----------------------------|-----------------|------------------------------------------------------------------|
 * | live, FIN sent             | peer's FIN      | over                                                             |
 * | live, peer's FIN seen      | own FIN leaves  | over                                                             |
 * | live                       | peer's RST      | `answering`: owes RST_ACK, and is over when that has left        |
 * | live                       | own pipe breaks | `reset`: owes RST, drops what comes, waits for the answer        |
 * | `reset`                    | RST_ACK         | over                                                             |
 * | `reset`, RST sent          | peer's RST      | over: both resets crossed, each is the other's answer            |
 * | `reset`, RST not yet sent  | peer's RST      | `answering`, in its place                                        |
 * | `reset`, FIN sent before   | peer's FIN      | over: the peer was done before our RST, and passes over it       |
 * | `reset`, no FIN sent       | peer's FIN      | waits on: the peer will answer the RST                           |
 * | OPEN not yet sent          | own pipe breaks | over: the peer never hears of it                                 |
 *
 * `over` means that the peer knows too, or will before it reads an OPEN for the same slot, since links keep their order.
 */
import { ProtocolError } from '../protocol/error.ts';

/** Control frames a stream may owe, in the order they are written in. */
export const OWES = { open: 1, opened: 2, credit: 4, fin: 8, rst: 16, rstAck: 32 } as const;

export class WireState {
  #phase: 'live' | 'reset' | 'answering' | 'over' = 'live';
  #owed = 0;
  #finSent = false;
  #finSeen = false;

  get live(): boolean {
    return this.#phase === 'live';
  }

  get over(): boolean {
    return this.#phase === 'over';
  }

  /** Its own FIN has left. */
  get finSent(): boolean {
    return this.#finSent;
  }

  owes(what: number): boolean {
    return (this.#owed & what) !== 0;
  }

  /** False: nothing can be owed any more. */
  owe(what: number): boolean {
    if (this.#phase !== 'live') return false;
    this.#owed |= what;
    return true;
  }

  /** True once for each frame that was owed: the caller writes it. After `fin` and `rstAck` the stream may be over. */
  pay(what: number): boolean {
    if (!this.owes(what)) return false;
    this.#owed &= ~what;
    if (what === OWES.fin) {
      this.#finSent = true;
      if (this.#finSeen) this.finish();
    }
    if (what === OWES.rstAck) this.finish();
    return true;
  }

  /** Breaks it from this side. False: it was broken or over before. */
  breakOff(): boolean {
    if (this.#phase !== 'live') return false;
    if (this.owes(OWES.open)) {
      this.finish();
    } else {
      this.#phase = 'reset';
      this.#owed = OWES.rst;
    }
    return true;
  }

  /** The session is gone, and nobody is left to tell anything. */
  finish(): void {
    this.#phase = 'over';
    this.#owed = 0;
  }

  /** Throws ProtocolError for a second one. */
  peerFin(): void {
    if (this.#phase === 'live' && this.#finSeen) throw new ProtocolError('order', 'a second end');
    this.#finSeen = true;
    if (this.#finSent && this.#phase !== 'answering') this.finish();
  }

  /** Throws ProtocolError for a second one. */
  peerReset(): void {
    if (this.#phase === 'answering') throw new ProtocolError('order', 'a second reset');
    if (this.#phase === 'reset' && !this.owes(OWES.rst)) {
      this.finish();
    } else {
      this.#phase = 'answering';
      this.#owed = OWES.rstAck;
    }
  }

  /** Throws ProtocolError if there is nothing to answer. */
  peerResetAck(): void {
    if (this.#phase !== 'reset' || this.owes(OWES.rst)) throw new ProtocolError('order', 'an answer to no reset');
    this.finish();
  }
}
