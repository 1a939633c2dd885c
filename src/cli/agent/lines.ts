// What an agent tells, as plain lines for people and as events for programs.
import type { AgentEvent } from '../../agent/events.ts';
import type { ExposureSpec } from '../../agent/exposures.ts';
import type { ErrorCode } from '../../contract/errors.ts';
import { seldom } from '../../observe/seldom.ts';
import { visible } from '../../observe/visible.ts';
import type { Choice } from '../../transport/auto.ts';
import { DEFECTS_TOLD } from '../defects.ts';
import { size } from '../size.ts';
import type { Level, Talk } from '../talk.ts';
import { HostHint } from './host-hint.ts';
import type { Runtime } from './runtime.ts';
import { Traffic } from './traffic.ts';
import type { Voice } from './voice.ts';
import {
  choiceWords,
  downWords,
  faultWords,
  pathWords,
  publishedLevel,
  publishedWords,
  refusedWords,
  summaryWords,
  timeOfDay,
  upWords,
} from './wording.ts';

/** Of a path, in a line. */
const PATH_BYTES = 200;

/** Lines come with the time; a URL that is ready is the caller's to tell. */
export class Lines implements Voice {
  readonly #talk: Talk;
  readonly #startedAt = performance.now();
  readonly #traffic = new Traffic();
  readonly #hint = new HostHint();
  /** By exposure: the URL that was told while a better one was coming. */
  readonly #promised = new Map<number, string>();
  /** All are counted, in `status`. */
  readonly #isDefectDue = seldom(() => performance.now(), DEFECTS_TOLD);
  #runtime: Runtime | undefined;
  #stopping = false;

  constructor(talk: Talk) {
    this.#talk = talk;
  }

  /** Visitors, origins and gateways have a part in what is said: none of it may drive a terminal. */
  say(text: string, level: Level = 'info'): void {
    this.#talk.say(visible(text), { level, time: timeOfDay() });
  }

  watch(runtime: Runtime): void {
    this.#runtime = runtime;
  }

  down({ target }: ExposureSpec, code: ErrorCode): void {
    this.say(downWords(target.text, code), 'warn');
  }

  up({ target }: ExposureSpec): void {
    if (!this.#stopping) this.say(upWords(target.text));
  }

  stopping(): void {
    this.#stopping = true;
    const underWay = this.#runtime?.agent.stats?.streams ?? 0;
    const finishing = `: finishing what is under way (${underWay}); a second signal forces`;
    this.say(`stopping${underWay === 0 ? '' : finishing}`);
  }

  stopped(): void {
    const ms = performance.now() - this.#startedAt;
    const { requests, bytes, failed } = this.#traffic;
    this.#talk.event('stopped', { seconds: Math.round(ms / 1_000), requests, bytes, failed });
    this.say(summaryWords(ms, this.#traffic));
  }

  async close(): Promise<void> {}

  chose(choice: Choice): void {
    const words = choiceWords(choice);
    if (words !== undefined) this.say(words);
  }

  tell(event: AgentEvent): void {
    this.#traffic.take(event);
    switch (event.type) {
      case 'connecting':
        return;
      case 'connected':
        this.#talk.event('connected', { transport: event.transport, handshakeMs: event.handshakeMs });
        return this.say(`connected over ${event.transport} (${Math.round(event.handshakeMs)} ms)`);
      case 'exposed':
        return this.#exposed(event);
      case 'refused':
        return this.#refused(event);
      case 'replaced':
        this.#talk.event('replaced', {});
        return;
      case 'lost':
        this.#talk.event('lost', { code: event.code, cause: event.cause });
        return this.say(faultWords(event.code, event.cause), 'warn');
      case 'defect':
        if (!this.#isDefectDue()) return;
        this.#talk.event('defect', { code: 'TK-9001', seen: event.seen });
        return this.say(faultWords('TK-9001', event.seen), 'error');
      case 'retrying':
        return this.say(`trying again in ${(event.inMs / 1000).toFixed(1)} s`);
      case 'request':
        return this.#request(event);
      default:
        event satisfies never;
    }
  }

  #exposed(event: AgentEvent & { type: 'exposed' }): void {
    const { id, url, name, port, coming, remark } = event.grant;
    const { target, pool } = event.exposure;
    this.#talk.event('exposed', { url, target: target.text, name, port, pool, coming, remark });
    // What comes in place of a promise: the URL is told again where it is another one.
    const isToldAgain = this.#promised.get(id) !== url;
    for (const words of publishedWords(event).slice(isToldAgain ? 0 : 1)) this.say(words, publishedLevel(words));
    if (coming) this.#promised.set(id, url);
    else this.#promised.delete(id);
  }

  #refused(event: AgentEvent & { type: 'refused' }): void {
    const { code, seen, exposure, permanent } = event;
    this.#talk.event('refused', { code, seen, target: exposure?.target.text, permanent });
    const words = refusedWords(event);
    if (words !== undefined) this.say(words, 'warn');
  }

  #request(event: AgentEvent & { type: 'request' }): void {
    const { method, path, status, ms, bytes } = event;
    this.#talk.event('request', { method, path, status, ms, bytes });
    this.say(`${method} ${pathWords(path, PATH_BYTES)} ${status ?? 'aborted'} ${Math.round(ms)} ms ${size(bytes)}`);
    const hint = this.#hint.look(event);
    if (hint !== undefined) this.say(hint);
  }
}
