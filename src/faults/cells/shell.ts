import { spawn } from 'node:child_process';

interface Waiting {
  resolve(output: string): void;
  reject(error: Error): void;
}

/** What the shell says behind a command: its status. */
const OVER = /\n@(\d+)\n/;

/** One shell for many commands: a large process that begins another stands still for milliseconds, and all that it relays with it. */
export class Shell {
  readonly #child = spawn('sh', { stdio: ['pipe', 'pipe', 'inherit'] });
  readonly #waiting: Waiting[] = [];
  #said = '';

  constructor() {
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => this.#hear(text));
    this.#child.on('exit', () => {
      for (const { reject } of this.#waiting.splice(0)) reject(new Error('the shell is gone'));
    });
  }

  /** One line. Resolves with what it prints; rejects when its status is not 0. */
  run(command: string): Promise<string> {
    this.#child.stdin.write(`${command}\nprintf "\\n@%d\\n" $?\n`);
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  #hear(text: string): void {
    this.#said += text;
    for (let over = OVER.exec(this.#said); over !== null; over = OVER.exec(this.#said)) {
      const { resolve, reject } = this.#waiting.shift()!;
      const output = this.#said.slice(0, over.index);
      this.#said = this.#said.slice(over.index + over[0].length);
      if (over[1] === '0') resolve(output);
      else reject(new Error(`status ${over[1]}: ${output}`));
    }
  }
}
