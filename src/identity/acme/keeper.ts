/**
 * Has certificates of one authority for the names that are wanted, and keeps them new. One order a name, a few at once.
 * Knows when; `order.ts` knows how. Refuses to know what is served under a name.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Clock, Timer } from '../../contract/clock.ts';
import { TunnelError } from '../../contract/errors.ts';
import type { LimitName, Limits } from '../../contract/limits.ts';
import type { Certificate } from '../../contract/reactor.ts';
import { accountKey, register } from './account.ts';
import { retryDelayMs } from './backoff.ts';
import { Challenges } from './challenges.ts';
import { Entry } from './entry.ts';
import { AcmeFault } from './fault.ts';
import { obtain } from './order.ts';
import { Quota } from './quota.ts';
import { renewalTime } from './renewal.ts';
import { type Kept, keptOf, Shelf } from './shelf.ts';
import { AcmeWire } from './wire.ts';

export interface KeeperOptions {
  /** The authority's directory: an absolute URL. */
  readonly directory: string;
  readonly email: string | undefined;
  /** Everything kept lies below, for each authority by itself. */
  readonly folder: string;
  readonly software: string;
  readonly clock: Clock;
  readonly limits: Limits;
  /** 0 up to 1. */
  readonly random: () => number;
  /** Whether anything is served under this name now: nothing else is asked for again or renewed. */
  wanted(name: string): boolean;
  event(event: KeeperEvent): void;
}

export type KeeperEvent =
  /** One attempt for a name is over, or it was put off; `state` says how it stands. */
  | { readonly type: 'settled'; readonly state: NameState }
  /** A file that holds no certificate. */
  | { readonly type: 'broken'; readonly file: string }
  /** A certificate is in use that could not be written. */
  | { readonly type: 'unkept'; readonly name: string; readonly error: TunnelError }
  | { readonly type: 'bound'; readonly limit: LimitName };

export interface NameState {
  readonly name: string;
  readonly state: 'valid' | 'coming' | 'failed';
  /** Wall-clock milliseconds: when the certificate ends; undefined where there is none. */
  readonly until: number | undefined;
  /** Of the last attempt, where it failed. A name whose renewal failed is `valid` all the same. */
  readonly fault: TunnelError | undefined;
  /** Milliseconds until the next attempt, where the last one failed. */
  readonly retryInMs: number | undefined;
}

/** Asked by the wall clock, and often: a machine sleeps through any single long timer. */
const LOOK_MS = 5_000;

export class Keeper {
  readonly #options: KeeperOptions;
  readonly #shelf: Shelf;
  readonly #wire: AcmeWire;
  readonly #challenges = new Challenges();
  readonly #entries = new Map<string, Entry>();
  readonly #quota: Quota;
  readonly #closing = new AbortController();
  #account: Promise<string> | undefined;
  #underWay = 0;
  /** The authority is left alone with everything, by the monotonic clock, and why. */
  #pausedUntil = 0;
  #trouble: TunnelError | undefined;
  #timer: Timer | undefined;

