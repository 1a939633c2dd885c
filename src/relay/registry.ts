import { ERRORS, type ErrorCode, TunnelError } from '../contract/errors.ts';
import type { Destination, ExposureGrant, ExposureRequest } from '../contract/exposure.ts';
import type { LimitName } from '../contract/limits.ts';
import type { Policy } from '../contract/policy.ts';
import type { Holding } from '../contract/store.ts';
import { HostTable } from '../router/host-table.ts';
import { type ClaimOptions, Claims } from './claims.ts';
import { Flapping } from './flapping.ts';
import { yields } from './ownership.ts';
import type { Lease, Member, Place, PlaceStatus } from './place.ts';
import { type Grounds, type Placement, place, webOrigin, zoneOf } from './placement.ts';

/**
 * What is published, by whom, and where visits to it go.
 * Knows members and places; knows nothing of links, frames or HTTP. Requests are decided one after the other, so that two
 * agents that ask at once cannot both win.
 */

export type RegistryEvent =
  | { readonly type: 'exposed'; readonly grant: ExposureGrant; readonly account: string }
  | { readonly type: 'withdrawn'; readonly grant: ExposureGrant; readonly account: string }
  | { readonly type: 'replaced'; readonly grant: ExposureGrant; readonly account: string }
  | {
      readonly type: 'refused';
      readonly code: ErrorCode;
      readonly account: string;
      readonly seen: string;
      /** The bound that was hit, if it was one. */
      readonly bound: LimitName | undefined;
    }
  | { readonly type: 'quarantined'; readonly agentKey: string; readonly account: string };

export interface RegistryOptions extends ClaimOptions {
  /** Read at each exposure: `--cert` may become trusted while the gateway runs. */
  grounds(): Grounds;
  /** A host is about to be visited under an account's name. */
  prepare(host: string, account: string): void;
  /** Compiled once for each exposure; throws TunnelError (TK-5002) for what cannot be applied. */
  policiesFor(request: ExposureRequest): readonly Policy[];
  event(event: RegistryEvent): void;
}

const UNKNOWN: Destination = { kind: 'unknown' };

export class Registry {
  readonly #options: RegistryOptions;
  readonly #claims: Claims;
  readonly #hosts = new HostTable<Place>();
  readonly #flapping: Flapping;
  #last: Promise<void> = Promise.resolve();

  constructor(options: RegistryOptions) {
    this.#options = options;
    this.#claims = new Claims(options);
    this.#flapping = new Flapping(options.clock);
  }

