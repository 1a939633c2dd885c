// What an agent tells, as plain lines for people and as events for programs.
import type { AgentEvent } from '../../agent/events.ts';
import type { ExposureSpec } from '../../agent/exposures.ts';
import { ERRORS } from '../../contract/errors.ts';
import type { Choice } from '../../transport/auto.ts';
import { count, size } from '../size.ts';
import type { Talk } from '../talk.ts';
import { Traffic } from './traffic.ts';

/** Why a name that was asked for came to nothing. */
const NAMELESS = {
  tcp: 'a TCP exposure has a port (--port)',
  http: 'a gateway without --domain has names only for agents of its own machine',
} as const;

let shownSecond = 0;
let shownTime = '';

/** Made once a second: a busy agent says a thousand lines in one. */
function time(): string {
  const second = Math.floor(Date.now() / 1000);
  if (second !== shownSecond) {
    shownSecond = second;
    shownTime = new Date(second * 1000).toTimeString().slice(0, 8);
  }
  return shownTime;
}

/** Lines come with the time; a URL that is ready is the caller's to tell. */
export class Lines {
  readonly #talk: Talk;
  readonly #startedAt = performance.now();
  readonly #traffic = new Traffic();

  constructor(talk: Talk) {
    this.#talk = talk;
  }

  say(text: string): void {
    this.#talk.say(`${time()} ${text}`);
  }

  /** `underWay`: streams that may still finish. */
  stopping(underWay: number, again: string): void {
    this.say(underWay === 0 ? 'stopping' : `stopping: finishing what is under way (${underWay}); ${again} forces`);
  }

  /** The last line: what it was good for. */
  stopped(): void {
    const seconds = Math.round((performance.now() - this.#startedAt) / 1000);
    const { requests, bytes } = this.#traffic;
    const served = requests === 0 ? '' : `, ${count(requests, 'request')}, ${size(bytes)} sent`;
    this.#talk.event('stopped', { seconds, requests, bytes });
    this.say(`stopped after ${seconds} s${served}`);
  }

  /** Which transport was taken is worth a line only when it is not the first choice. */
  chose(choice: Choice): void {
    if (choice.chosen === 'ws') this.say(`going over a WebSocket: ${choice.why}`);
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
        this.#talk.event('exposed', {
          url: event.grant.url,
          target: event.exposure.target.text,
          name: event.grant.name,
          port: event.grant.port,
        });
        this.say(`${event.grant.url} → ${event.exposure.target.text}`);
        if (event.exposure.name !== undefined && event.grant.name === undefined)
          this.say(`warning: the name "${event.exposure.name}" is not used: ${NAMELESS[event.grant.kind]}`);
        return;
      case 'refused':
        return this.#refused(event.exposure, event.code, event.seen, event.permanent);
      case 'replaced':
        this.#talk.event('replaced', {});
        return;
      case 'lost':
        this.#talk.event('lost', { code: event.code, cause: event.cause });
        return this.say(`${event.code} ${ERRORS[event.code].what} ${event.cause}`);
      case 'retrying':
        return this.say(`trying again in ${(event.inMs / 1000).toFixed(1)} s`);
      case 'request': {
        const { method, path, status, ms, bytes } = event;
        this.#talk.event('request', { method, path, status, ms, bytes });
        return this.say(`${method} ${printable(path)} ${status ?? 'aborted'} ${Math.round(ms)} ms ${size(bytes)}`);
      }
      default:
        event satisfies never;
    }
  }

  /** What ends the program is told when it ends; the rest is worth a line now. */
  #refused(exposure: ExposureSpec | undefined, code: keyof typeof ERRORS, seen: string, permanent: boolean): void {
    this.#talk.event('refused', { code, seen, target: exposure?.target.text, permanent });
    if (exposure || !permanent)
      this.say(`${exposure ? `${exposure.target.text}: ` : ''}${code} ${ERRORS[code].what} ${seen}`);
  }
}

/** A visitor's path must not drive the terminal. */
function printable(path: string): string {
  const shown = path.replaceAll(/[^\x20-\x7e]/g, '?');
  return shown.length > 200 ? `${shown.slice(0, 200)}…` : shown;
}
