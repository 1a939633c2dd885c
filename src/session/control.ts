/**
 * What must be said besides data: for each stream a few bits, for the session one of each kind and a bounded row of messages.
 * It is state, not a queue of frames: however much the peer provokes, no more than this is remembered. Swept when there is room.
 */
import { FRAME } from '../protocol/frame.ts';
import { encodeNonce } from '../protocol/small.ts';
import type { PerSecond } from './abuse.ts';
import type { KeepAlive } from './keep-alive.ts';
import type { Outbox } from './outbox.ts';
import { Ring } from './ring.ts';
import { FRAME_ROOM_LEAST } from './scheduler.ts';

/** A stream that has control frames to send. */
export interface Owing {
  isOwing: boolean;
  readonly owesReset: boolean;
  /** Writes what it owes. False: there was no room for all of it. */
  settle(outbox: Outbox): boolean;
}

/** A frame of the session whose payload is ready. */
interface Note {
  readonly type: number;
  readonly payload: Buffer;
}

export class Control {
  readonly #keepAlive: KeepAlive;
  readonly #resets: PerSecond;
  readonly #notesMax: number;
  readonly #notes = new Ring<Note>();
  readonly #owing = new Ring<Owing>();
  /** Streams whose reset would be one too many in this second. */
  readonly #paced = new Ring<Owing>();
  #pong: number | undefined;
  #pingDue = false;

  /** `resets`: how many may leave in a second, so that the peer does not take visitors who leave in crowds for an attack. */
  constructor(keepAlive: KeepAlive, resets: PerSecond, notesMax: number) {
    this.#keepAlive = keepAlive;
    this.#resets = resets;
    this.#notesMax = notesMax;
  }

  /** False: too many are waiting. */
  note(type: number, payload: Buffer): boolean {
    if (this.#notes.length >= this.#notesMax) return false;
    this.#notes.push({ type, payload });
    return true;
  }

  ping(): void {
    this.#pingDue = true;
  }

  /** Of several PINGs only the last is answered. */
  pong(nonce: number): void {
    this.#pong = nonce;
  }

  owe(stream: Owing): void {
    if (stream.isOwing) return;
    stream.isOwing = true;
    this.#owing.push(stream);
  }

  /** Something can be written once there is room. */
  get hasWork(): boolean {
    return this.#pingDue || this.#pong !== undefined || this.#notes.length + this.#owing.length > 0;
  }

  get waitsForPace(): boolean {
    return this.#paced.length > 0;
  }

  /** A new second: resets may leave again. */
  unpace(): void {
    for (let stream = this.#paced.shift(); stream !== undefined; stream = this.#paced.shift()) this.#owing.push(stream);
  }

  /** Writes what is due, the session's before the streams'. False: some of it is left for want of room. */
  sweep(outbox: Outbox, now: number): boolean {
    return this.#sweepPings(outbox, now) && this.#sweepNotes(outbox) && this.#sweepStreams(outbox);
  }

  clear(): void {
    this.#notes.clear();
    this.#owing.clear();
    this.#paced.clear();
  }

  #sweepPings(outbox: Outbox, now: number): boolean {
    if (this.#pong === undefined && !this.#pingDue) return true;
    if (outbox.room() < FRAME_ROOM_LEAST) return false;
    if (this.#pong !== undefined) this.#frameNonce(outbox, FRAME.PONG, this.#pong);
    if (this.#pingDue) this.#frameNonce(outbox, FRAME.PING, this.#keepAlive.ping(now));
    this.#pong = undefined;
    this.#pingDue = false;
    return true;
  }

  #frameNonce(outbox: Outbox, type: number, nonce: number): void {
    outbox.frame(type, 0, encodeNonce(nonce, outbox.arena.bytes, outbox.payloadAt, outbox.room()));
  }

  #sweepNotes(outbox: Outbox): boolean {
    for (let note = this.#notes.first; note !== undefined; note = this.#notes.first) {
      if (outbox.room() < note.payload.length) return false;
      note.payload.copy(outbox.arena.bytes, outbox.payloadAt);
      outbox.frame(note.type, 0, note.payload.length);
      this.#notes.shift();
    }
    return true;
  }

  #sweepStreams(outbox: Outbox): boolean {
    for (let stream = this.#owing.first; stream !== undefined; stream = this.#owing.first) {
      if (outbox.room() < FRAME_ROOM_LEAST) return false;
      if (stream.owesReset && !this.#resets.take()) {
        this.#owing.shift();
        this.#paced.push(stream);
      } else if (stream.settle(outbox)) {
        this.#owing.shift();
        stream.isOwing = false;
      } else {
        return false;
      }
    }
    return true;
  }
}
