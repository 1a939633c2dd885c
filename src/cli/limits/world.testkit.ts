// A gateway with shrunken limits and everything around it, in this process: real listeners, real sockets, real agents, and the
// counters as `/metrics` shows them.
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askGateway } from '../../admin/client.ts';
import type { Agent } from '../../agent/agent.ts';
import type { AgentEvent } from '../../agent/events.ts';
import type { ErrorCode } from '../../contract/errors.ts';
import { type LimitName, type Limits, limitValues } from '../../contract/limits.ts';
import { parseJoinLink } from '../../identity/join-link.ts';
import { makeLog } from '../../observe/log.ts';
import { SetVitals } from '../../observe/overload.testkit.ts';
import { Redactor } from '../../observe/redactor.ts';
import { makeRuntime } from '../agent/runtime.ts';
import { exposureSpec } from '../agent/specs.ts';
import type { ExposureConfig } from '../config/schema.ts';
import { freeRange } from '../program/program.testkit.ts';
import { Gateway } from '../serve/gateway.ts';
import { Talk } from '../talk.ts';
import { Visitor } from './visitor.testkit.ts';

export const HOST = '127.0.0.1';
/** Whose connections begin with a PROXY header. */
export const BALANCER = '127.0.0.60';
const MUTE = { write: () => true };

/** How agents reach the gateway, unless a test says otherwise. */
const SECURE = { transport: 'tls', insecure: false };

export interface Counters {
  errors(code: ErrorCode): number;
  limitsHit(limit: LimitName): number;
  /** Of a line, by its name and labels as they stand there. */
  value(line: string): number;
}

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** An agent, and what it has told. */
export interface Exposer {
  readonly agent: Agent;
  readonly told: readonly AgentEvent[];
  /** Until it has told such an event. */
  heard<Type extends AgentEvent['type']>(type: Type, nth?: number): Promise<AgentEvent & { type: Type }>;
}

export class LimitWorld {
  readonly limits: Limits;
  readonly vitals = new SetVitals();
  readonly folder = mkdtempSync(join(tmpdir(), 'tunnelkit-limits-'));
  readonly origin: Server;
  /** Who answers at the origin. By default everything is answered, after it has been read. */
  handler: Handler = answerAfterReading;
  gateway!: Gateway;
  readonly #closers: (() => unknown)[] = [];

  private constructor(limits: Limits) {
    this.limits = limits;
    this.origin = createServer((asked, response) => this.handler(asked, response));
  }

  static async start(changes: Partial<Limits>): Promise<LimitWorld> {
    const world = new LimitWorld(limitValues(changes));
    world.origin.listen(0, HOST);
    await once(world.origin, 'listening');
    const any = { host: HOST, port: 0 };
    const [first, last] = (await freeRange(4)).split('-').map(Number);
    world.gateway = await Gateway.start({
      version: 'test',
      limits: world.limits,
      vitals: world.vitals,
      log: makeLog({ level: 'silent', format: 'json', colour: false, stream: MUTE, redactor: new Redactor() }),
      settings: {
        domain: undefined,
        certificate: undefined,
        acme: undefined,
        publicHost: undefined,
        http: any,
        https: any,
        agents: undefined,
        admin: any,
        tcpPorts: [first!, last!],
        trustedProxies: [],
        proxyProtocolFrom: [BALANCER],
        insecure: true,
        drainSpreadMs: 0,
        memoryLimitBytes: world.vitals.limitBytes,
        dataDirectory: join(world.folder, 'data'),
      },
    });
    return world;
  }

  port(listener: 'http' | 'https' | 'admin'): number {
    return Number(this.gateway.addresses[listener]!.split(':').at(-1));
  }

  get originPort(): number {
    return (this.origin.address() as AddressInfo).port;
  }

  /** An agent with a key of its own for each `id`, that exposes the targets under their names. */
  async agent(targets: Targets, id = 'one', link = this.gateway.joinLink!, way = SECURE): Promise<Exposer> {
    const told: AgentEvent[] = [];
    let wake = () => {};
    const exposures = specs(targets);
    const { agent } = await makeRuntime(
      {
        credentials: parseJoinLink(link),
        ...way,
        limits: this.limits,
        exposures,
        patient: true,
        chose: () => {},
        tell: (event) => {
          told.push(event);
          wake();
        },
      },
      {
        env: { XDG_CONFIG_HOME: join(this.folder, id) },
        talk: new Talk(MUTE, MUTE, { json: false, quiet: true }),
        version: 'test',
      },
    );
    void agent.run();
    this.#closers.push(() => agent.stop(0));
    const heard = async <Type extends AgentEvent['type']>(type: Type, nth = 0) => {
      for (;;) {
        const found = told.filter((event) => event.type === type)[nth];
        if (found !== undefined) return found as AgentEvent & { type: Type };
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    };
    return { agent, told, heard };
  }

  /** The everyday agent: `web.localhost` goes to this world's origin. */
  async web(): Promise<Exposer> {
    const exposer = await this.agent({ web: `http://${HOST}:${this.originPort}` });
    await exposer.heard('exposed');
    return exposer;
  }

  visitor(listener: 'http' | 'https' | 'admin' = 'http', from = HOST): Visitor {
    const visitor = new Visitor(this.port(listener), from);
    this.#closers.push(() => visitor.cut());
    return visitor;
  }

  /** Closed with this world. */
  also(close: () => unknown): void {
    this.#closers.push(close);
  }

  async ask(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<unknown> {
    return (await askGateway(this.gateway.files.socket, method, path, body)).body;
  }

  /** What `/metrics` shows now. */
  async counters(): Promise<Counters> {
    const asking = request({ socketPath: this.gateway.files.socket, path: '/metrics', agent: false }).end();
    const [response] = (await once(asking, 'response')) as [IncomingMessage];
    let text = '';
    for await (const part of response.setEncoding('utf8')) text += part;
    const value = (line: string) => {
      const found = text.split('\n').find((each) => each.startsWith(`${line} `));
      if (found === undefined) throw new Error(`/metrics has no line ${line}`);
      return Number(found.slice(line.length));
    };
    return {
      value,
      errors: (code) => value(`tunnelkit_errors_total{code="${code}"}`),
      limitsHit: (limit) => value(`tunnelkit_limits_hit_total{limit="${limit}"}`),
    };
  }

  async close(): Promise<void> {
    for (const close of this.#closers) await close();
    await this.gateway.drain(0);
    this.origin.closeAllConnections();
    this.origin.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** By name, with what is asked for besides. */
export type Targets = Readonly<Record<string, string | ExposureConfig>>;

export function specs(targets: Targets) {
  const configs = Object.entries(targets).map(([name, to]) =>
    typeof to === 'string' ? { name, target: to } : { name, ...to },
  );
  return configs.map((config) => exposureSpec(config, '/'));
}

export function answerAfterReading(asked: IncomingMessage, response: ServerResponse): void {
  asked.resume().on('end', () => response.end('ok'));
}
