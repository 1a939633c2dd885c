import type { Crypto } from '../contract/crypto.ts';
import type { ErrorCode } from '../contract/errors.ts';
import type { LimitName } from '../contract/limits.ts';
import type { Link, Peer } from '../contract/link.ts';
import type { Store, TokenRecord } from '../contract/store.ts';
import { STREAM_CODE } from '../contract/stream.ts';
import type { Goaway } from '../protocol/goaway.ts';
import type { Welcome } from '../protocol/welcome.ts';
import { Networks } from '../router/networks.ts';
import type { ControlMessage } from '../session/control-message.ts';
import { Session } from '../session/session.ts';
import type { AgentClaim, SessionEnd, SessionEvents, SessionOptions } from '../session/session-options.ts';
import type { Refusal, Ticket } from './admission.ts';
import type { Member, Voice } from './place.ts';
import type { Registry } from './registry.ts';

/**
 * One agent's session from its link to its end: admission by token, then its exposures.
 * Knows one agent; what agents do to each other is the registry's.
 */

export interface GuestHost {
  readonly session: Omit<SessionOptions, 'role' | 'events'>;
  readonly crypto: Pick<Crypto, 'random'>;
  readonly tokens: Pick<Store['tokens'], 'byPublicKey'>;
  readonly registry: Registry;
  /** Set while no new agent is wanted. */
  readonly drained: Goaway | undefined;
  publicHost(dialled: string): string;
  nextOrder(): number;
  admitted(guest: Guest): void;
  /** `bound`: what it passed, if it was for that. */
  refused(guest: Guest, code: Goaway['code'], bound: LimitName | undefined): void;
  closed(guest: Guest, end: SessionEnd): void;
}

const LOOPBACK = new Networks(['127.0.0.0/8', '::1/128']);
const SESSION_NAME_BYTES = 8;

export class Guest implements SessionEvents, Voice {
  readonly name: string;
  readonly peer: Peer;
  readonly session: Session;
  software = '';
  readonly #host: GuestHost;
  readonly #ticket: Ticket;
  readonly #dialled: string;
  #member: Member | undefined;
  #over = false;
  /** Its refusal has been told. */
  #refused = false;

  constructor(host: GuestHost, link: Link, ticket: Ticket, dialled: string) {
    this.#host = host;
    this.#ticket = ticket;
    this.#dialled = dialled;
    this.peer = link.peer;
    this.name = host.crypto.random(SESSION_NAME_BYTES).toString('hex');
    this.session = new Session(link, { ...host.session, role: 'gateway', events: this });
  }

  get member(): Member | undefined {
    return this.#member;
  }

  async admit(claim: AgentClaim): Promise<Welcome | Goaway> {
    this.software = claim.software;
    const token = await this.#host.tokens.byPublicKey(claim.tokenKey);
    // The link can break while the store is asked; then nobody is there to be admitted.
    if (this.#over) return final('TK-4003');
    const late = this.#ticket.refusal();
    if (late !== undefined) return this.#tooMany(late);
    const agentKey = claim.agentKey.toString('hex');
    const refusal = this.#refusal(token, agentKey);
    if (token === undefined || refusal !== undefined) {
      const goaway = refusal ?? final('TK-1001');
      this.#ticket.settle(goaway.permanent ? 'failed' : 'gone');
      this.#turnedAway(goaway.code, undefined);
      return goaway;
    }
    this.#ticket.settle('admitted');
    this.#member = this.#memberFor(token, agentKey, claim.run?.toString('hex'));
    this.#host.admitted(this);
    return { session: this.name, publicHost: this.#host.publicHost(this.#dialled), account: token.account };
  }

  established(): void {}

  control(message: ControlMessage): void {
    if (this.#member === undefined) return;
    if (message.type === 'expose') this.#host.registry.expose(this.#member, message);
    else if (message.type === 'withdraw') this.#host.registry.withdraw(this.#member, message.id);
  }

  /** Agents reach nothing through their gateway. */
  opened(): typeof STREAM_CODE.refused {
    return STREAM_CODE.refused;
  }

  /** The agent goes: what it serves is finished, and visits to come wait for its return. */
  draining(): void {
    if (this.#member !== undefined) this.#host.registry.leave(this.#member);
  }

  closed(end: SessionEnd): void {
    this.#over = true;
    this.#ticket.settle(end.cause === 'refused' || end.cause === 'protocol' ? 'failed' : 'gone');
    if (this.#member !== undefined) this.#host.registry.leave(this.#member);
    // One that only came and went is nothing to tell; any other failed to get in.
    else if (end.cause !== 'link' && end.cause !== 'local') this.#turnedAway(end.goaway?.code ?? 'TK-4009', end.limit);
    this.#host.closed(this, end);
  }

  exposed(grant: Parameters<Voice['exposed']>[0]): void {
    this.session.send({ type: 'exposed', ...grant });
  }

  refused(...[id, code, seen]: Parameters<Voice['refused']>): void {
    this.session.send({ type: 'expose-refused', id, code, seen });
  }

  replaced(): void {
    this.session.close(final('TK-1008'));
  }

  quarantined(comeBackInMs: number): void {
    this.session.close(quarantine(comeBackInMs));
  }

  #tooMany({ bound, comeBackInMs }: Refusal): Goaway {
    this.#ticket.settle('gone');
    this.#turnedAway('TK-4007', bound);
    return { code: 'TK-4007', permanent: false, comeBackInMs, seen: '' };
  }

  #turnedAway(code: Goaway['code'], bound: LimitName | undefined): void {
    if (this.#refused) return;
    this.#refused = true;
    this.#host.refused(this, code, bound);
  }

  #refusal(token: TokenRecord | undefined, agentKey: string): Goaway | undefined {
    if (token === undefined) return final('TK-1001');
    if (token.revokedAt !== undefined) return final('TK-1011');
    const quarantinedMs = this.#host.registry.quarantinedMs(agentKey);
    if (quarantinedMs > 0) return quarantine(quarantinedMs);
    return this.#host.drained;
  }

  #memberFor(token: TokenRecord, agentKey: string, run: string | undefined): Member {
    const ip = this.peer.address.slice(0, this.peer.address.lastIndexOf(':')).replace(/^\[|\]$/g, '');
    return {
      account: token.account,
      agentKey,
      order: this.#host.nextOrder(),
      token,
      asker: { local: LOOPBACK.has(ip), dialled: this.#dialled },
      opener: this.session,
      run,
      voice: this,
      leases: new Map(),
      asking: 0,
      gone: false,
      tookOver: false,
    };
  }
}

/** A refusal after which the agent ends instead of coming back. */
export function final(code: ErrorCode): Goaway {
  return { code, permanent: true, comeBackInMs: 0, seen: '' };
}

function quarantine(comeBackInMs: number): Goaway {
  const seen = 'Two agents with one key take an exposure from each other.';
  return { code: 'TK-1008', permanent: false, comeBackInMs, seen };
}
