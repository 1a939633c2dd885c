// Keeps a block of lines at the bottom of what was written, and lets other lines scroll above it; no alternate screen. Knows escape
// sequences and where its block is; refuses to know what the lines say.
import { rowsOf } from './line.ts';
import type { Pen } from './pen.ts';

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** A line as it is sent, and the columns it takes. */
export interface Drawn {
  readonly text: string;
  readonly width: number;
}

/** A terminal that knows it (others ignore it) shows all between the two at once. */
const [TOGETHER, DONE] = ['\u001b[?2026h', '\u001b[?2026l'];
/** Line by line: erasing all below from the top of the screen makes some terminals (tmux) keep a copy in their history. */
const ERASE_LINE_ABOVE = '\u001b[A\u001b[2K';
const NEW_LINE = '\r\n';

export class Canvas {
  readonly #pen: Pen;
  readonly #size: () => Size;
  /** The widths of the block's lines; the cursor stands at the beginning of the line below them. */
  #block: readonly number[] = [];

  constructor(pen: Pen, size: () => Size) {
    this.#pen = pen;
    this.#size = size;
  }

  /** `above` scrolls, `block` stays. */
  draw(above: readonly string[], block: readonly Drawn[]): void {
    const text = [...above, ...block.map((line) => line.text)].map((line) => line + NEW_LINE).join('');
    this.#pen.write(`${TOGETHER}${this.#erasing()}${text}${DONE}`);
    this.#block = block.map(({ width }) => width);
  }

  /** Takes the block away: what is written next stands where it was. */
  erase(): void {
    if (this.#block.length > 0) this.#pen.write(this.#erasing());
    this.#block = [];
  }

  /** Terminals that were resized wrap lines anew; the block then begins as many rows higher as it takes now. */
  #erasing(): string {
    const { columns } = this.#size();
    return `\r${ERASE_LINE_ABOVE.repeat(this.#block.reduce((sum, width) => sum + rowsOf(width, columns), 0))}`;
  }
}
