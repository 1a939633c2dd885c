import type { ErrorCode } from '../contract/errors.ts';
import type { Destination } from '../contract/exposure.ts';
import type { LimitName } from '../contract/limits.ts';
import type { Link } from '../contract/link.ts';
import type { Holding, Store } from '../contract/store.ts';
import type { Tries } from '../contract/tries.ts';
import type { Overload } from '../observe/overload.ts';
import type { SessionEnd, SessionOptions, SessionStats } from '../session/session-options.ts';
import { Admission } from './admission.ts';
import { drain, drainingGoaway } from './drain.ts';
import { Guest, type GuestHost } from './guest.ts';
import type { PlaceStatus } from './place.ts';
import { Registry, type RegistryEvent, type RegistryOptions } from './registry.ts';
import { awayFor, longestIdle, refusalFor } from './shed.ts';
import { turnAway } from './turn-away.ts';

/**
 * The gateway's side of all agents: lets them in, keeps what they publish, sends them away.
 * Knows links and sessions; knows nothing of visitors or of how links are made.
 */

export type RelayEvent =
  | RegistryEvent
  | { readonly type: 'connected'; readonly session: SessionStatus }
  | { readonly type: 'disconnected'; readonly session: SessionStatus; readonly end: SessionEnd }
  /** An idle agent was sent away, since memory is scarce. */
  | { readonly type: 'shed'; readonly address: string }
  /** A link was not admitted: by its token or key, for how it spoke, or (`bound`) for a limit that it passed. */
  | {
      readonly type: 'rejected';
      readonly code: ErrorCode | 'draining';
      readonly address: string;
      readonly bound: LimitName | undefined;
    };

export interface RelayOptions extends Omit<RegistryOptions, 'clock' | 'crypto' | 'limits' | 'event' | 'store'> {
  /** The gateway's key is its identity. */
  readonly session: Omit<SessionOptions, 'role' | 'events'>;
  readonly store: Pick<Store, 'tokens' | 'holdings'>;
  /** Of agents' tokens. */
  readonly tries: Tries;
  readonly overload: Overload;
  event(event: RelayEvent): void;
}

export interface SessionStatus {
  readonly session: string;
  readonly account: string;
  /** The token's id. */
  readonly token: string;
  /** Hex of the agent's public key. */
  readonly agent: string;
  readonly address: string;
  readonly transport: string;
  readonly software: string;
  readonly exposures: readonly string[];
  readonly stats: SessionStats;
}

export interface RelayStatus {
  readonly sessions: readonly SessionStatus[];
  /** Links that are not admitted yet. */
  readonly pending: number;
  /** Streams opened so far, also in sessions that are over. */
  readonly streamsOpened: number;
  readonly places: readonly PlaceStatus[];
}

export class Relay {
  readonly #options: RelayOptions;
  readonly #registry: Registry;
  readonly #admission: Admission;
  readonly #host: GuestHost;
  readonly #guests = new Set<Guest>();
  readonly #chance: () => number;
  #drainPlan: { readonly spreadMs: number; readonly chance: () => number } | undefined;
  #emptied = Promise.withResolvers<void>();
  #order = 0;
  /** Of sessions that are over. */
  #streamsOpened = 0;

  constructor(options: RelayOptions) {
    this.#options = options;
    const { clock, crypto, limits } = options.session;
    this.#chance = () => crypto.random(4).readUInt32BE(0) / 2 ** 32;
    this.#registry = new Registry({ ...options, clock, crypto, limits });
    this.#admission = new Admission(clock, limits, options.tries, this.#chance);
    this.#host = this.#makeHost();
  }

  /** Must have settled before the first link: known names are told from unknown ones by it. */
  load(): Promise<void> {
    return this.#registry.load();
  }

