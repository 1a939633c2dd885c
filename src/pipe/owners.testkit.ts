// Owners of pipes for tests: one that only counts, and one that talks and checks every byte it hears.
import { type Arena, END, type Pipe, type PipeOwner, RESET } from '../contract/pipe.ts';
import { makeArena } from './arena.ts';

/** The byte at an offset of a keyed stream: loss, doubling, reordering and mix-ups all show at the first wrong offset. */
export function keyedByte(key: number, offset: number): number {
  return (key + offset * 31 + (offset >>> 8) * 17 + (offset >>> 16) * 7) & 0xff;
}

export function keyedArena(key: number, size: number): Arena {
  const arena = makeArena(size);
  for (let at = 0; at < size; at++) arena.bytes[at] = keyedByte(key, at);
  return arena;
}

/** Counts what it is told, and notices being told from inside a call to the pipe. */
export class Ear implements PipeOwner {
  readonly pipe: Pipe;
  readables = 0;
  writables = 0;
  toldInsideCall = false;
  onReadable: () => void = () => {};
  onWritable: () => void = () => {};
  #inside = 0;

  constructor(pipe: Pipe) {
    this.pipe = pipe;
    pipe.owner = this;
  }

  get told(): number {
    return this.readables + this.writables;
  }

  /** Every call to the pipe in these tests goes through here. */
  call<T>(act: (pipe: Pipe) => T): T {
    this.#inside++;
    try {
      return act(this.pipe);
    } finally {
      this.#inside--;
    }
  }

  readable(): void {
    this.readables++;
    this.toldInsideCall ||= this.#inside > 0;
    this.onReadable();
  }

  writable(): void {
    this.writables++;
    this.toldInsideCall ||= this.#inside > 0;
    this.onWritable();
  }
}

/** Reads whatever comes, for ever. */
export class Listening extends Ear {
  readonly heard: Buffer[] = [];
  end: typeof END | typeof RESET | undefined;
  readonly #arena: Arena;

  constructor(pipe: Pipe, arenaBytes = 65_536) {
    super(pipe);
    this.#arena = makeArena(arenaBytes);
    this.onReadable = () => this.#read();
    pipe.want(true, false);
  }

  get bytes(): Buffer {
    return Buffer.concat(this.heard);
  }

  get text(): string {
    return this.bytes.toString('latin1');
  }

  #read(): void {
    for (;;) {
      const count = this.call((pipe) => pipe.read(this.#arena, 0, this.#arena.size));
      if (count > 0) this.heard.push(Buffer.from(this.#arena.bytes.subarray(0, count)));
      if (count === END || count === RESET) this.end = count;
      if (count <= 0 || !this.pipe.more) return;
    }
  }
}

export interface Speech {
  readonly key: number;
  readonly bytes: number;
  readonly arenaBytes: number;
}

/** Says its keyed bytes, ends, and checks the keyed bytes it hears until their end. */
export class Talker extends Ear {
  sent = 0;
  heard = 0;
  firstWrong = -1;
  outcome: 'open' | 'end' | 'reset' = 'open';
  readonly #says: Speech;
  readonly #hears: Speech;
  readonly #out: Arena;
  readonly #in: Arena;

  constructor(pipe: Pipe, says: Speech, hears: Speech) {
    super(pipe);
    this.#says = says;
    this.#hears = hears;
    this.#out = makeArena(says.arenaBytes);
    this.#in = makeArena(hears.arenaBytes);
    this.onReadable = () => this.#read();
    this.onWritable = () => this.#write();
    pipe.want(true, true);
  }

  get done(): boolean {
    return this.outcome !== 'open' && (this.sent === this.#says.bytes || this.outcome === 'reset');
  }

  #read(): void {
    const count = this.call((pipe) => pipe.read(this.#in, 0, this.#in.size));
    if (count === END) this.outcome = 'end';
    if (count === RESET) this.outcome = 'reset';
    for (let at = 0; at < count; at++, this.heard++) {
      const right = keyedByte(this.#hears.key, this.heard);
      if (this.firstWrong < 0 && this.#in.bytes[at] !== right) this.firstWrong = this.heard;
    }
  }

  #write(): void {
    while (this.sent < this.#says.bytes) {
      const length = Math.min(this.#out.size, this.#says.bytes - this.sent);
      for (let at = 0; at < length; at++) this.#out.bytes[at] = keyedByte(this.#says.key, this.sent + at);
      const count = this.call((pipe) => pipe.write(this.#out, 0, length));
      // What was taken must not be looked at again.
      this.#out.bytes.fill(0xee);
      if (count <= 0) return;
      this.sent += count;
      if (count < length) return;
    }
    this.call((pipe) => {
      pipe.end();
      pipe.want(true, false);
    });
  }
}
