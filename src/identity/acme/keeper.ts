/**
 * Has certificates of one authority for the names that are wanted, and keeps them new. One order a name, a few at once.
 * Knows when; `applicant.ts` knows how. Refuses to know what is served under a name.
 */
import { join } from 'node:path';
import type { Timer } from '../../contract/clock.ts';
import { TunnelError } from '../../contract/errors.ts';
import type { Certificate } from '../../contract/reactor.ts';
import { Applicant, type ApplicantOptions, folderOf } from './applicant.ts';
import { Entry } from './entry.ts';
import type { KeeperEvent, NameState } from './events.ts';
import type { AcmeFault } from './fault.ts';
import { Patience } from './patience.ts';
import { Quota } from './quota.ts';
import { renewalTime, restMs } from './renewal.ts';
import { type Kept, Shelf } from './shelf.ts';

export interface KeeperOptions extends ApplicantOptions {
  /** Everything kept lies below, for each authority by itself. */
  readonly folder: string;
  /** 0 up to 1. */
  readonly random: () => number;
  /** Whether anything is served under this name now: nothing else is asked for again or renewed. */
  wanted(name: string): boolean;
  event(event: KeeperEvent): void;
}

/** Asked by the wall clock, and often: a machine sleeps through any single long timer. */
const LOOK_MS = 5_000;

export class Keeper {
  readonly #options: KeeperOptions;
  readonly #shelf: Shelf;
  readonly #applicant: Applicant;
  readonly #entries = new Map<string, Entry>();
  readonly #quota: Quota;
  readonly #patience: Patience;
  #underWay = 0;
  #timer: Timer | undefined;

  private constructor(options: KeeperOptions, shelf: Shelf, applicant: Applicant) {
    this.#options = options;
    this.#shelf = shelf;
    this.#applicant = applicant;
    this.#quota = new Quota(options.limits.certificateNames);
    this.#patience = new Patience(options.clock, options.random);
  }

  /** Asks nobody yet. Throws what the account's key file throws (TK-5001, TK-8001, TK-8002). */
  static async open(options: KeeperOptions): Promise<Keeper> {
    const folder = join(options.folder, folderOf(options.directory));
    const shelf = new Shelf(join(folder, 'certificates'));
    const keeper = new Keeper(options, shelf, await Applicant.open(folder, options));
    for (const kept of await shelf.load((file) => options.event({ type: 'broken', file }))) {
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
    this.#applicant.close();
    this.#timer?.cancel();
    for (const entry of this.#entries.values()) entry.settle();
  }

  /** The text to answer an HTTP-01 challenge with; undefined for a token that is not ours. */
  answer(token: string): string | undefined {
    return this.#applicant.challenges.answer(token);
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
    if (this.#applicant.isClosed) return;
    this.#timer = clock.after(LOOK_MS, () => this.#look());
    this.#quota.sweep(clock.now());
    for (const entry of [...this.#entries.values()]) {
      if (wanted(entry.name)) this.#begin(entry);
      else if (!this.#isPaused(entry) && this.#isSpare(entry)) this.#forget(entry);
    }
  }

  /** Who comes back with a name that failed does not cut its pause short. */
  #isPaused(entry: Entry): boolean {
    return entry.isUnderWay || (entry.failures > 0 && this.#options.clock.now() < entry.notBefore);
  }

  /** Of no use without anybody who publishes it, or the oldest where too many are kept. */
  #isSpare(entry: Entry): boolean {
    const { clock, limits } = this.#options;
    if (!entry.isValid(clock.wall())) return true;
    if (this.#entries.size <= limits.certificatesKept) return false;
    this.#options.event({ type: 'bound', limit: 'certificatesKept' });
    return true;
  }

  #forget(entry: Entry): void {
    this.#entries.delete(entry.name);
    entry.settle();
    // What cannot be removed is found, and tried again, after the next start.
    if (entry.kept !== undefined) this.#shelf.drop(entry.name).catch(() => {});
  }

  #isComing(entry: Entry): boolean {
    if (entry.isValid(this.#options.clock.wall())) return false;
    return entry.isUnderWay || this.#patience.waitMs(entry) === 0;
  }

  #stateOf(entry: Entry): NameState {
    const { name, kept } = entry;
    const retryInMs = this.#patience.waitMs(entry);
    const fault = entry.fault ?? (kept === undefined ? this.#patience.trouble : undefined);
    const isValid = entry.isValid(this.#options.clock.wall());
    const state = isValid ? 'valid' : this.#isComing(entry) ? 'coming' : 'failed';
    return { name, state, until: kept?.until, fault, retryInMs: fault && retryInMs > 0 ? retryInMs : undefined };
  }

  #begin(entry: Entry): void {
    const { clock, limits } = this.#options;
    if (entry.isUnderWay || !entry.isDue(clock.wall()) || this.#patience.waitMs(entry) > 0) return;
    if (this.#underWay >= limits.certificateOrders || !this.#mayBring(entry)) return;
    entry.isUnderWay = true;
    this.#underWay += 1;
    void this.#attempt(entry).then(() => {
      entry.isUnderWay = false;
      this.#underWay -= 1;
      this.#over(entry);
    });
  }

  /** New names count once, however often they are asked for. */
  #mayBring(entry: Entry): boolean {
    if (entry.isCounted || entry.kept !== undefined || entry.account === undefined) return true;
    const now = this.#options.clock.now();
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
    const { name } = entry;
    try {
      const kept = await this.#applicant.certificate(name);
      await this.#shelf.put(kept).catch((error) => this.#options.event({ type: 'unkept', name, error }));
      this.#keep(entry, kept);
      entry.notBefore = this.#options.clock.now() + restMs(kept.from, kept.until);
    } catch (error) {
      if (!this.#applicant.isClosed) this.#patience.failed(entry, error as AcmeFault);
    }
  }

  #keep(entry: Entry, kept: Kept): void {
    entry.keep(kept, renewalTime(kept.from, kept.until, this.#options.random()));
  }

  /** After an attempt. Whoever was kept from beginning by its being under way begins now. */
  #over(entry: Entry): void {
    if (this.#applicant.isClosed) return;
    this.#tell(entry);
    for (const next of [...this.#entries.values()]) if (this.#options.wanted(next.name)) this.#begin(next);
  }

  #tell(entry: Entry): void {
    this.#options.event({ type: 'settled', state: this.#stateOf(entry) });
    entry.settle();
  }
}