  /** `dialled`: the host under which this agent reached the gateway, for URLs where no public host is set. */
  accept(link: Link, dialled: string): void {
    const { overload, session, event } = this.#options;
    const answer = refusalFor(overload, session.limits, this.#chance) ?? this.#admission.arrive(link.peer.address);
    if ('settle' in answer) {
      this.#guests.add(new Guest(this.#host, link, answer, dialled));
      return;
    }
    const { bound, comeBackInMs } = answer;
    const code = bound === 'memoryScarcePercent' ? 'TK-3020' : 'TK-4007';
    event({ type: 'rejected', code, address: link.peer.address, bound });
    turnAway(link, { code, permanent: false, comeBackInMs, seen: '' }, session.arenas);
  }

  /** Resets streams whose readers stall. False if none costs memory. */
  relieve(): boolean {
    return [...this.#guests].map(({ session }) => session.relieve()).includes(true);
  }

  /** Sends some of the idle agents away to come back later, the longest idle first. False if there are none. */
  shed(): boolean {
    const { session, event } = this.#options;
    const idle = longestIdle(this.#guests);
    for (const guest of idle) {
      event({ type: 'shed', address: guest.peer.address });
      guest.session.close(awayFor(session.limits, this.#chance));
    }
    return idle.length > 0;
  }

  /** Where visits to a canonical host go. */
  destination(host: string): Destination {
    return this.#registry.destination(host);
  }

  /** As `Registry.retell`. */
  retell(host: string): void {
    this.#registry.retell(host);
  }

  /** Ends the live sessions of a token, and lets go of what its account holds if it was the last one. */
  async revoked(tokenId: string): Promise<void> {
    for (const guest of [...this.#guests]) {
      if (guest.member?.token.id !== tokenId) continue;
      guest.session.close({ code: 'TK-1011', permanent: true, comeBackInMs: 0, seen: '' });
    }
    const tokens = await this.#options.store.tokens.list();
    const account = tokens.find((token) => token.id === tokenId)?.account;
    if (account === undefined || tokens.some((token) => token.account === account && token.revokedAt === undefined)) {
      return;
    }
    await this.#registry.releaseAccount(account);
  }

  /** False if nobody held it. */
  release(kind: Holding['kind'], value: string): Promise<boolean> {
    return this.#registry.release(kind, value);
  }

  /** Sends every agent away, to come back within `spreadMs`; settles when all are gone, after `graceMs` at the latest. */
  async drain(graceMs: number, spreadMs: number): Promise<void> {
    this.#drainPlan = { spreadMs, chance: this.#chance };
    const closed = this.#registry.closePorts();
    const sessions = new Set([...this.#guests].map((guest) => guest.session));
    if (sessions.size === 0) this.#emptied.resolve();
    const plan = { ...this.#drainPlan, clock: this.#options.session.clock, graceMs };
    await drain(plan, sessions, this.#emptied.promise);
    await closed;
  }

  status(): RelayStatus {
    const admitted = [...this.#guests].filter((guest) => guest.member !== undefined);
    return {
      sessions: admitted.map(statusOf),
      pending: this.#admission.pending,
      streamsOpened: admitted.reduce((sum, { session }) => sum + session.stats.opened, this.#streamsOpened),
      places: this.#registry.status(),
    };
  }

  #makeHost(): GuestHost {
    const { session, store, grounds, event } = this.#options;
    const relay = this;
    return {
      session,
      crypto: session.crypto,
      tokens: store.tokens,
      registry: this.#registry,
      get drained() {
        return relay.#drainPlan === undefined ? undefined : drainingGoaway(relay.#drainPlan);
      },
      publicHost: (dialled) => grounds().publicHost ?? grounds().domain ?? dialled,
      nextOrder: () => {
        this.#order += 1;
        return this.#order;
      },
      admitted: (guest) => event({ type: 'connected', session: statusOf(guest) }),
      refused: (guest, code, bound) => event({ type: 'rejected', code, address: guest.peer.address, bound }),
      closed: (guest, end) => {
        if (!this.#guests.delete(guest)) return;
        this.#streamsOpened += guest.session.stats.opened;
        if (guest.member !== undefined) event({ type: 'disconnected', session: statusOf(guest), end });
        if (this.#guests.size === 0 && this.#drainPlan !== undefined) this.#emptied.resolve();
      },
    };
  }
}

function statusOf(guest: Guest): SessionStatus {
  const { member, peer, software, name, session } = guest;
  return {
    session: name,
    account: member?.account ?? '',
    token: member?.token.id ?? '',
    agent: member?.agentKey ?? '',
    address: peer.address,
    transport: peer.transport,
    software,
    exposures: [...(member?.leases.values() ?? [])].map((lease) => lease.grant.url),
    stats: session.stats,
  };
}
