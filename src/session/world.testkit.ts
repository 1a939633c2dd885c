/** A gateway's and an agent's session over one link in memory, with visitors before the one and origins behind the other. */
import type { Crypto } from '../contract/crypto.ts';
import { type LimitName, limitValues } from '../contract/limits.ts';
import type { Link, Peer } from '../contract/link.ts';
import type { Pipe } from '../contract/pipe.ts';
import type { Stream, StreamCode, StreamHead } from '../contract/stream.ts';
import { nodeCrypto } from '../identity/crypto.ts';
import { keyFromSeed } from '../identity/keys.ts';
import { Pool } from '../pipe/arena.ts';
import { type MemoryOptions, MemoryReactor } from '../pipe/memory/reactor.ts';
import type { Crc32 } from '../protocol/crc.ts';
import type { Goaway } from '../protocol/goaway.ts';
import type { Welcome } from '../protocol/welcome.ts';
import { type ControlMessage, Session, type SessionEnd, type SessionEvents, Turns } from './session.ts';
import { Talker } from './talker.testkit.ts';

const PORT = { pair: 1, origin: 2 } as const;
export const KEYS = {
  gateway: keyFromSeed(Buffer.alloc(32, 1)),
  agent: keyFromSeed(Buffer.alloc(32, 2)),
  token: keyFromSeed(Buffer.alloc(32, 3)),
  other: keyFromSeed(Buffer.alloc(32, 4)),
};
export const WELCOME: Welcome = { session: 's1', publicHost: 'gateway.test', account: 'a1' };
export const TCP_HEAD: StreamHead = { kind: 'tcp', exposure: 1, visitor: '192.0.2.1:1' };

/** What a session told. */
export interface Told {
  welcome: Welcome | undefined;
  readonly messages: ControlMessage[];
  readonly heads: StreamHead[];
  draining: Goaway | undefined;
  end: SessionEnd | undefined;
  ends: number;
}

export interface WorldOptions {
  readonly memory?: Partial<MemoryOptions>;
  readonly limits?: Partial<Record<LimitName, number>>;
  readonly arenaBytes?: number;
  readonly crc32?: { readonly gateway?: Crc32; readonly agent?: Crc32 };
  readonly events?: { readonly gateway?: Partial<SessionEvents>; readonly agent?: Partial<SessionEvents> };
  readonly crypto?: Crypto;
  readonly peers?: { readonly gateway?: Partial<Peer>; readonly agent?: Partial<Peer> };
  readonly token?: typeof KEYS.token | undefined;
}

const PEER: Peer = { address: '198.51.100.7:4000', transport: 'memory', exporter: undefined, trusted: false };

export class World {
  readonly reactor: MemoryReactor;
  readonly arenas: CountingPool;
  readonly turns: Turns;
  readonly told = { gateway: makeTold(), agent: makeTold() };
  readonly origins: Talker[] = [];
  gateway!: Session;
  agent!: Session;
  gatewayLink!: Pipe;
  agentLink!: Pipe;
  readonly #options: WorldOptions;
  #arrived: Pipe | undefined;

  constructor(options: WorldOptions = {}) {
    this.#options = options;
    this.reactor = new MemoryReactor({ seed: 1, ...options.memory });
    this.arenas = new CountingPool(options.arenaBytes ?? 524_288, 8);
    this.turns = new Turns(this.reactor);
    void this.reactor.listen({ host: 'o', port: PORT.origin }, {}, ({ pipe }) => {
      this.origins.push(new Talker(pipe));
    });
    void this.reactor.listen({ host: 'v', port: PORT.pair }, {}, ({ pipe }) => {
      this.#arrived = pipe;
    });
  }

  /** Two ends of one pipe through the reactor, faults and all. */
  pair(): [Pipe, Pipe] {
    const near = this.reactor.dial({ host: 'v', port: PORT.pair }, { timeoutMs: 60_000 });
    this.#arrived = undefined;
    while (this.#arrived === undefined) this.reactor.advance(1);
    return [near, this.#arrived];
  }

  /** Links the two; the handshake is left to `run`. */
  link(): this {
    [this.agentLink, this.gatewayLink] = this.pair();
    this.gateway = new Session(this.asLink('gateway', this.gatewayLink), this.sessionOptions('gateway'));
    this.agent = new Session(this.asLink('agent', this.agentLink), this.sessionOptions('agent'));
    return this;
  }

  /** Links them and lets the handshake run; `admit` is a promise and needs microtasks. */
  async established(): Promise<this> {
    this.link();
    for (let step = 0; this.told.agent.welcome === undefined && this.told.agent.end === undefined; step++) {
      if (step > 10_000) throw new Error('no welcome');
      this.reactor.advance(1);
      await Promise.resolve();
    }
    return this;
  }

  sessionOptions(role: 'gateway' | 'agent') {
    const { reactor, arenas, turns } = this;
    const options = this.#options;
    return {
      role,
      clock: reactor.clock,
      crypto: options.crypto ?? nodeCrypto,
      limits: limitValues(options.limits),
      arenas,
      key: KEYS[role],
      token: role === 'agent' ? ('token' in options ? options.token : KEYS.token) : undefined,
      software: `tunnelkit ${role}`,
      crc32: options.crc32?.[role],
      turns,
      events: this.#events(role),
    } as const;
  }

  /** A visitor arrives at the gateway, and a stream is opened for it. */
  visit(head: StreamHead = TCP_HEAD): { readonly visitor: Talker; readonly stream: Stream | undefined } {
    const [near, far] = this.pair();
    return { visitor: new Talker(near), stream: this.gateway.open(head, far) };
  }

  dialOrigin(): Pipe {
    return this.reactor.dial({ host: 'o', port: PORT.origin }, { timeoutMs: 10_000 });
  }

  asLink(role: 'gateway' | 'agent', pipe: Pipe): Link {
    return Object.assign(pipe, { peer: { ...PEER, ...this.#options.peers?.[role] } });
  }

  #events(role: 'gateway' | 'agent'): SessionEvents {
    const told = this.told[role];
    return {
      checkGateway: () => undefined,
      admit: async () => WELCOME,
      established: (welcome) => {
        told.welcome = welcome;
      },
      control: (message) => {
        told.messages.push(message);
      },
      opened: (head): Pipe | StreamCode => {
        told.heads.push(head);
        return this.dialOrigin();
      },
      draining: (goaway) => {
        told.draining = goaway;
      },
      ...this.#options.events?.[role],
      closed: (end) => {
        told.end = end;
        told.ends++;
      },
    };
  }
}

function makeTold(): Told {
  return { welcome: undefined, messages: [], heads: [], draining: undefined, end: undefined, ends: 0 };
}

/** Knows how many arenas are lent. */
export class CountingPool extends Pool {
  lent = 0;

  override borrow(): ReturnType<Pool['borrow']> {
    this.lent++;
    return super.borrow();
  }

  override giveBack(arena: ReturnType<Pool['borrow']>): void {
    this.lent--;
    super.giveBack(arena);
  }
}
