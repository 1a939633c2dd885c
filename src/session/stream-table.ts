/**
 * Who has which slot. Slots of the streams opened here are given out; those of the peer are checked. Knows ids, not states:
 * when a slot is free again is said by the stream.
 */
import { ProtocolError } from '../protocol/error.ts';
import {
  GENERATION_FIRST,
  GENERATION_LAST,
  generationOf,
  nextGeneration,
  type Opener,
  openerOf,
  slotOf,
  streamId,
} from '../protocol/stream-id.ts';

/** Generations wrap: of two, the one less than half the circle behind is the older. */
const HALF_CIRCLE = GENERATION_LAST >>> 1;

/** The slots of one opener. `generations` holds the last generation of each slot that was ever used. */
interface Side<T> {
  readonly items: (T | undefined)[];
  readonly generations: number[];
}

export class StreamTable<T> {
  readonly #own: Opener;
  readonly #ownMax: number;
  readonly #peerMax: number;
  readonly #sides: readonly [Side<T>, Side<T>] = [
    { items: [], generations: [] },
    { items: [], generations: [] },
  ];
  /** Slots given back, the last first: few slots stay warm, and the arrays stay short. */
  readonly #free: number[] = [];
  #size = 0;

  /** `ownMax`: how many streams the peer takes; `peerMax`: how many this side takes. */
  constructor(own: Opener, ownMax: number, peerMax: number) {
    this.#own = own;
    this.#ownMax = ownMax;
    this.#peerMax = peerMax;
  }

  get size(): number {
    return this.#size;
  }

  find(id: number): T | undefined {
    const side = this.#sides[openerOf(id)];
    const slot = slotOf(id);
    return side.generations[slot] === generationOf(id) ? side.items[slot] : undefined;
  }

  /** True for an id that once named a stream: a late frame of it is dropped, where one of a stream that never was ends the session. */
  was(id: number): boolean {
    const last = this.#sides[openerOf(id)].generations[slotOf(id)];
    if (last === undefined) return false;
    const behind = (last - generationOf(id) + GENERATION_LAST) % GENERATION_LAST;
    return behind < HALF_CIRCLE;
  }

  /** A new id for a stream opened here; 0 if the peer takes no more. */
  allocate(): number {
    const { generations } = this.#sides[this.#own];
    const slot = this.#free.pop() ?? generations.length;
    if (slot >= this.#ownMax) return 0;
    const last = generations[slot];
    const generation = last === undefined ? GENERATION_FIRST : nextGeneration(last);
    generations[slot] = generation;
    return streamId(generation, slot, this.#own);
  }

  /** Takes the id of a stream that the peer opens. Throws ProtocolError. */
  admit(id: number): void {
    const slot = slotOf(id);
    if (openerOf(id) === this.#own) throw new ProtocolError('stream', 'opened under a number of this side');
    if (slot >= this.#peerMax) throw new ProtocolError('limit', `slot ${slot} of ${this.#peerMax}`, 'sessionStreams');
    const side = this.#sides[openerOf(id)];
    if (side.items[slot] !== undefined) throw new ProtocolError('stream', `slot ${slot} is in use`);
    const last = side.generations[slot];
    const due = last === undefined ? GENERATION_FIRST : nextGeneration(last);
    if (generationOf(id) !== due) throw new ProtocolError('stream', `generation ${generationOf(id)}, ${due} is due`);
    side.generations[slot] = due;
  }

  /** Files a stream under an id that was allocated or admitted. */
  put(id: number, item: T): void {
    this.#sides[openerOf(id)].items[slotOf(id)] = item;
    this.#size++;
  }

  /** The peer knows that this stream is over, or will before it sees the slot's next generation. */
  remove(id: number): void {
    const slot = slotOf(id);
    this.#sides[openerOf(id)].items[slot] = undefined;
    this.#size--;
    if (openerOf(id) === this.#own) this.#free.push(slot);
  }

  /** As `remove`, for a stream the peer has never heard of: its generation is used again. */
  withdraw(id: number): void {
    const { generations } = this.#sides[this.#own];
    const generation = generationOf(id);
    this.remove(id);
    // The first generation goes back to the last, whose successor it is.
    generations[slotOf(id)] = generation === GENERATION_FIRST ? GENERATION_LAST : generation - 1;
  }

  *[Symbol.iterator](): Generator<T> {
    for (const side of this.#sides) for (const item of side.items) if (item !== undefined) yield item;
  }
}
