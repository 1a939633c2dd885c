// A screen on a terminal for tests, in virtual time, with the standing of an agent that only its events make.
import type { AgentEvent } from '../../agent/events.ts';
import { newMeter } from '../../agent/origin/meter.ts';
import { VirtualClock } from '../../pipe/memory/clock.ts';
import { exposureSpec } from '../agent/specs.ts';
import { Standing } from '../agent/standing.ts';
import { Grid } from './grid.testkit.ts';
import { headerLines } from './header.ts';
import { Keyboard } from './keyboard.ts';
import { painter } from './line.ts';
import { Model } from './model.ts';
import type { Pen } from './pen.ts';
import { Screen } from './screen.ts';
import { Stage } from './stage.ts';

export const SPEC = exposureSpec({ target: '3000' }, '/');
export const URL = 'https://otter.example.com';

export const EXPOSED: AgentEvent = {
  type: 'exposed',
  exposure: SPEC,
  grant: { id: 1, kind: 'http', url: URL, name: 'otter', port: undefined } as (AgentEvent & {
    type: 'exposed';
  })['grant'],
};
export const CONNECTED: AgentEvent = {
  type: 'connected',
  transport: 'tls',
  handshakeMs: 20,
  publicHost: 'example.com',
};
export const LOST: AgentEvent = { type: 'lost', code: 'TK-4001', cause: 'ECONNREFUSED' };

type Request = AgentEvent & { type: 'request' };
export const request = (changes: Partial<Request> = {}): Request => ({
  type: 'request',
  exposure: SPEC,
  method: 'GET',
  path: '/',
  status: 200,
  ms: 5,
  bytes: 10,
  cause: undefined,
  ...changes,
});

/** Takes everything at once, unless it is told to be busy. */
class GridPen implements Pen {
  readonly grid = new Grid();
  idle = true;
  writes = 0;

  write(text: string): void {
    this.writes += 1;
    this.grid.write(text);
  }

  afterwards(run: () => void): void {
    run();
  }

  finish(): void {}
}

class FakeInput {
  raw = false;
  #heard: ((chunk: Buffer) => void)[] = [];

  readonly on = (name: string, hear: (chunk: Buffer) => void) => {
    if (name === 'data') this.#heard.push(hear);
    return this;
  };
  readonly off = (_name: string, hear: (chunk: Buffer) => void) => {
    this.#heard = this.#heard.filter((each) => each !== hear);
    return this;
  };
  readonly resume = () => this;
  readonly pause = () => this;
  readonly setRawMode = (raw: boolean) => {
    this.raw = raw;
    return this;
  };

  type(text: string): void {
    for (const hear of this.#heard) hear(Buffer.from(text));
  }
}

export class Show {
  readonly clock = new VirtualClock();
  readonly pen = new GridPen();
  readonly input = new FakeInput();
  readonly meter = newMeter();
  readonly standing = new Standing(() => this.clock.now());
  readonly pressed: string[] = [];
  foreground = true;
  size = { columns: 80, rows: 24 };
  /** Lines below a warning are shown. */
  chatty = true;
  readonly stage: Stage;
  readonly screen: Screen;

  constructor(resultShown = true) {
    const model = new Model('gw.example.com:443', [SPEC], true);
    this.stage = new Stage({
      pen: this.pen,
      size: () => this.size,
      clock: this.clock,
      paint: painter(0),
      foreground: () => this.foreground,
      keyboard: new Keyboard(
        () => this.input as never,
        (key) => this.pressed.push(key),
      ),
      resultShown,
      render: ({ columns, rows }) => headerLines(model.view(this.clock.now()), columns, rows),
    });
    this.screen = new Screen({
      model,
      stage: this.stage,
      clock: this.clock,
      size: () => this.size,
      urlsShown: resultShown,
      hears: (level) => this.chatty || level === 'warn',
      release: () => {},
    });
    this.screen.watch({
      agent: { stats: undefined, exposures: [{ spec: SPEC, meter: this.meter }] },
      standing: this.standing,
    });
  }

  tell(...events: readonly AgentEvent[]): void {
    for (const event of events) {
      if (event.type === 'request') this.meter.visits += 1;
      this.standing.tell(event);
      this.screen.tell(event);
    }
  }

  get text(): string {
    // The time of day is not virtual.
    return this.pen.grid.text.replaceAll(/^\d\d:\d\d:\d\d {2}/gm, '');
  }
}
