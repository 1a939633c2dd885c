// The screen of `expose` and `connect` on a terminal: events into the model, lines onto the stage. Refuses to know how either works.
import type { AgentEvent } from '../../agent/events.ts';
import type { ExposureSpec } from '../../agent/exposures.ts';
import type { Clock, Timer } from '../../contract/clock.ts';
import type { ErrorCode } from '../../contract/errors.ts';
import type { Choice } from '../../transport/auto.ts';
import { HostHint } from '../agent/host-hint.ts';
import type { Voice } from '../agent/voice.ts';
import { downWords, faultWords, publishedWords, refusedWords, summaryWords, timeOfDay } from '../agent/wording.ts';
import { count } from '../size.ts';
import type { Size } from './canvas.ts';
import { span } from './line.ts';
import type { Model, Watched } from './model.ts';
import { Pace } from './pace.ts';
import { requestLine } from './request-line.ts';
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

  say(text: string): void {
    this.#stage.scroll([span(`${timeOfDay()}  `, 'dim'), span(text)]);
  }

  watch(runtime: Watched): void {
    this.#model.runtime = runtime;
  }

  down(exposure: ExposureSpec, code: ErrorCode): void {
    this.#model.down(exposure);
    this.say(downWords(exposure.target.text, code));
  }

  chose(choice: Choice): void {
    if (choice.chosen === 'ws') this.#once(`going over a WebSocket: ${choice.why}`);
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
        for (const words of publishedWords(event).slice(this.#parts.urlsShown ? 1 : 0)) this.#once(words);
        return;
      case 'refused':
        return this.#once(refusedWords(event));
      case 'lost':
        return this.#once(faultWords(event.code, event.cause));
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

  #once(words: string | undefined): void {
    if (words === undefined || words === this.#fault) return;
    this.#fault = words;
    this.say(words);
  }

  #request(event: AgentEvent & { type: 'request' }): void {
    const hint = this.#hint.look(event);
    if (this.#pace.take(this.#parts.clock.now()))
      this.#stage.scroll(requestLine(event, timeOfDay(), this.#parts.size().columns));
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
