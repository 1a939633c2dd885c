// A terminal for tests: the lines that the sequences of a canvas leave, history included. It neither wraps nor scrolls; tmux does in
// the program's tests.

const TOKEN = /\u001b\[(?<parameter>\??\d*)(?<command>[A-Za-z])|(?<control>[\r\n])|(?<text>[^\u001b\r\n]+)/gy;

export class Grid {
  readonly #lines: string[] = [''];
  #row = 0;
  #column = 0;

  write(text: string): void {
    for (const { groups } of text.matchAll(TOKEN)) {
      const { command, control, text: words } = groups!;
      if (command === 'A') this.#row = Math.max(0, this.#row - 1);
      if (command === 'K') this.#lines[this.#row] = '';
      if (control === '\r') this.#column = 0;
      if (control === '\n') this.#lines[++this.#row] ??= '';
      if (words !== undefined) this.#put(words);
    }
  }

  /** Without empty lines at the end. */
  get text(): string {
    return this.#lines.join('\n').trimEnd();
  }

  #put(words: string): void {
    const line = this.#lines[this.#row]!;
    this.#lines[this.#row] =
      line.slice(0, this.#column).padEnd(this.#column) + words + line.slice(this.#column + words.length);
    this.#column += words.length;
  }
}