  private constructor(options: KeeperOptions, folder: string, key: string) {
    const { directory, software, clock, limits } = options;
    this.#options = options;
    this.#shelf = new Shelf(join(folder, 'certificates'));
    this.#quota = new Quota(limits.certificateNames);
    this.#wire = new AcmeWire({
      directory,
      software,
      accountKey: key,
      requestMs: limits.certificateRequestMs,
      signal: this.#closing.signal,
      now: () => clock.wall(),
    });
  }

  /** Asks nobody yet. Throws what the account's key file throws (TK-5001, TK-8001, TK-8002). */
  static async open(options: KeeperOptions): Promise<Keeper> {
    const folder = join(options.folder, folderOf(options.directory));
    const keeper = new Keeper(options, folder, await accountKey(join(folder, 'account.key')));
    for (const kept of await keeper.#shelf.load((file) => options.event({ type: 'broken', file }))) {
      const entry = new Entry(kept.name, undefined);
      keeper.#keep(entry, kept);
      keeper.#entries.set(kept.name, entry);
    }
    return keeper;
  }

  /** From now on what is due is asked for: the authority can reach us. */
  start(): void {
    this.#look();
  }

  close(): void {
    this.#closing.abort();
    this.#timer?.cancel();
    for (const entry of this.#entries.values()) entry.settle();
  }

  /** The text to answer an HTTP-01 challenge with; undefined for a token that is not ours. */
  answer(token: string): string | undefined {
    return this.#challenges.answer(token);
  }

  certificate(name: string): Certificate | undefined {
    const entry = this.#entries.get(name);
    return entry?.isValid(this.#options.clock.wall()) ? entry.kept?.pair : undefined;
  }

  /** A certificate is asked for unless there is one. `account`: whose new name it is; undefined for the gateway's own. */
  want(name: string, account: string | undefined): void {
    const entry = this.#entries.get(name) ?? new Entry(name, account);
    this.#entries.set(name, entry);
    if (this.#timer !== undefined) this.#begin(entry);
  }

  /** Settles when the attempt for this name that is under way or due is over; undefined where none is, or none is needed. */
  coming(name: string): Promise<void> | undefined {
    const entry = this.#entries.get(name);
    return entry && this.#isComing(entry) ? entry.settled : undefined;
  }

  state(name: string): NameState | undefined {
    const entry = this.#entries.get(name);
    return entry && this.#stateOf(entry);
  }

  states(): readonly NameState[] {
    return [...this.#entries.values()].map((entry) => this.#stateOf(entry));
  }

  /** The next look is asked for first: nothing that fails here ends the looking. */
  #look(): void {
    const { clock, wanted } = this.#options;
    if (this.#closing.signal.aborted) return;
    this.#timer = clock.after(LOOK_MS, () => this.#look());
    this.#quota.sweep(clock.now());
    for (const entry of [...this.#entries.values()]) {
      if (wanted(entry.name)) this.#begin(entry);
      else if (!entry.isUnderWay && !entry.isValid(clock.wall())) this.#forget(entry);
    }
  }

  #forget(entry: Entry): void {
    this.#entries.delete(entry.name);
    entry.settle();
    // What cannot be removed is found, and tried again, after the next start.
    if (entry.kept !== undefined) this.#shelf.drop(entry.name).catch(() => {});
  }

  #freeAt(entry: Entry): number {
    return Math.max(entry.notBefore, this.#pausedUntil);
  }

  #isComing(entry: Entry): boolean {
    const { clock } = this.#options;
    if (entry.isValid(clock.wall())) return false;
    return entry.isUnderWay || clock.now() >= this.#freeAt(entry);
  }

  #stateOf(entry: Entry): NameState {
    const { name, kept } = entry;
    const { clock } = this.#options;
    const retryInMs = this.#freeAt(entry) - clock.now();
    const trouble = clock.now() < this.#pausedUntil && kept === undefined ? this.#trouble : undefined;
    const fault = entry.fault ?? trouble;
    const state = entry.isValid(clock.wall()) ? 'valid' : this.#isComing(entry) ? 'coming' : 'failed';
    return { name, state, until: kept?.until, fault, retryInMs: fault && retryInMs > 0 ? retryInMs : undefined };
  }

  #begin(entry: Entry): void {
    const { clock, limits } = this.#options;
    const now = clock.now();
    if (entry.isUnderWay || !entry.isDue(clock.wall()) || now < this.#freeAt(entry)) return;
    if (this.#underWay >= limits.certificateOrders || !this.#mayBring(entry, now)) return;
    entry.isUnderWay = true;
    this.#underWay += 1;
    void this.#attempt(entry).then(() => {
      entry.isUnderWay = false;
      this.#underWay -= 1;
      this.#over(entry);
    });
  }

  /** New names count once, however often they are asked for. */
  #mayBring(entry: Entry, now: number): boolean {
    if (entry.isCounted || entry.kept !== undefined || entry.account === undefined) return true;
    const waitMs = this.#quota.take(entry.account, now);
    entry.isCounted = waitMs === 0;
    if (entry.isCounted) return true;
    const { certificateNames } = this.#options.limits;
    const seen = `${entry.name}: account ${entry.account} brought ${certificateNames} within an hour`;
    entry.fail(new TunnelError('TK-6008', seen, { limit: 'certificateNames' }), now + waitMs);
    this.#options.event({ type: 'bound', limit: 'certificateNames' });
    this.#tell(entry);
    return false;
  }

  /** Never rejects. */
  async #attempt(entry: Entry): Promise<void> {
    const { clock, limits } = this.#options;
    const { signal } = this.#closing;
    try {
      const order = { account: await this.#registered(), wire: this.#wire, challenges: this.#challenges };
      const within = { clock, signal, withinMs: limits.certificateOrderMs };
      const kept = keptOf(entry.name, await obtain(entry.name, { ...order, ...within }));
      await this.#shelf.put(kept).catch((error) => this.#options.event({ type: 'unkept', name: entry.name, error }));
      this.#keep(entry, kept);
    } catch (error) {
      if (!signal.aborted) this.#failed(entry, asFault(entry.name, error));
    }
  }

  #registered(): Promise<string> {
    this.#account ??= register(this.#wire, this.#options.email).catch((error) => {
      this.#account = undefined;
      throw error;
    });
    return this.#account;
  }

  #keep(entry: Entry, kept: Kept): void {
    entry.keep(kept, renewalTime(kept.from, kept.until, this.#options.random()));
  }

  #failed(entry: Entry, fault: AcmeFault): void {
    const { clock, random } = this.#options;
    // An authority that has lost the account is given the same key again.
    if (fault.code === 'TK-6007') this.#account = undefined;
    entry.failures += 1;
    const until = clock.now() + retryDelayMs(fault, entry.failures, random());
    entry.fail(fault, until);
    if (!fault.everybody) return;
    this.#trouble = fault;
    this.#pausedUntil = Math.max(this.#pausedUntil, until);
  }

  /** After an attempt. Whoever was kept from beginning by its being under way begins now. */
  #over(entry: Entry): void {
    if (this.#closing.signal.aborted) return;
    this.#tell(entry);
    for (const next of [...this.#entries.values()]) if (this.#options.wanted(next.name)) this.#begin(next);
  }

  #tell(entry: Entry): void {
    this.#options.event({ type: 'settled', state: this.#stateOf(entry) });
    entry.settle();
  }
}

/** By host, for people; by a digest, since one host may have several directories. */
function folderOf(directory: string): string {
  const digest = createHash('sha256').update(directory).digest('hex').slice(0, 8);
  return `${new URL(directory).hostname.replaceAll(/[^\w.-]/g, '_')}-${digest}`;
}

function asFault(name: string, error: unknown): AcmeFault {
  if (error instanceof AcmeFault) return error;
  return new AcmeFault('network', 'TK-9001', `${name}: ${(error as Error).message}`, { cause: error });
}
