import type { ErrorCode } from '../contract/errors.ts';
import type { ExposureRequest } from '../contract/exposure.ts';
import { type Limits, limitValues } from '../contract/limits.ts';
import { END, type Pipe, type PipeOwner, RESET } from '../contract/pipe.ts';
import type { Listener } from '../contract/reactor.ts';
import type { StreamCode, StreamHead } from '../contract/stream.ts';
import { Connection, type HttpServices } from '../http/connection.ts';
import { Later } from '../http/later.ts';
import { RequestHeadParser } from '../http/request-head.ts';
import { ServerMessage } from '../http/server-message.ts';
import { nodeCrypto } from '../identity/crypto.ts';
import { makeKey } from '../identity/keys.ts';
import { pinOf } from '../identity/pin.ts';
import { makeArena, Pool } from '../pipe/arena.ts';
import { VirtualClock } from '../pipe/memory/clock.ts';
import { makePair } from '../pipe/memory/pair.ts';
import { Random } from '../pipe/memory/random.ts';
import { type MemoryOptions, type MemoryReactor, makeMemoryReactor } from '../pipe/memory/reactor.ts';
import type { Goaway } from '../protocol/goaway.ts';
import type { Welcome } from '../protocol/welcome.ts';
import { type ControlMessage, Session, type SessionEnd, Turns } from '../session/session.ts';
import { acceptTcp, tcpTransport } from '../transport/tcp.ts';
import { Agent, type AgentOptions } from './agent.ts';
import type { AgentEvent } from './events.ts';
import type { ExposureSpec } from './exposures.ts';
import { parseTarget } from './target.ts';

const PORT = 8443;
const VISITORS = 9000;
const ARENA_BYTES = 524_288;

/** A wall clock that can run ahead of the other, as over sleep. */
class SleepyClock extends VirtualClock {
  sleptMs = 0;
  override wall(): number {
    return super.wall() + this.sleptMs;
  }
}

/** One session at the gateway's end, and what the agent said in it. */
export interface GatewayEnd {
  readonly session: Session;
  readonly link: object;
  readonly announced: ExposureRequest[];
  readonly withdrawn: number[];
  drained: boolean;
  end: SessionEnd | undefined;
}

/** Somebody at the public side of a TCP exposure, or an origin at the other end: a pipe and what came out of it. */
export class Visitor implements PipeOwner {
  readonly pipe: Pipe;
  received = '';
  /** How the other side's direction ended. */
  end: 'end' | 'cut' | undefined;
  /** The code its stream was reset with. */
  code: StreamCode | undefined;
  /** What its request is refused with. */
  refused: ErrorCode | undefined;
  readonly #arena = makeArena(4_096);
  #unsent = '';
  #ending = false;

  constructor(pipe: Pipe) {
    this.pipe = pipe;
    pipe.owner = this;
    pipe.want(true, false);
  }

