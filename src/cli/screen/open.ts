// Opens the screen on this process's terminal: its streams, its signals, its end.
import type { ReadStream } from 'node:tty';
import type { ExposureSpec } from '../../agent/exposures.ts';
import { WheelClock } from '../../pipe/clock.ts';
import type { Invocation } from '../command.ts';
import type { Size } from './canvas.ts';
import { inForeground } from './foreground.ts';
import { headerLines } from './header.ts';
import { Keyboard } from './keyboard.ts';
import { type Acting, type KeySignal, press } from './keys.ts';
import { painter } from './line.ts';
import { Model } from './model.ts';
import { DescriptorPen } from './pen.ts';
import { Screen } from './screen.ts';
import { Stage } from './stage.ts';

const STDERR = 2;
/** Of a terminal that does not know its size. */
const USUAL: Size = { columns: 80, rows: 24 };

/** Of the terminal as it is now: Node hears of another one by a signal, which a frame may precede, and then asks as it does here. */
function size(): Size {
  process.emit('SIGWINCH', 'SIGWINCH');
  return { columns: process.stderr.columns || USUAL.columns, rows: process.stderr.rows || USUAL.rows };
}

/** What a key makes of a signal: what the terminal would, had it not been asked for single keys. */
function raise(name: KeySignal, stage: Stage): void {
  if (name === 'SIGINT') return void process.kill(process.pid, name);
  if (name === 'SIGQUIT') stage.closeNow();
  // The whole foreground group, as from the terminal: a shell waits for all of it.
  process.kill(0, name);
}

/** Listens to what happens to the process; returns what stops that. */
function attach(stage: Stage): () => void {
  const suspend = () => stage.suspend(() => process.kill(process.pid, 'SIGSTOP'));
  const resume = () => stage.resume();
  const end = () => stage.closeNow();
  process.on('SIGTSTP', suspend).on('SIGCONT', resume).on('exit', end);
  process.stderr.on('resize', stage.resized);
  return () => {
    process.off('SIGTSTP', suspend).off('SIGCONT', resume).off('exit', end);
    process.stderr.off('resize', stage.resized);
  };
}

export function openScreen(invocation: Invocation, gateway: string, exposures: readonly ExposureSpec[]): Screen {
  const { terminal, talk, env } = invocation;
  const clock = new WheelClock();
  const model = new Model(gateway, exposures, terminal.keys);
  const acting: Acting = {
    env,
    terminal,
    send: (sequence) => stage.send(sequence),
    note(text) {
      model.note(text, clock.now());
      stage.changed();
    },
    signal: (name) => raise(name, stage),
  };
  const pressed = (key: string) => {
    press(key, model, acting);
    stage.changed();
  };
  const stage: Stage = new Stage({
    pen: new DescriptorPen(STDERR),
    size,
    clock,
    paint: painter(terminal.colour),
    foreground: inForeground,
    keyboard: terminal.keys ? new Keyboard(() => process.stdin as ReadStream, pressed) : undefined,
    resultShown: terminal.resultShown,
    render: ({ columns, rows }) => headerLines(model.view(clock.now()), columns, rows),
  });
  talk.through(stage);
  const detach = attach(stage);
  const release = () => {
    detach();
    talk.through(undefined);
  };
  const urlsShown = terminal.resultShown && exposures.length === 1;
  return new Screen({ model, stage, clock, size, urlsShown, hears: (level) => talk.hears(level), release });
}
