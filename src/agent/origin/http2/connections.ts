import type { Pipe } from '../../../contract/pipe.ts';
import { Deadlines } from '../../deadlines.ts';
import type { Connections, OriginConnection } from '../exchange-host.ts';
import type { OriginParts } from '../origin.ts';
import { OriginSession } from './session.ts';

/** Connections to one origin over HTTP/2: as few as carry the requests under way, each closed when it has been at rest for a while. */
export class Http2Connections implements Connections {
  readonly mayRefuse = true;
  readonly #dial: () => Pipe;
  readonly #scheme: 'http' | 'https';
  readonly #parts: OriginParts;
  readonly #sessions = new Set<OriginSession>();
  readonly #idleEnds: Deadlines<OriginSession>;
  #closed = false;

  constructor(dial: () => Pipe, scheme: 'http' | 'https', parts: OriginParts) {
    this.#dial = dial;
    this.#scheme = scheme;
    this.#parts = parts;
    this.#idleEnds = new Deadlines(parts.clock, parts.limits.originKeepAliveMs, (session) => session.close());
  }

  take(first: readonly Buffer[] = []): OriginConnection {
    const session = [...this.#sessions].find(({ free }) => free) ?? this.#open();
    this.#idleEnds.remove(session);
    return session.lend(first);
  }

  dial(): OriginConnection {
    return this.#open().lend([]);
  }

  close(): void {
    this.#closed = true;
    this.#idleEnds.retire();
    for (const session of [...this.#sessions]) session.close();
  }

  #open(): OriginSession {
    const session = new OriginSession(this.#dial(), this.#scheme, this.#parts, {
      idle: () => (this.#closed ? session.close() : this.#idleEnds.add(session)),
      over: () => {
        this.#sessions.delete(session);
        this.#idleEnds.remove(session);
      },
    });
    this.#sessions.add(session);
    return session;
  }
}
