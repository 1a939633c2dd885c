// The screen of `expose` and `connect` on a terminal: events into the model, lines onto the stage. Refuses to know how either works.
import type { AgentEvent } from '../../agent/events.ts';
import type { ExposureSpec } from '../../agent/exposures.ts';
import type { Clock, Timer } from '../../contract/clock.ts';
import type { ErrorCode } from '../../contract/errors.ts';
import { visible } from '../../observe/visible.ts';
import type { Choice } from '../../transport/auto.ts';
import { HostHint } from '../agent/host-hint.ts';
import type { Voice } from '../agent/voice.ts';
import {
  choiceWords,
  downWords,
  faultWords,
  publishedLevel,
  publishedWords,
  refusedWords,
  summaryWords,
  timeOfDay,
  upWords,
} from '../agent/wording.ts';
import { fitted } from '../fitted.ts';
import { count } from '../size.ts';
import type { Level } from '../talk.ts';
import type { Size } from './canvas.ts';
import { span } from './line.ts';
import type { Model, Watched } from './model.ts';
import { Pace } from './pace.ts';
import { requestLine, WIDE_COLUMNS } from './request-line.ts';
import type { Stage } from './stage.ts';

/** Rates, round trips and countdowns move without events. */
const LOOK_MS = 1_000;

export interface ScreenParts {
  readonly model: Model;
  readonly stage: Stage;
  readonly clock: Clock;
  readonly size: () => Size;
  /** URLs are written to the same terminal as the result: they need no second line. */
  readonly urlsShown: boolean;
  /** Whether a line of this level is to be shown. */
  readonly hears: (level: Level) => boolean;
  /** Undoes what was done to the process when the screen was opened. */
  readonly release: () => void;
}

export class Screen implements Voice {
  readonly #parts: ScreenParts;
  readonly #model: Model;
  readonly #stage: Stage;
  readonly #pace: Pace;
  readonly #hint = new HostHint();
  readonly #startedAt: number;
  #look: Timer | undefined;
  /** Said last: an outage of hours says its reason once. */
  #fault = '';

  constructor(parts: ScreenParts) {
    const { model, stage, clock } = parts;
    this.#parts = parts;
    this.#model = model;
    this.#stage = stage;
    this.#startedAt = clock.now();
    this.#pace = new Pace(this.#startedAt);
    this.#lookAround();
    stage.draw();
  }

  say(text: string, level: Level = 'info'): void {
    const { hears, size } = this.#parts;
    if (!hears(level)) return;
    const { columns } = size();
    const time = columns < WIDE_COLUMNS ? '' : `${timeOfDay()}  `;
    const [first, ...rest] = fitted(visible(text), columns - time.length).split('\n');
    this.#stage.scroll([span(time, 'dim'), span(first!)]);
    for (const line of rest) this.#stage.scroll([span(' '.repeat(time.length) + line)]);
  }

  watch(runtime: Watched): void {
    this.#model.runtime = runtime;
  }

  down(exposure: ExposureSpec, code: ErrorCode): void {
    this.#model.down(exposure);
    this.say(downWords(exposure.target.text, code), 'warn');
  }

  up(exposure: ExposureSpec): void {
    if (this.#model.stopping) return;
    this.#model.up(exposure);
    this.say(upWords(exposure.target.text));
  }

  chose(choice: Choice): void {
    this.#once(choiceWords(choice));
  }

  tell(event: AgentEvent): void {
    this.#model.take(event, this.#parts.clock.now());
    this.#words(event);
    this.#stage.changed();
  }

  stopping(): void {
    this.#model.stopping = true;
    this.#model.panel = undefined;
    this.#stage.draw();
  }

  stopped(): void {
    this.#sayRest();
    this.say(summaryWords(this.#parts.clock.now() - this.#startedAt, this.#model.traffic));
  }

  async close(): Promise<void> {
    this.#look?.cancel();
    await this.#stage.close();
    this.#parts.release();
  }

  #words(event: AgentEvent): void {
    switch (event.type) {
      case 'request':
        return this.#request(event);
      case 'exposed':
        return this.#published(publishedWords(event));
      case 'refused':
        return this.#once(refusedWords(event), 'warn');
      case 'lost':
        return this.#once(faultWords(event.code, event.cause), 'warn');
      case 'defect':
        return this.#once(faultWords('TK-9001', event.seen), 'error');
      case 'connected':
        if (this.#fault !== '') this.say(`connected over ${event.transport}`);
        this.#fault = '';
        return;
      case 'connecting':
      case 'retrying':
      case 'replaced':
        return;
      default:
        event satisfies never;
    }
  }

  #published([published, ...more]: readonly [string, ...string[]]): void {
    if (!this.#parts.urlsShown) this.#once(published);
    for (const words of more) this.#once(words, publishedLevel(words));
  }

  #once(words: string | undefined, level?: Level): void {
    if (words === undefined || words === this.#fault) return;
    this.#fault = words;
    this.say(words, level);
  }

  #request(event: AgentEvent & { type: 'request' }): void {
    const hint = this.#hint.look(event);
    const { hears, clock, size } = this.#parts;
    if (hears('info') && this.#pace.take(clock.now()))
      this.#stage.scroll(requestLine(event, timeOfDay(), size().columns));
    if (hint !== undefined) this.say(hint);
  }

  #sayRest(): void {
    const skipped = this.#pace.skipped();
    if (skipped > 0) this.#stage.scroll([span(`${timeOfDay()}  … ${count(skipped, 'more request')}`, 'dim')]);
  }

  #lookAround(): void {
    this.#look = this.#parts.clock.after(LOOK_MS, () => {
      this.#sayRest();
      this.#stage.changed();
      this.#lookAround();
    });
  }
}
