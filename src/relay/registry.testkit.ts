import { randomBytes } from 'node:crypto';
import type { Destination, ExposureGrant, ExposureRequest } from '../contract/exposure.ts';
import { type Limits, limitValues } from '../contract/limits.ts';
import type { Pipe } from '../contract/pipe.ts';
import type { Listener } from '../contract/reactor.ts';
import type { Holding, Store, TokenRecord } from '../contract/store.ts';
import type { StreamOpener } from '../contract/stream.ts';
import { ManualClock } from './manual-clock.testkit.ts';
import type { Member } from './place.ts';
import type { Grounds } from './placement.ts';
import { Registry, type RegistryEvent } from './registry.ts';

/** The holdings of a store as the contract words them, in a map; `store.suite.ts` holds the real one to the same words. */
export function memoryHoldings(quarantineMs = 1_000): Store['holdings'] & { readonly writes: { count: number } } {
  const rows = new Map<string, Holding>();
  const writes = { count: 0 };
  return {
    writes,
    list: async () => [...rows.values()],
    claim: async (holding) => {
      writes.count += 1;
      const key = `${holding.kind}:${holding.value}`;
      const old = rows.get(key);
      const free = old?.releasedAt !== undefined && holding.createdAt >= old.releasedAt + quarantineMs;
      if (old !== undefined && old.account !== holding.account && !free) return old;
      const standing = old?.account === holding.account ? { ...holding, createdAt: old.createdAt } : holding;
      rows.set(key, standing);
      return standing;
    },
    release: async (kind, value, at) => {
      const old = rows.get(`${kind}:${value}`);
      if (old === undefined || old.releasedAt !== undefined) return false;
      rows.set(`${kind}:${value}`, { ...old, releasedAt: at });
      return true;
    },
  };
}

/** Everything an agent was told, in order. */
export type Told =
  | { readonly say: 'exposed'; readonly grant: ExposureGrant }
  | { readonly say: 'refused'; readonly id: number; readonly code: string }
  | { readonly say: 'replaced' }
  | { readonly say: 'quarantined'; readonly ms: number };

export interface Probe extends Member {
  readonly told: Told[];
  readonly opener: StreamOpener & { readonly name: string; streams: number; asked: number };
}

export interface MemberOptions {
  readonly account?: string;
  readonly names?: readonly string[];
  readonly ports?: readonly [number, number];
  readonly local?: boolean;
  readonly run?: string;
}

/** A registry over a map and numbered listeners; `busy` are ports another program uses. */
export class World {
  readonly clock = new ManualClock();
  readonly holdings = memoryHoldings();
  readonly listening = new Map<number, { kind: string; destination: () => Destination }>();
  readonly busy = new Set<number>();
  readonly events: RegistryEvent[] = [];
  /** What is different about this gateway. */
  grounds: Partial<Grounds> = {};
  /** Hosts whose certificates are to be seen to, each with its account. */
  readonly prepared: string[] = [];
  readonly limits: Limits;
  registry: Registry;
  #order = 0;

  constructor(changes: Partial<Limits> = {}) {
    this.limits = limitValues(changes);
    this.registry = this.restart();
  }

  /** A new gateway process over the same store. */
  restart(): Registry {
    this.listening.clear();
    this.registry = new Registry({
      store: { holdings: this.holdings },
      clock: this.clock,
      crypto: { random: (length) => randomBytes(length) },
      limits: this.limits,
      tcpPorts: [20_000, 20_003],
      grounds: () => ({
        domain: undefined,
        publicHost: 'gw.example',
        httpPort: 8080,
        httpsPort: undefined,
        trusts: () => false,
        outlook: () => ({}),
        ...this.grounds,
      }),
      openPort: (port, kind, destination) => this.#open(port, kind, destination),
      prepare: (host, account) => this.prepared.push(`${host} ${account}`),
      policiesFor: () => [],
      event: (event) => this.events.push(event),
    });
    return this.registry;
  }

  async #open(port: number, kind: string, destination: () => Destination): Promise<Listener> {
    if (this.busy.has(port) || this.listening.has(port)) {
      throw Object.assign(new Error('in use'), { code: 'EADDRINUSE' });
    }
    this.listening.set(port, { kind, destination });
    return {
      address: { host: '0.0.0.0', port },
      close: async () => void this.listening.delete(port),
    };
  }

  member(agentKey: string, options: MemberOptions = {}): Probe {
    const { account = 'acme', names = ['*'], ports, local = true, run } = options;
    const token = { id: account, account, names, ports } as unknown as TokenRecord;
    const told: Told[] = [];
    this.#order += 1;
    return {
      account,
      agentKey,
      order: this.#order,
      token,
      asker: { local, dialled: '203.0.113.7' },
      opener: openerOf(`${agentKey}#${this.#order}`),
      run,
      voice: {
        exposed: (grant) => told.push({ say: 'exposed', grant }),
        refused: (id, code) => told.push({ say: 'refused', id, code }),
        replaced: () => told.push({ say: 'replaced' }),
        quarantined: (ms) => told.push({ say: 'quarantined', ms }),
      },
      leases: new Map(),
      asking: 0,
      gone: false,
      tookOver: false,
      told,
    };
  }

  /** Exposes and returns what the agent was told since. */
  async expose(member: Probe, request: Partial<ExposureRequest> = {}): Promise<Told[]> {
    const before = member.told.length;
    this.registry.expose(member, exposure(request));
    await this.registry.settled();
    return member.told.slice(before);
  }

  /** The grant, where there must be one. */
  async granted(member: Probe, request: Partial<ExposureRequest> = {}): Promise<ExposureGrant> {
    const told = await this.expose(member, request);
    const exposed = told.find((one) => one.say === 'exposed');
    if (exposed === undefined) throw new Error(`not exposed: ${JSON.stringify(told)}`);
    return exposed.grant;
  }
}

/** Nothing passes through the streams of these tests. */
export const NO_PIPE = {} as Pipe;

/** Counts what it is asked for; streams end as soon as they begin. */
function openerOf(name: string): Probe['opener'] {
  const opener: Probe['opener'] = {
    name,
    streams: 0,
    asked: 0,
    open: () => {
      opener.asked += 1;
      return { id: opener.asked, opened: false, unreached: undefined, cancel: () => {} };
    },
  };
  return opener;
}

export function exposure(changes: Partial<ExposureRequest> = {}): ExposureRequest {
  return {
    id: 1,
    kind: 'http',
    target: 'http://localhost:3000',
    name: undefined,
    port: undefined,
    auth: undefined,
    allowIp: [],
    takeOver: false,
    pool: false,
    ...changes,
  };
}
