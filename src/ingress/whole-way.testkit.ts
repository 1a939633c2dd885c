import { randomBytes } from 'node:crypto';
import { Agent, type AgentOptions } from '../agent/agent.ts';
import type { AgentEvent } from '../agent/events.ts';
import { parseTarget } from '../agent/target.ts';
import { type Limits, limitValues } from '../contract/limits.ts';
import type { Link } from '../contract/link.ts';
import type { Reactor } from '../contract/reactor.ts';
import { Script } from '../http/exchange.testkit.ts';
import { Later } from '../http/later.ts';
import { nodeCrypto } from '../identity/crypto.ts';
import { makeKey } from '../identity/keys.ts';
import { pinOf } from '../identity/pin.ts';
import { CALM } from '../observe/overload.testkit.ts';
import { Pool } from '../pipe/arena.ts';
import { makePair } from '../pipe/memory/pair.ts';
import { MemoryReactor } from '../pipe/memory/reactor.ts';
import { memoryHoldings } from '../relay/registry.testkit.ts';
import { Relay } from '../relay/relay.ts';
import { Turns } from '../session/turns.ts';
import { acceptTcp, tcpTransport } from '../transport/tcp.ts';
import { FrontDoor } from './front-door.ts';
import { makeGate, type TestGate } from './gate.testkit.ts';

const HOST = '127.0.0.1';
const DIAL = { timeoutMs: 5_000 };
const PATIENCE_MS = 10_000;

/** Visitor, gateway, agent and origin with everything real between raw bytes at both ends, over any reactor. */
export class WholeWay {
  readonly reactor: Reactor;
  readonly limits: Limits;
  readonly test: TestGate;
  readonly relay: Relay;
  /** Connections that came to the origin, in order. */
  readonly came: Script[] = [];
  readonly #door: FrontDoor;
  readonly #token = makeKey();
  readonly #gatewayKey = makeKey();
  readonly #agentKey = makeKey();
  readonly #turns: Turns;
  readonly #later: Later;
  readonly #arenas = new Pool(524_288, 8);
  readonly #closers: (() => unknown)[] = [];
  /** Further exposures: their targets by their names. */
  readonly #targets: Readonly<Record<string, string>>;
  readonly #ports = new Map<string, number>();
  #link: Link | undefined;

