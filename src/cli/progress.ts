// Shows that long work goes on: `withProgress(terminal, 'measuring http.c64', async (say) => …)`; `say` changes the text.
// A spinner on stderr when both stderr and stdout are terminals, nothing at all elsewhere; no trace is left when the work ends.
import type { Terminal } from './terminal.ts';

/** Of one turn of the spinner: no timer below 100 ms while traffic may flow. */
const TURN_MS = 120;

type Say = (text: string) => void;

async function spinner(terminal: Terminal, text: string): Promise<{ say: Say; stop(): void }> {
  const { default: ora } = await import('ora');
  const color = terminal.colour > 0 ? 'cyan' : false;
  // stdin stays as it is: nothing of it is read, so that Ctrl-C remains a signal.
  const spin = ora({
    text,
    color,
    stream: process.stderr,
    isEnabled: true,
    discardStdin: false,
    interval: TURN_MS,
  }).start();
  return {
    say(changed) {
      spin.text = changed;
    },
    stop: () => spin.stop(),
  };
}

export async function withProgress<T>(terminal: Terminal, text: string, work: (say: Say) => Promise<T>): Promise<T> {
  // A terminal that does not know its width (0 columns, as `script` makes them) cannot be cleared by the line: ora would never end.
  const isDrawable = terminal.live && terminal.resultShown && process.stderr.columns > 0;
  if (!isDrawable) return work(() => {});
  const shown = await spinner(terminal, text);
  try {
    return await work(shown.say);
  } finally {
    shown.stop();
  }
}
