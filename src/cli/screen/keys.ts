// What each key does. Knows the model and the ways out of the terminal, and no drawing.
import type { Environment } from '../command.ts';
import type { Terminal } from '../terminal.ts';
import type { Model } from './model.ts';
import { clipboardSequence, openInBrowser } from './outside.ts';

export type KeySignal = 'SIGINT' | 'SIGQUIT' | 'SIGTSTP';

/** What keys act on besides the model. */
export interface Acting {
  readonly env: Environment;
  readonly terminal: Terminal;
  /** Sends a sequence that shows nothing. */
  send(sequence: string): void;
  /** The answer to a key. */
  note(text: string): void;
  signal(name: KeySignal): void;
}

/** What the terminal itself would make of them, were it not asked for single keys. */
const SIGNALS: Readonly<Record<string, KeySignal>> = { '\u0003': 'SIGINT', '\u001a': 'SIGTSTP', '\u001c': 'SIGQUIT' };

const NOT_YET = 'there is no URL yet';

function copy(url: string, acting: Acting): void {
  acting.send(clipboardSequence(url));
  acting.note('copied, if this terminal allows it (OSC 52)');
}

async function open(url: string, acting: Acting): Promise<void> {
  acting.note(await openInBrowser(url, acting.env));
}

/** Any key closes what is unfolded; besides that it does what it always does. */
export function press(key: string, model: Model, acting: Acting): void {
  const signal = SIGNALS[key];
  if (signal !== undefined) return acting.signal(signal);
  const was = model.panel?.kind;
  model.panel = undefined;
  const { url } = model;
  switch (key.toLowerCase()) {
    case 'h':
    case '?':
      if (was !== 'help') model.panel = { kind: 'help' };
      return;
    case 'c':
      return url === undefined ? acting.note(NOT_YET) : copy(url, acting);
    case 'o':
      return url === undefined ? acting.note(NOT_YET) : void open(url, acting);
    case 'q':
      if (url === undefined) return acting.note(NOT_YET);
      if (was !== 'qr') model.panel = { kind: 'qr', url, ink: acting.terminal.colour > 0 ? 'dark' : 'light' };
  }
}
