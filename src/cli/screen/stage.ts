// Where the screen is played: frames, keys, suspension, and a terminal that is given back as it was. A frame is drawn when something
// changed, at most ten times a second, and not while the terminal is busy or another job's. Refuses to know what is shown.
import type { Clock, Timer } from '../../contract/clock.ts';
import type { Surface } from '../talk.ts';
import { Canvas, type Drawn, type Size } from './canvas.ts';
import type { Keyboard } from './keyboard.ts';
import { type Line, type Paint, widthOf } from './line.ts';
import type { Pen } from './pen.ts';

/** No timer is nearer while traffic flows. */
const FRAME_MS = 100;
/** Lines that wait for a terminal that takes none; the oldest are dropped. */
const WAITING_LINES = 1_000;
/** The line of the cursor, and a blank one above the block. */
const ROWS_APART = 2;
const BLANK: Drawn = { text: '', width: 0 };

export interface StageParts {
  readonly pen: Pen;
  readonly size: () => Size;
  readonly clock: Clock;
  readonly paint: Paint;
  /** Whether the terminal is this process's to draw on now. */
  readonly foreground: () => boolean;
  /** Undefined: stdin is not touched. */
  readonly keyboard: Keyboard | undefined;
  /** stdout is a terminal as well. */
  readonly resultShown: boolean;
  /** The block for so many columns and rows. */
  readonly render: (size: Size) => readonly Line[];
}

export class Stage implements Surface {
  readonly #parts: StageParts;
  readonly #canvas: Canvas;
  #above: string[] = [];
  /** The block as it is there now. */
  #shown = '';
  #frame: Timer | undefined;
  #away = false;
  #closed = false;

  constructor(parts: StageParts) {
    this.#parts = parts;
    this.#canvas = new Canvas(parts.pen, parts.size);
  }

  /** A line that scrolls. */
  scroll(line: Line): void {
    this.line(this.#parts.paint(line));
  }

  line(text: string): void {
    this.#above.push(text);
    if (this.#above.length > WAITING_LINES) this.#above.shift();
    this.changed();
  }

  result(write: () => void): void {
    if (!this.#parts.resultShown || this.#closed) return write();
    this.#canvas.erase();
    this.#shown = '';
    this.#parts.pen.afterwards(write);
    this.changed();
  }

  /** A frame comes soon. */
  changed(): void {
    if (this.#closed) return;
    this.#frame ??= this.#parts.clock.after(FRAME_MS, () => this.draw());
  }

  /** The terminal has another size: what is there must be drawn again. */
  readonly resized = (): void => {
    this.#shown = '';
    this.changed();
  };

  /** A frame now, where one can be drawn. */
  draw(): void {
    this.#frame?.cancel();
    this.#frame = undefined;
    const { pen, size, foreground, keyboard } = this.#parts;
    if (this.#closed || this.#away || !foreground()) return;
    if (!pen.idle) return this.changed();
    keyboard?.start();
    const { columns, rows } = size();
    const block = this.#drawn({ columns, rows: Math.max(1, rows - ROWS_APART) });
    const text = block.map((line) => line.text).join('\n');
    if (this.#above.length === 0 && text === this.#shown) return;
    this.#canvas.draw(this.#above, block);
    this.#above = [];
    this.#shown = text;
  }

  /** Sends what shows nothing. */
  send(sequence: string): void {
    this.#parts.pen.write(sequence);
  }

  /** The terminal as it was, then `stop`, which stops the process. */
  suspend(stop: () => void): void {
    if (this.#away || this.#closed) return;
    this.#away = true;
    this.#parts.keyboard?.stop();
    this.#canvas.erase();
    this.#shown = '';
    this.#parts.pen.afterwards(stop);
  }

  /** After a stop, also one that nobody announced: a shell has set the terminal its own way meanwhile. */
  resume(): void {
    this.#away = false;
    this.#shown = '';
    if (this.#parts.foreground()) this.#parts.keyboard?.stop();
    this.changed();
  }

  /** What is left to say, without the block; resolves when it is written. */
  async close(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#leave();
    this.#parts.pen.afterwards(resolve);
    await promise;
  }

  /** The same at once, for the end of the process. */
  closeNow(): void {
    this.#parts.pen.finish();
    this.#leave();
  }

  #leave(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#frame?.cancel();
    this.#parts.keyboard?.stop();
    this.#canvas.draw(this.#above, []);
  }

  #drawn(size: Size): readonly Drawn[] {
    const { paint, render } = this.#parts;
    return [BLANK, ...render(size).map((line) => ({ text: paint(line), width: widthOf(line) }))];
  }
}