  /** Takes what is held from the store, so that a known name whose agent is away is told from an unknown one. */
  async load(): Promise<void> {
    const zone = zoneOf(this.#options.grounds());
    for (const holding of await this.#options.store.holdings.list()) {
      if (holding.releasedAt !== undefined) continue;
      const known = this.#claims.restore(holding);
      if (holding.kind === 'name') this.#hosts.set(`${holding.value}.${zone}`, known);
    }
  }

  /** `host`: canonical. The same object for as long as nothing changed. */
  destination(host: string): Destination {
    return this.#hosts.get(host)?.destination ?? UNKNOWN;
  }

  /** Milliseconds an agent with this key must stay away, because two of them fight. */
  quarantinedMs(agentKey: string): number {
    return this.#flapping.quarantinedMs(agentKey);
  }

  /** Answers through the member's voice. */
  expose(member: Member, request: ExposureRequest): void {
    if (member.leases.size + member.asking >= this.#options.limits.sessionExposures) {
      this.#refuse(
        member,
        request.id,
        'TK-1013',
        `${this.#options.limits.sessionExposures} are allowed`,
        'sessionExposures',
      );
      return;
    }
    member.asking += 1;
    this.#do(async () => {
      try {
        if (!member.gone) await this.#expose(member, request);
      } catch (error) {
        if (!member.gone) this.#refuse(member, request.id, ...faultOf(error));
      } finally {
        member.asking -= 1;
      }
    });
  }

  withdraw(member: Member, id: number): void {
    this.#do(async () => {
      const lease = member.leases.get(id);
      if (lease !== undefined) this.#vacate(lease);
    });
  }

  /** What URLs of this host depend on has changed: the agents that run it are told their new one. */
  retell(host: string): void {
    for (const lease of this.#hosts.get(host)?.leases ?? []) this.#retell(lease, host);
  }

  #retell(lease: Lease, host: string): void {
    const { coming: _, remark: __, ...was } = lease.grant;
    const grounds = this.#options.grounds();
    const grant = { ...was, url: webOrigin(grounds, host), ...grounds.outlook(host) };
    if (JSON.stringify(grant) === JSON.stringify(lease.grant)) return;
    lease.grant = grant;
    lease.member.voice.exposed(grant);
    if (grant.url !== was.url) this.#options.event({ type: 'exposed', grant, account: lease.member.account });
  }

  /** The session is over; at once, since its opener takes nothing any more. */
  leave(member: Member): void {
    member.gone = true;
    for (const lease of [...member.leases.values()]) this.#vacate(lease);
  }

  /** The operator takes a name or port away: whoever runs it is refused. False if nobody held it. */
  release(kind: Holding['kind'], value: string): Promise<boolean> {
    return this.#next(async () => {
      const released = await this.#options.store.holdings.release(kind, value, this.#options.clock.wall());
      const known = this.#claims.forget(kind, value);
      if (kind === 'name') this.#hosts.delete(`${value}.${zoneOf(this.#options.grounds())}`);
      for (const lease of known?.leases ?? []) {
        this.#vacate(lease);
        const code = kind === 'name' ? 'TK-1005' : 'TK-1006';
        this.#refuse(lease.member, lease.request.id, code, 'released by the operator');
      }
      await known?.listener?.opened.close();
      return released;
    });
  }

  /** Everything an account holds, once its last token is gone. */
  async releaseAccount(account: string): Promise<void> {
    const held = [...this.#claims.places.values()].filter(({ holding }) => holding.account === account);
    for (const { holding } of held) await this.release(holding.kind, holding.value);
  }

  /** No port of an exposure takes visitors any more. */
  async closePorts(): Promise<void> {
    const open = [...this.#claims.places.values()].map(({ listener }) => listener?.opened.close());
    await Promise.all(open);
  }

  status(): readonly PlaceStatus[] {
    return [...this.#claims.places.values()].map((place) => place.status());
  }

  /** Settles when everything asked for so far is decided. */
  settled(): Promise<void> {
    return this.#last;
  }

  async #expose(member: Member, request: ExposureRequest): Promise<void> {
    const policies = this.#options.policiesFor(request);
    const grounds = this.#options.grounds();
    const placement = place(grounds, request, member.asker);
    if (request.pool && request[placement.by] === undefined) {
      throw new TunnelError('TK-5002', `pool: here agents find each other by --${placement.by}, and there is none`);
    }
    const held = await (placement.by === 'name'
      ? this.#claims.name(member, request)
      : this.#claims.port(member, request));
    if (member.gone) return;
    const { value } = held.holding;
    if (placement.by === 'name') {
      this.#hosts.set(placement.host(value), held);
      // Before the URL is made: it says whether a better one is coming.
      this.#options.prepare(placement.host(value), member.account);
    }
    const grant = grantOf(placement, request, value, grounds);
    const destination = { kind: 'live', opener: member.opener, exposure: request.id, policies } as const;
    this.#install({ member, place: held, request, grant, destination, since: this.#options.clock.wall() });
  }

  #install(lease: Lease): void {
    const { member, place: held, grant } = lease;
    const sameId = member.leases.get(grant.id);
    if (sameId !== undefined && sameId.place !== held) this.#vacate(sameId);
    const losers = held.leases.filter((other) => yields(other, member, lease.request));
    for (const loser of losers) loser.member.leases.delete(loser.grant.id);
    member.leases.set(grant.id, lease);
    member.voice.exposed(grant);
    for (const loser of losers) held.vacate(loser);
    held.occupy(lease);
    this.#options.event({ type: 'exposed', grant, account: member.account });
    for (const loser of losers) if (loser.member !== member) this.#replaced(loser, member);
  }

  /** Tells the loser; only an agent that has lost everything is sent home. */
  #replaced(old: Lease, by: Member): void {
    const loser = old.member;
    this.#options.event({ type: 'replaced', grant: old.grant, account: loser.account });
    const fight = areRivals(loser, by) && !by.tookOver;
    if (fight) by.tookOver = true;
    if (fight && this.#flapping.takeover(by.agentKey)) {
      this.#options.event({ type: 'quarantined', agentKey: by.agentKey, account: by.account });
      const ms = this.#flapping.quarantinedMs(by.agentKey);
      for (const member of [loser, by]) member.voice.quarantined(ms);
      return;
    }
    if (loser.leases.size === 0 && loser.asking === 0) loser.voice.replaced();
    else loser.voice.refused(old.grant.id, 'TK-1008', old.grant.url);
  }

  #vacate(lease: Lease): void {
    lease.place.vacate(lease);
    if (lease.member.leases.get(lease.grant.id) === lease) lease.member.leases.delete(lease.grant.id);
    this.#options.event({ type: 'withdrawn', grant: lease.grant, account: lease.member.account });
  }

  #refuse(member: Member, id: number, code: ErrorCode, seen: string, bound?: LimitName): void {
    this.#options.event({ type: 'refused', code, account: member.account, seen, bound });
    member.voice.refused(id, code, seen);
  }

  /** As `#next`, for what nobody waits for. Whoever asked has been told of faults; one in the telling itself ends here. */
  #do(work: () => Promise<void>): void {
    this.#next(work).catch(() => {});
  }

  /** One after the other; the returned promise rejects with what `work` threw, the chain goes on. */
  #next<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.then(
      () => {},
      () => {},
    );
    return done;
  }
}

/** A process that came back while its old link was not yet known to be dead fights with nobody. */
function areRivals(loser: Member, by: Member): boolean {
  return loser.agentKey === by.agentKey && (loser.run === undefined || loser.run !== by.run);
}

function grantOf(placement: Placement, { id, kind }: ExposureRequest, value: string, grounds: Grounds): ExposureGrant {
  if (placement.by === 'port')
    return { id, kind, url: placement.url(Number(value)), name: undefined, port: Number(value) };
  const outlook = grounds.outlook(placement.host(value));
  return { id, kind, url: placement.url(value), name: value, port: undefined, ...outlook };
}

/** Stores and claims throw errors with codes of the table; anything else is a defect. */
function faultOf(error: unknown): [code: ErrorCode, seen: string, bound: LimitName | undefined] {
  const { code, seen, limit, message } = error as { [Key in keyof TunnelError]?: TunnelError[Key] };
  if (code !== undefined && Object.hasOwn(ERRORS, code)) return [code, seen ?? '', limit];
  return ['TK-9001', message ?? String(error), undefined];
}
