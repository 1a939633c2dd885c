import type { ErrorCode } from '../contract/errors.ts';
import type { ExposureGrant } from '../contract/exposure.ts';
import type { Link } from '../contract/link.ts';
import type { Pipe } from '../contract/pipe.ts';
import { STREAM_CODE, type StreamCode, type StreamHead } from '../contract/stream.ts';
import type { Goaway } from '../protocol/goaway.ts';
import type { Welcome } from '../protocol/welcome.ts';
import type { ControlMessage } from '../session/control-message.ts';
import { Session } from '../session/session.ts';
import type { SessionEnd, SessionOptions, SessionStats } from '../session/session-options.ts';
import { type Exposure, requestFor } from './exposures.ts';
import type { Distrust, GatewayCheck } from './gateway-trust.ts';

export type SessionParts = Omit<SessionOptions, 'role' | 'events'>;

/** What one session tells the agent. */
export interface GatewayEvents {
  established(welcome: Welcome): void;
  exposed(exposure: Exposure, grant: ExposureGrant): void;
  /** The gateway does not publish this exposure, or no longer does. */
  refused(exposure: Exposure, code: ErrorCode, seen: string): void;
  /** The gateway will be gone soon; streams go on. */
  draining(goaway: Goaway): void;
  closed(end: SessionEnd): void;
}

/**
 * One session of the agent with its gateway: what was announced in it, what was granted, and the check of each stream against that.
 * Knows nothing of dialling and of other sessions.
 */
export class GatewaySession {
  readonly #session: Session;
  readonly #check: GatewayCheck;
  readonly #events: GatewayEvents;
  readonly #announced = new Map<number, Exposure>();
  readonly #granted = new Set<number>();
  #nextId = 1;
  /** The gateway has proved its key, and it is the right one: its words count. */
  verified = false;
  established = false;
  /** Why this side refused the gateway. */
  distrust: Distrust | undefined;

  constructor(link: Link, parts: SessionParts, check: GatewayCheck, events: GatewayEvents) {
    this.#check = check;
    this.#events = events;
    this.#session = new Session(link, {
      ...parts,
      role: 'agent',
      events: {
        checkGateway: (claim) => {
          this.distrust = this.#check.check(claim);
          this.verified = this.distrust === undefined;
          return this.distrust?.code;
        },
        established: (welcome) => {
          this.established = true;
          events.established(welcome);
        },
        control: (message) => this.#control(message),
        opened: (head) => this.#opened(head),
        draining: (goaway) => events.draining(goaway),
        closed: (end) => events.closed(end),
      },
    });
  }

  get stats(): SessionStats {
    return this.#session.stats;
  }

  announce(exposure: Exposure): void {
    if (exposure.spec.target.kind === 'udp' && !this.#session.carriesDatagrams) {
      this.#events.refused(exposure, 'TK-1003', 'It carries no UDP.');
      return;
    }
    const id = this.#nextId++;
    this.#announced.set(id, exposure);
    this.#session.send({ type: 'expose', ...requestFor(id, exposure.spec) });
  }

  withdraw(exposure: Exposure): void {
    for (const [id, announced] of this.#announced) {
      if (announced !== exposure) continue;
      this.#forget(id);
      this.#session.send({ type: 'withdraw', id });
    }
  }

  /** The link may be dead: it has this long to show life. */
  probe(withinMs: number): void {
    this.#session.probe(withinMs);
  }

  /** No new streams; `closed` follows when the open ones have ended. */
  leave(goaway: Goaway): void {
    this.#session.goaway(goaway);
  }

  close(goaway?: Goaway): void {
    this.#session.close(goaway);
  }

  #control(message: ControlMessage): void {
    if (message.type !== 'exposed' && message.type !== 'expose-refused') return;
    const exposure = this.#announced.get(message.id);
    // Answers to what was withdrawn meanwhile mean nothing any more.
    if (exposure === undefined) return;
    if (message.type === 'exposed') {
      this.#granted.add(message.id);
      this.#events.exposed(exposure, message);
    } else {
      this.#forget(message.id);
      this.#events.refused(exposure, message.code, message.seen);
    }
  }

  /** The gateway is not believed: only what was announced and granted is served, and only as what it was announced. */
  #opened(head: StreamHead): Pipe | StreamCode {
    const exposure = this.#granted.has(head.exposure) ? this.#announced.get(head.exposure) : undefined;
    if (exposure === undefined || exposure.spec.target.kind !== head.kind) return STREAM_CODE.refused;
    return exposure.origin.open(head);
  }

  #forget(id: number): void {
    this.#announced.delete(id);
    this.#granted.delete(id);
  }
}
