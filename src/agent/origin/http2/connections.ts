import type { Pipe } from '../../../contract/pipe.ts';
import { Deadlines } from '../../deadlines.ts';
import type { Connections, OriginConnection } from '../exchange-host.ts';
import type { OriginParts } from '../origin.ts';
import { OriginSession } from './session.ts';

/** Connections to one origin over HTTP/2: as few as carry the requests under way, each closed when it has been at rest for a while. */
export class Http2Connections implements Connections {
  readonly mayRefuse = true;
  readonly #dial: (visitor: string) => Pipe;
  readonly #scheme: 'http' | 'https';
  readonly #parts: OriginParts;
  /** With whose they are. */
  readonly #sessions = new Map<OriginSession, string>();
  readonly #idleEnds: Deadlines<OriginSession>;
  #closed = false;

  constructor(dial: (visitor: string) => Pipe, scheme: 'http' | 'https', parts: OriginParts) {
    this.#dial = dial;
    this.#scheme = scheme;
    this.#parts = parts;
    this.#idleEnds = new Deadlines(parts.clock, parts.limits.originKeepAliveMs, (session) => session.close());
  }

  take(visitor: string, first: readonly Buffer[] = []): OriginConnection {
    const found = [...this.#sessions].find(([session, whose]) => whose === visitor && session.free);
    const session = found?.[0] ?? this.#open(visitor);
    this.#idleEnds.remove(session);
    return session.lend(first);
  }

  dial(visitor: string): OriginConnection {
    return this.#open(visitor).lend([]);
  }

  close(): void {
    this.#closed = true;
    this.#idleEnds.retire();
    for (const session of [...this.#sessions.keys()]) session.close();
  }

  get #keepsMore(): boolean {
    return !this.#closed && this.#idleEnds.size < this.#parts.limits.originIdlePipes;
  }

  #open(visitor: string): OriginSession {
    const session = new OriginSession(this.#dial(visitor), this.#scheme, this.#parts, {
      idle: () => (this.#keepsMore ? this.#idleEnds.add(session) : session.close()),
      over: () => {
        this.#sessions.delete(session);
        this.#idleEnds.remove(session);
      },
    });
    this.#sessions.set(session, visitor);
    return session;
  }
}
