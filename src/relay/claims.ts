import type { Clock } from '../contract/clock.ts';
import type { Crypto } from '../contract/crypto.ts';
import { TunnelError } from '../contract/errors.ts';
import type { Destination, ExposureKind, ExposureRequest } from '../contract/exposure.ts';
import type { Limits } from '../contract/limits.ts';
import type { Listener } from '../contract/reactor.ts';
import type { Holding, Store } from '../contract/store.ts';
import { globMatch } from '../router/glob.ts';
import { isExposureName } from '../router/names.ts';
import { makeName } from './naming.ts';
import { refusalOf, yields } from './ownership.ts';
import { type Member, Place } from './place.ts';

/**
 * Finds the place for an exposure, within what the token allows, and holds it for the account.
 * Knows the table of places and the store; decides nothing about running agents but what `ownership.ts` says.
 */

export type OpenPort = (port: number, kind: ExposureKind, destination: () => Destination) => Promise<Listener>;

export interface ClaimOptions {
  readonly store: Pick<Store, 'holdings'>;
  readonly clock: Clock;
  readonly crypto: Pick<Crypto, 'random'>;
  /** First and last port for exposures by port. */
  readonly tcpPorts: readonly [number, number];
  readonly openPort: OpenPort;
  readonly limits: Limits;
}

export class Claims {
  readonly #options: ClaimOptions;
  readonly #places = new Map<string, Place>();

  constructor(options: ClaimOptions) {
    this.#options = options;
  }

  get places(): ReadonlyMap<string, Place> {
    return this.#places;
  }

  /** Takes over a holding of an earlier run. */
  restore(holding: Holding): Place {
    const place = this.#make(holding);
    this.#places.set(keyOf(holding.kind, holding.value), place);
    return place;
  }

  forget(kind: Holding['kind'], value: string): Place | undefined {
    const key = keyOf(kind, value);
    const place = this.#places.get(key);
    this.#places.delete(key);
    return place;
  }

  /** Throws TunnelError: TK-1004 to TK-1008, TK-5002, or what the store says. */
  async name(member: Member, wish: ExposureRequest): Promise<Place> {
    const value = wish.name === undefined ? this.#kept(member, wish, 'name')?.holding.value : nameOf(wish.name);
    if (value !== undefined) {
      if (!member.token.names.some((glob) => globMatch(glob, value))) {
        throw new TunnelError('TK-1004', `name ${value}; the token allows ${member.token.names.join(', ')}`);
      }
      return this.#hold(member, wish, 'name', value);
    }
    const made = makeName(this.#options.crypto, member.token.names, (name) => this.#places.has(keyOf('name', name)));
    if (made === undefined) throw new TunnelError('TK-1004', `the token allows only ${member.token.names.join(', ')}`);
    return this.#hold(member, wish, 'name', made);
  }

  /** As `name`; the place's listener is open afterwards. */
  async port(member: Member, wish: ExposureRequest): Promise<Place> {
    const [from, to] = this.#range(member);
    if (wish.port !== undefined) {
      if (wish.port < from || wish.port > to)
        throw new TunnelError('TK-1004', `port ${wish.port}; allowed: ${from}-${to}`);
      return this.#openAndHold(member, wish, wish.port);
    }
    const kept = this.#kept(member, wish, 'port');
    const first = kept === undefined ? [] : [Number(kept.holding.value)];
    for (const port of [...first, ...this.#unheld(from, to)]) {
      try {
        return await this.#openAndHold(member, wish, port);
      } catch (error) {
        // In use by another program, or another account's since it was listed: the next one may be free.
        if (!(error instanceof TunnelError && error.code === 'TK-1006')) throw error;
      }
    }
    throw new TunnelError('TK-1006', `no port of ${from}-${to} is free`);
  }

  #range(member: Member): readonly [number, number] {
    const [from, to] = this.#options.tcpPorts;
    const granted = member.token.ports ?? [from, to];
    const range = [Math.max(from, granted[0]), Math.min(to, granted[1])] as const;
    if (range[0] > range[1]) throw new TunnelError('TK-1004', `the token allows no port of ${from}-${to}`);
    return range;
  }

  *#unheld(from: number, to: number): Generator<number> {
    for (let port = from; port <= to; port += 1) if (!this.#places.has(keyOf('port', String(port)))) yield port;
  }

  /** What (agent key, target) had before, so that URLs live through restarts; not what this very session runs already. */
  #kept(member: Member, wish: ExposureRequest, kind: Holding['kind']): Place | undefined {
    for (const place of this.#places.values()) {
      const { holding, leases } = place;
      if (holding.kind !== kind || holding.agentKey !== member.agentKey || holding.target !== wish.target) continue;
      if (holding.account === member.account && leases.every((lease) => lease.member !== member)) return place;
    }
    return undefined;
  }