  private constructor(reactor: Reactor, limits: Partial<Limits>, targets: Readonly<Record<string, string>>) {
    this.reactor = reactor;
    this.#targets = targets;
    this.limits = limitValues(limits);
    this.#later = new Later(reactor);
    this.#turns = new Turns(reactor);
    this.test = makeGate(reactor, limits, {
      insecure: true,
      lookup: (host) => this.relay.destination(host),
      onAgent: (arrival) => this.relay.accept(acceptTcp(arrival), HOST),
    });
    this.#door = new FrontDoor(this.test.gate, this.#http);
    const { publicKey } = this.#token;
    const token = {
      id: 't',
      account: 'acme',
      publicKey,
      names: ['*'],
      ports: undefined,
      createdAt: 1,
      revokedAt: undefined,
    };
    this.relay = new Relay({
      session: { ...this.#parts, key: this.#gatewayKey },
      store: {
        holdings: memoryHoldings(),
        tokens: {
          byPublicKey: async (key) => (key.equals(publicKey) ? token : undefined),
          list: async () => [token],
          create: async () => {},
          revoke: async () => false,
        },
      },
      tries: { waitMs: () => 0, failed: () => {} },
      tcpPorts: [20_000, 20_009],
      grounds: () => ({
        domain: 'gw',
        publicHost: undefined,
        httpPort: 80,
        httpsPort: undefined,
        trusts: () => false,
        outlook: () => ({}),
      }),
      prepare: () => {},
      overload: CALM,
      policiesFor: () => [],
      openPort: (port, kind, destination) =>
        kind === 'udp'
          ? this.#datagrams(port, destination)
          : this.#listen(String(port), (arrival) => this.#door.port(arrival, kind, destination)),
      event: () => {},
    });
  }

  /** The origin listens, and an agent exposes it as `http://web.gw` and at TCP port 20000; `targets` as their names say. */
  static async start(
    reactor: Reactor,
    limits: Partial<Limits> = {},
    targets: Readonly<Record<string, string>> = {},
  ): Promise<WholeWay> {
    const way = new WholeWay(reactor, limits, targets);
    await way.#listen('visitors', (arrival) => way.#door.plain(arrival));
    await way.#listen('origin', ({ pipe }) => way.came.push(new Script(pipe)));
    await way.agent();
    return way;
  }

  /** A new agent process with the same key. */
  async agent(changes: Partial<AgentOptions> = {}): Promise<Agent> {
    const told: AgentEvent[] = [];
    const { reactor, limits } = this;
    const transport = tcpTransport({ reactor, limits, insecure: true, environment: {}, chose: () => {} });
    const origin = `${HOST}:${this.#ports.get('origin')}`;
    const exposures = [
      exposure(`http://${origin}`, 'web'),
      exposure(`tcp://${origin}`, undefined),
      ...Object.entries(this.#targets).map(([name, target]) => exposure(target, name)),
    ];
    const agent = new Agent({
      dial: async (signal) => {
        this.#link = await transport.dial({ host: HOST, port: this.#ports.get('visitors') as number }, signal);
        return this.#link;
      },
      session: { ...this.#parts, key: this.#agentKey, token: this.#token },
      trust: { pin: pinOf(this.#gatewayKey.publicKey), insecure: true, gatewayPin: pinOf, remember: () => {} },
      origins: {
        dial: (to, options) => reactor.dial(to, options),
        callDatagrams: (to) => reactor.callDatagrams(to),
        pair: () => makePair(setImmediate),
        http: this.#http,
      },
      exposures,
      random: () => randomBytes(4).readUInt32BE() / 2 ** 32,
      addresses: () => '',
      patient: true,
      tellRequests: false,
      tell: (event) => told.push(event),
      ...changes,
    });
    void agent.run();
    this.#closers.push(() => agent.stop(0));
    await this.until(() => told.filter(({ type }) => type === 'exposed').length === exposures.length);
    return agent;
  }

  /** Where visitors come in. */
  get port(): number {
    return this.#ports.get('visitors') as number;
  }

  visit(text: string, port: 'visitors' | '20000' = 'visitors'): Script {
    const script = new Script(this.reactor.dial({ host: HOST, port: this.#ports.get(port) as number }, DIAL));
    script.send(text);
    return script;
  }

  /** The connection on which the origin has heard `text` last. */
  async asked(text: string): Promise<Script> {
    await this.until(() => this.came.some(({ heard }) => heard.includes(text)));
    return this.came.findLast(({ heard }) => heard.includes(text)) as Script;
  }

  /** Until it is so; fails after a while of real time. Virtual time stands still. */
  async until(so: () => boolean): Promise<void> {
    const giveUpAt = performance.now() + PATIENCE_MS;
    while (!so()) {
      if (performance.now() > giveUpAt) throw new Error(`never became so: ${so}`);
      if (this.reactor instanceof MemoryReactor) {
        this.reactor.run();
        this.reactor.advance(0);
      }
      await new Promise(setImmediate);
    }
  }

  /** The last agent is gone without a word, as by `kill -9`; it does not notice and does not come back. */
  async kill(): Promise<void> {
    this.#link?.reset();
    await this.until(() => this.relay.status().sessions.length === 0);
  }

  async close(): Promise<void> {
    let closed = false;
    void Promise.all(this.#closers.map((close) => close())).then(() => {
      closed = true;
    });
    await this.until(() => closed);
  }

  async #datagrams(port: number, destination: Parameters<FrontDoor['datagrams']>[1]) {
    const listener = this.#door.datagrams(await this.reactor.datagrams({ host: HOST, port: 0 }), destination);
    this.#ports.set(String(port), (listener.address as { port: number }).port);
    this.#closers.push(() => listener.close());
    return listener;
  }

  /** Where the exposure at this port of the range listens indeed. */
  portOf(port: number): number {
    return this.#ports.get(String(port)) as number;
  }

  async #listen(name: string, onPipe: Parameters<Reactor['listen']>[2]) {
    const listener = await this.reactor.listen({ host: HOST, port: 0 }, {}, onPipe);
    this.#ports.set(name, (listener.address as { port: number }).port);
    this.#closers.push(() => listener.close());
    return listener;
  }

  get #http() {
    return { limits: this.limits, arenas: this.#arenas, later: this.#later };
  }

  get #parts() {
    const { limits, reactor } = this;
    const common = { clock: reactor.clock, crypto: nodeCrypto, limits, software: 'test' };
    return { ...common, arenas: this.#arenas, turns: this.#turns };
  }
}

function exposure(target: string, name: string | undefined) {
  const none = {
    port: undefined,
    auth: undefined,
    allowIp: [],
    takeOver: false,
    pool: false,
    originTimeoutMs: undefined,
  };
  return {
    ...none,
    target: parseTarget(target, '/'),
    name,
    hostHeader: 'preserve' as const,
    sendProxyProtocol: undefined,
    hidden: false,
  };
}
