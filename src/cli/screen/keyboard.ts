// Single keys from a terminal: raw mode while it listens, as it was afterwards. Refuses to know what keys do.
import type { ReadStream } from 'node:tty';

/** More at once than fingers can: a paste, which must not act. */
const TYPED_AT_ONCE = 4;

/** What was typed as single characters; sequences (arrows, mouse, pastes) are none, but for a Ctrl-C in them. */
export function keysIn(chunk: string): readonly string[] {
  const isTyped = !chunk.includes('\u001b') && chunk.length <= TYPED_AT_ONCE;
  return isTyped ? [...chunk] : [...chunk].filter((character) => character === '\u0003');
}

const ignore = (): void => {};

export class Keyboard {
  readonly #input: () => ReadStream;
  readonly #pressed: (key: string) => void;
  #listening = false;

  /** `input` is asked for only when it is listened to: making the stream touches the terminal. */
  constructor(input: () => ReadStream, pressed: (key: string) => void) {
    this.#input = input;
    this.#pressed = pressed;
  }

  start(): void {
    if (this.#listening) return;
    this.#listening = true;
    // A terminal that goes away breaks the stream: its keys end, the tunnel does not.
    this.#input().off('error', ignore).on('error', ignore).setRawMode(true).on('data', this.#take).resume();
  }

  stop(): void {
    if (!this.#listening) return;
    this.#listening = false;
    this.#input().off('data', this.#take).pause().setRawMode(false);
  }

  readonly #take = (chunk: Buffer): void => {
    for (const key of keysIn(chunk.toString())) this.#pressed(key);
  };
}
