// The turn of the Node reactor: after everything the kernel had to say was heard, owners that are due are told, links are
// written, and every pipe that was written to sends in one go. Ends in `setImmediate`.
import type { Clock } from '../../contract/clock.ts';
import type { Defect } from '../../contract/defect.ts';
import type { LimitName, Limits } from '../../contract/limits.ts';
import { Tellings } from '../telling.ts';
import { Blocks } from './blocks.ts';

interface Flushable {
  flush(): void;
  probe(): void;
  fell(error: unknown): void;
}

/** One read, as large as Node's own. */
const READ_BYTES = 65_536;

export interface TurnOptions {
  /** Told when a bound made the reactor itself close a connection. */
  readonly bound: (limit: LimitName) => void;
  /** Told of what owners throw, and of whatever else throws in a turn. */
  readonly defect: Defect;
  /** How often pipes that do not read are asked whether the peer has reset them. */
  readonly probeMs: number;
}

export class Turn {
  readonly clock: Clock;
  readonly limits: Limits;
  readonly bound: TurnOptions['bound'];
  readonly defect: Defect;
  readonly tellings: Tellings;
  readonly onTurn: (() => void)[] = [];
  readonly blocks = new Blocks();
  /** What sockets that can do so read into, one after the other. */
  readonly readBuffer = Buffer.allocUnsafeSlow(READ_BYTES);
  readonly #probeMs: number;
  readonly #written: Flushable[] = [];
  readonly #dozing = new Set<Flushable>();
  #probing = false;
  #scheduled = false;

  constructor(clock: Clock, limits: Limits, { bound, defect, probeMs }: TurnOptions) {
    this.clock = clock;
    this.limits = limits;
    this.bound = bound;
    this.defect = defect;
    this.#probeMs = probeMs;
    this.tellings = new Tellings(() => this.schedule(), defect);
  }

  schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(this.#run);
  }

  /** The pipe was written to and sends when the turn ends. */
  flushLater(pipe: Flushable): void {
    this.#written.push(pipe);
    this.schedule();
  }

  /** A pipe that does not read notices no reset by itself: it is probed now and then. */
  doze(pipe: Flushable, dozes: boolean): void {
    if (!dozes) {
      this.#dozing.delete(pipe);
      return;
    }
    this.#dozing.add(pipe);
    if (this.#probing) return;
    this.#probing = true;
    this.clock.after(this.#probeMs, this.#probe);
  }

  readonly #probe = (): void => {
    this.#probing = this.#dozing.size > 0;
    if (!this.#probing) return;
    for (const pipe of this.#dozing) pipe.probe();
    this.clock.after(this.#probeMs, this.#probe);
  };

  readonly #run = (): void => {
    this.tellings.tell();
    // From here on asking means the next turn; those who were told just now still belong to this one.
    this.#scheduled = this.tellings.waiting > 0;
    if (this.#scheduled) setImmediate(this.#run);
    for (const told of this.onTurn) told();
    for (const pipe of this.#written) this.#flush(pipe);
    this.#written.length = 0;
  };

  #flush(pipe: Flushable): void {
    try {
      pipe.flush();
    } catch (error) {
      pipe.fell(error);
    }
  }
}