  readable(): void {
    let count = this.pipe.read(this.#arena, 0, this.#arena.size);
    for (; count > 0; count = this.pipe.read(this.#arena, 0, this.#arena.size)) {
      this.received += this.#arena.bytes.toString('latin1', 0, count);
    }
    if (count === END) this.end = 'end';
    if (count === RESET) this.end = 'cut';
  }

  writable(): void {
    while (this.#unsent !== '') {
      const length = this.#arena.bytes.write(this.#unsent.slice(0, this.#arena.size), 'latin1');
      const taken = this.pipe.write(this.#arena, 0, length);
      if (taken <= 0) break;
      this.#unsent = this.#unsent.slice(taken);
    }
    this.pipe.want(true, this.#unsent !== '');
    if (this.#unsent === '' && this.#ending) this.pipe.end();
  }

  write(text: string): void {
    this.#unsent += text;
    this.writable();
  }

  /** FIN behind everything written. */
  finish(): void {
    this.#ending = true;
    this.writable();
  }
}

/** A gateway with real sessions, its behaviour in plain members, and an agent that dials it: all in virtual time. */
export class World {
  readonly clock = new SleepyClock();
  readonly reactor: MemoryReactor;
  readonly sessions: GatewayEnd[] = [];
  readonly events: AgentEvent[] = [];
  readonly dialledAt: number[] = [];
  readonly limits: Limits;
  readonly key = makeKey();
  readonly agentKey = makeKey();
  /** What becomes of agents, and of what they announce: a code refuses it. */
  admission: Welcome | Goaway = { session: 's', publicHost: 'gw', account: 'a' };
  refusals: ErrorCode | undefined | ((request: ExposureRequest) => ErrorCode | undefined) = undefined;
  /** Leaves what is announced unanswered. */
  mute = false;
  addresses = '192.0.2.1';
  /** What `run` came to; `running` until then. */
  outcome: ErrorCode | 'stopped' | 'running' = 'running';
  readonly #turns: Turns;
  readonly #later: Later;
  readonly #arenas = new Pool(ARENA_BYTES, 8);
  readonly #visitors: Pipe[] = [];
  #listener: Listener | undefined;

  constructor(limits: Partial<Limits> = {}, faults: Partial<MemoryOptions> = {}) {
    this.limits = limitValues(limits);
    this.reactor = makeMemoryReactor({ seed: 1, clock: this.clock, ...faults });
    this.#turns = new Turns(this.reactor);
    this.#later = new Later(this.reactor);
  }

  async up(): Promise<void> {
    await this.reactor
      .listen({ host: 'gw', port: VISITORS }, {}, ({ pipe }) => this.#visitors.push(pipe))
      .catch(() => 'listening since before');
    this.#listener = await this.reactor.listen({ host: 'gw', port: PORT }, {}, (arrival) => {
      const link = acceptTcp(arrival);
      const announced: ExposureRequest[] = [];
      const withdrawn: number[] = [];
      const session = new Session(link, {
        ...this.#parts(this.key),
        role: 'gateway',
        events: {
          admit: async () => this.admission,
          established: () => {},
          control: (message) => this.#answer(end, message),
          opened: () => 2,
          draining: () => {
            end.drained = true;
          },
          closed: (how) => {
            end.end = how;
          },
        },
      });
      const end: GatewayEnd = { session, link, announced, withdrawn, drained: false, end: undefined };
      this.sessions.push(end);
    });
  }

  /** As `kill -9`: nobody listens, and links break. */
  async down(): Promise<void> {
    await this.#listener?.close();
    for (const { link, end } of this.sessions) if (end === undefined) this.reactor.cut(link);
    await this.settle();
  }

  /** Makes the agent and runs it. */
  start(exposures: readonly ExposureSpec[], changes: Partial<AgentOptions> = {}): Agent {
    const transport = tcpTransport({
      reactor: this.reactor,
      limits: this.limits,
      insecure: true,
      environment: {},
      chose: () => {},
    });
    const random = new Random(2);
    const agent = new Agent({
      dial: (signal) => {
        this.dialledAt.push(this.clock.now());
        return transport.dial({ host: 'gw', port: PORT }, signal);
      },
      session: { ...this.#parts(this.agentKey), token: makeKey() },
      trust: { pin: pinOf(this.key.publicKey), insecure: true, gatewayPin: pinOf, remember: () => {} },
      origins: {
        dial: (to, options) => this.reactor.dial(to, options),
        callDatagrams: (to) => this.reactor.callDatagrams(to),
        pair: () => makePair(setImmediate),
        http: this.#http,
      },
      exposures,
      random: () => random.next(),
      addresses: () => this.addresses,
      patient: true,
      tellRequests: true,
      tell: (event) => this.events.push(event),
      ...changes,
    });
    void agent.run().then((error) => {
      this.outcome = error?.code ?? 'stopped';
    });
    return agent;
  }

  /** Lets everything happen that needs no time: turns, and the promises between them. */
  async settle(): Promise<void> {
    for (let i = 0; i < 8; i++) {
      this.reactor.run();
      await new Promise(setImmediate);
    }
  }

  /** Lets time pass in small steps, with what happens on the way. */
  async pass(ms: number, stepMs = Math.max(10, ms / 100)): Promise<void> {
    await this.settle();
    for (let passed = 0; passed < ms; passed += stepMs) {
      this.reactor.advance(stepMs);
      await this.settle();
    }
  }

  /** The session that lives. */
  get live(): GatewayEnd {
    const live = this.sessions.findLast(({ end }) => end === undefined);
    if (live === undefined) throw new Error('no session lives');
    return live;
  }

  /** The gateway opens a TCP stream for a visitor who connects now. `head` may lie about what it is. */
  async visit(end: GatewayEnd, head: Omit<StreamHead, 'visitor'>): Promise<Visitor> {
    const [visitor, arrived] = await this.#visitor();
    const reset = arrived.reset.bind(arrived);
    arrived.reset = (code) => {
      visitor.code = code;
      reset(code);
    };
    end.session.open({ ...head, visitor: '' }, arrived);
    await this.settle();
    return visitor;
  }

  /** A visitor sends one request, as text, to an HTTP exposure. */
  async browse(end: GatewayEnd, exposure: number, text: string): Promise<Visitor> {
    const [visitor, arrived] = await this.#visitor();
    const connection = new Connection(arrived, this.#http);
    visitor.write(text);
    await this.settle();
    const parsed = connection.readHead(new RequestHeadParser(this.limits, 'http'));
    if (typeof parsed !== 'object' || parsed.kind !== 'request') throw new Error('no legal request');
    const refused = (code: ErrorCode) => {
      visitor.refused = code;
    };
    const message = new ServerMessage(connection, parsed, { done: () => {}, refused });
    end.session.open({ kind: 'http', exposure, visitor: '', request: parsed.head }, message);
    await this.settle();
    return visitor;
  }

  async #visitor(): Promise<[Visitor, Pipe]> {
    const visitor = new Visitor(this.reactor.dial({ host: 'gw', port: VISITORS }, { timeoutMs: 1_000 }));
    await this.settle();
    const arrived = this.#visitors.pop();
    if (arrived === undefined) throw new Error('no visitor came');
    return [visitor, arrived];
  }

  get #http(): HttpServices {
    return { limits: this.limits, arenas: this.#arenas, later: this.#later };
  }

  /** Something that listens where an exposure leads: who came, in order. */
  async origin(port: number): Promise<readonly Visitor[]> {
    const came: Visitor[] = [];
    await this.reactor.listen({ host: 'localhost', port }, {}, ({ pipe }) => came.push(new Visitor(pipe)));
    return came;
  }

  told(type: AgentEvent['type']): AgentEvent[] {
    return this.events.filter((event) => event.type === type);
  }

  #answer(end: GatewayEnd, message: ControlMessage): void {
    if (message.type === 'withdraw') end.withdrawn.push(message.id);
    if (message.type !== 'expose') return;
    const { type: _type, ...request } = message;
    end.announced.push(request);
    if (this.mute) return;
    const code = typeof this.refusals === 'function' ? this.refusals(request) : this.refusals;
    if (code) return end.session.send({ type: 'expose-refused', id: message.id, code, seen: '' });
    const url = `http://${message.name ?? 'given'}.gw`;
    const { id, kind, port } = message;
    end.session.send({ type: 'exposed', id, kind, url, name: message.name ?? 'given', port });
  }

  #parts(key: ReturnType<typeof makeKey>) {
    const { clock, limits } = this;
    return { clock, crypto: nodeCrypto, limits, arenas: this.#arenas, key, software: 'test', turns: this.#turns };
  }
}

export function exposure(target: string, changes: Partial<ExposureSpec> = {}): ExposureSpec {
  return {
    target: parseTarget(target, '/'),
    name: undefined,
    port: undefined,
    auth: undefined,
    allowIp: [],
    takeOver: false,
    pool: false,
    hostHeader: 'preserve',
    sendProxyProtocol: undefined,
    originTimeoutMs: undefined,
    hidden: false,
    ...changes,
  };
}
