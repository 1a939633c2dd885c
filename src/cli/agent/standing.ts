// How an agent stands: connected or not, since when, and what became of each exposure. Made from its events alone; asks nobody.
import type { AgentEvent } from '../../agent/events.ts';
import type { ExposureSpec } from '../../agent/exposures.ts';
import type { ErrorCode } from '../../contract/errors.ts';
import { Traffic } from './traffic.ts';

export interface Trouble {
  readonly code: ErrorCode;
  readonly seen: string;
}

export interface ExposureStanding {
  /** Undefined while the gateway does not publish it. */
  url: string | undefined;
  refused: Trouble | undefined;
  readonly traffic: Traffic;
}

export class Standing {
  state: 'connecting' | 'connected' | 'retrying' = 'connecting';
  /** By the clock that was given: when the session was admitted, or the attempts began. */
  sinceMs: number;
  /** Of the session that is there now. */
  transport: string | undefined;
  /** Why there is no session. */
  trouble: Trouble | undefined;
  /** Of this program, so far. */
  defects = 0;
  readonly #now: () => number;
  /** What is withdrawn is forgotten with its spec. */
  #exposures = new WeakMap<ExposureSpec, ExposureStanding>();

  constructor(now: () => number) {
    this.#now = now;
    this.sinceMs = now();
  }

  of(exposure: ExposureSpec): ExposureStanding {
    const known = this.#exposures.get(exposure);
    if (known) return known;
    const made = { url: undefined, refused: undefined, traffic: new Traffic() };
    this.#exposures.set(exposure, made);
    return made;
  }

  tell(event: AgentEvent): void {
    switch (event.type) {
      case 'connecting':
        return this.#turn('connecting');
      case 'connected':
        this.transport = event.transport;
        this.trouble = undefined;
        return this.#turn('connected');
      case 'exposed':
        this.of(event.exposure).url = event.grant.url;
        this.of(event.exposure).refused = undefined;
        return;
      case 'refused':
        return this.#refused(event);
      case 'lost':
        this.transport = undefined;
        this.trouble = { code: event.code, seen: event.cause };
        return;
      case 'retrying':
        return this.#turn('retrying');
      case 'request':
        return this.of(event.exposure).traffic.take(event);
      case 'defect':
        this.defects += 1;
        return;
      case 'replaced':
        return;
      default:
        event satisfies never;
    }
  }

  /** One attempt after another is one stretch without a session. */
  #turn(state: Standing['state']): void {
    if ((state === 'connected') !== (this.state === 'connected')) this.sinceMs = this.#now();
    this.state = state;
  }

  #refused({ exposure, code, seen }: AgentEvent & { type: 'refused' }): void {
    const trouble = { code, seen };
    if (exposure === undefined) this.trouble = trouble;
    else Object.assign(this.of(exposure), { url: undefined, refused: trouble });
  }
}
