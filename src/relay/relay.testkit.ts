import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Crypto, SigningKey } from '../contract/crypto.ts';
import { type Limits, limitValues } from '../contract/limits.ts';
import type { Link } from '../contract/link.ts';
import type { Pipe } from '../contract/pipe.ts';
import type { Store, TokenRecord } from '../contract/store.ts';
import type { StreamHead } from '../contract/stream.ts';
import { nodeCrypto } from '../identity/crypto.ts';
import { makeKey } from '../identity/keys.ts';
import type { Memory } from '../observe/overload.ts';
import { Pool } from '../pipe/arena.ts';
import { type MemoryReactor, makeMemoryReactor } from '../pipe/memory/reactor.ts';
import type { Welcome } from '../protocol/welcome.ts';
import { FailedTries } from '../router/failed-tries.ts';
import { RawPeer } from '../session/raw-peer.testkit.ts';
import { type ControlMessage, Session, type SessionEnd, Turns } from '../session/session.ts';
import { openStore } from '../store/sqlite/store.ts';
import { exposure } from './registry.testkit.ts';
import { Relay, type RelayEvent } from './relay.ts';

const PORT = 8_443;
const ARENA_BYTES = 524_288;

/** An agent's end of a session, and everything it was told. */
export interface TestAgent {
  readonly session: Session;
  readonly link: Pipe;
  readonly said: ControlMessage[];
  readonly streams: StreamHead[];
  welcome: Welcome | undefined;
  end: SessionEnd | undefined;
}

/** A relay over the real store and real sessions, in virtual time; agents dial it through memory pipes. */
export class RelayWorld {
  readonly reactor: MemoryReactor = makeMemoryReactor({ seed: 7 });
  readonly events: RelayEvent[] = [];
  readonly limits: Limits;
  readonly overload: { memory: Memory; late: boolean } = { memory: 'enough', late: false };
  readonly store: Store;
  readonly relay: Relay;
  /** The address the next links seem to come from. */
  address = '198.51.100.1';
  readonly #crypto: Crypto;
  readonly #turns = new Turns(this.reactor);
  readonly #arenas = new Pool(ARENA_BYTES, 8);
  #ids = 0;

  private constructor(store: Store, limits: Partial<Limits>, crypto: Crypto) {
    this.store = store;
    this.#crypto = crypto;
    this.limits = limitValues(limits);
    this.relay = new Relay({
      session: { ...this.#parts(), key: makeKey() },
      store,
      tries: new FailedTries(this.reactor.clock, this.limits, () => {}),
      tcpPorts: [20_000, 20_003],
      grounds: () => ({
        domain: 'ex.org',
        publicHost: undefined,
        httpPort: 80,
        httpsPort: 443,
        trusts: () => true,
        outlook: () => ({}),
      }),
      openPort: async (port) => ({ address: { host: '::', port }, close: async () => {} }),
      prepare: () => {},
      overload: this.overload,
      policiesFor: () => [],
      event: (event) => this.events.push(event),
    });
  }

  static async start(limits: Partial<Limits> = {}, crypto: Crypto = nodeCrypto): Promise<RelayWorld> {
    const folder = mkdtempSync(join(tmpdir(), 'relay-'));
    const world = new RelayWorld(await openStore(join(folder, 'store.db'), limitValues()), limits, crypto);
    world.close = async () => {
      await world.store.close();
      rmSync(folder, { recursive: true });
    };
    await world.relay.load();
    await world.reactor.listen({ host: '::', port: PORT }, {}, ({ pipe, remote }) => {
      const peer = {
        address: `${world.address}:${remote.port}`,
        transport: 'tls',
        exporter: undefined,
        trusted: false,
      };
      world.relay.accept(Object.assign(pipe, { peer }) satisfies Link, 'gw.example');
    });
    return world;
  }

  close = async (): Promise<void> => {};

  /** A token of the account, known to the store. */
  async token(account: string, changes: Partial<TokenRecord> = {}): Promise<{ key: SigningKey; id: string }> {
    const key = makeKey();
    this.#ids += 1;
    const id = `t${this.#ids}`;
    const common = { id, account, publicKey: key.publicKey, names: ['*'], ports: undefined };
    await this.store.tokens.create({ ...common, createdAt: 1, revokedAt: undefined, ...changes });
    return { key, id };
  }

  /** Dials; `settled` lets the handshake happen. */
  dial(token: SigningKey, key: SigningKey = makeKey()): TestAgent {
    const pipe = this.reactor.dial({ host: 'gw', port: PORT }, { timeoutMs: 1_000 });
    const peer = { address: 'gw:8443', transport: 'tls', exporter: undefined, trusted: false };
    const link = Object.assign(pipe, { peer });
    const agent: { -readonly [K in keyof TestAgent]: TestAgent[K] } = {
      link,
      said: [],
      streams: [],
      welcome: undefined,
      end: undefined,
      session: undefined as unknown as Session,
    };
    agent.session = new Session(link, {
      ...this.#parts(),
      key,
      token,
      role: 'agent',
      events: {
        established: (welcome) => {
          agent.welcome = welcome;
        },
        control: (message) => agent.said.push(message),
        opened: (head) => {
          agent.streams.push(head);
          return this.reactor.dial({ host: 'nowhere', port: 1 }, { timeoutMs: 1_000 });
        },
        closed: (end) => {
          agent.end = end;
        },
      },
    });
    return agent;
  }

  /** A link of bare bytes. */
  raw(): RawPeer {
    return new RawPeer(this.reactor.dial({ host: 'gw', port: PORT }, { timeoutMs: 1_000 }), 'agent');
  }

  async join(token: SigningKey, key?: SigningKey): Promise<TestAgent> {
    const agent = this.dial(token, key);
    await this.settled();
    return agent;
  }

  async expose(agent: TestAgent, request: Parameters<typeof exposure>[0] = {}): Promise<ControlMessage | undefined> {
    agent.session.send({ type: 'expose', ...exposure(request) });
    await this.settled();
    return agent.said.at(-1);
  }

  /** Runs until neither pipes nor promises have anything left to do. */
  async settled(): Promise<void> {
    for (let rounds = 0; rounds < 12; rounds += 1) {
      this.reactor.run();
      await new Promise(setImmediate);
    }
  }

  /** As `settled`, after `ms` of virtual time. */
  async pass(ms: number): Promise<void> {
    this.reactor.advance(ms);
    await this.settled();
  }

  #parts() {
    const { reactor, limits } = this;
    const common = { clock: reactor.clock, crypto: this.#crypto, limits, software: 'test/1' };
    return { ...common, arenas: this.#arenas, turns: this.#turns };
  }
}