  async #openAndHold(member: Member, wish: ExposureRequest, port: number): Promise<Place> {
    const known = this.#places.get(keyOf('port', String(port)));
    if (known === undefined) {
      // Opened before it is held, so that a port another program uses is not kept from anybody.
      let place: Place | undefined;
      const opened = await this.#open(port, wish.kind, () => place?.destination ?? { kind: 'unknown' });
      try {
        place = await this.#hold(member, wish, 'port', String(port));
      } catch (error) {
        await opened.close();
        throw error;
      }
      place.listener = { kind: wish.kind, opened };
      return place;
    }
    await this.#hold(member, wish, 'port', String(port));
    if (known.listener?.kind !== wish.kind) {
      await known.listener?.opened.close();
      known.listener = undefined;
      known.listener = { kind: wish.kind, opened: await this.#open(port, wish.kind, () => known.destination) };
    }
    return known;
  }

  async #open(port: number, kind: ExposureKind, destination: () => Destination): Promise<Listener> {
    try {
      return await this.#options.openPort(port, kind, destination);
    } catch (error) {
      throw new TunnelError('TK-1006', `port ${port}: ${(error as { code?: string }).code ?? error}`, { cause: error });
    }
  }

  async #hold(member: Member, wish: ExposureRequest, kind: Holding['kind'], value: string): Promise<Place> {
    const key = keyOf(kind, value);
    const known = this.#places.get(key);
    const refusal = refusalOf(member, kind, wish, known?.holding, known?.leases ?? []);
    if (refusal !== undefined) {
      throw new TunnelError(refusal.code, `${kind} ${value}${refusal.why === '' ? '' : `: ${refusal.why}`}`);
    }
    const { account, agentKey } = member;
    const { target } = wish;
    // What stands already is not written again: a full disk does not stop agents that come back, or join others.
    const stands = known?.holding.agentKey === agentKey && known.holding.target === target;
    if (known !== undefined && (stands || known.leases.some((lease) => !yields(lease, member, wish)))) return known;
    const createdAt = this.#options.clock.wall();
    const holding = { kind, value, account, agentKey, target, createdAt, releasedAt: undefined };
    const standing = await this.#options.store.holdings.claim(holding);
    if (standing.account !== account) {
      const limit = standing.releasedAt === undefined ? {} : ({ limit: 'holdingQuarantineMs' } as const);
      throw new TunnelError(kind === 'name' ? 'TK-1005' : 'TK-1006', `${kind} ${value}`, limit);
    }
    const place = known ?? this.#make(standing);
    place.holding = standing;
    this.#places.set(key, place);
    return place;
  }

  #make(holding: Holding): Place {
    const { clock, limits } = this.#options;
    return new Place(holding, clock, limits.poolShunMs);
  }
}

function keyOf(kind: Holding['kind'], value: string): string {
  return `${kind}:${value}`;
}

/** Not canonicalised: a name that would silently become another one is refused. */
function nameOf(name: string): string {
  if (isExposureName(name)) return name;
  throw new TunnelError('TK-5002', `name ${JSON.stringify(name)}: 1 to 63 of a-z, 0-9 and inner hyphens`);
}
