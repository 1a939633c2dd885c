/**
 * Whoever has an account at one authority, and gets certificates there: a name in, what is to be kept out.
 * Knows the account, its open challenges and the way there; refuses to know when to ask.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Clock } from '../../contract/clock.ts';
import type { Limits } from '../../contract/limits.ts';
import { accountKey, register } from './account.ts';
import { Challenges } from './challenges.ts';
import { AcmeFault } from './fault.ts';
import { obtain } from './order.ts';
import { type Kept, keptOf } from './shelf.ts';
import { AcmeWire, type Proxies } from './wire.ts';

export interface ApplicantOptions {
  /** The authority's directory: an absolute URL. */
  readonly directory: string;
  readonly email: string | undefined;
  readonly software: string;
  readonly proxies: Proxies;
  readonly clock: Clock;
  readonly limits: Limits;
}

export class Applicant {
  readonly challenges = new Challenges();
  readonly #options: ApplicantOptions;
  readonly #wire: AcmeWire;
  readonly #closing = new AbortController();
  #account: Promise<string> | undefined;

  private constructor(options: ApplicantOptions, key: string) {
    const { directory, software, proxies, clock, limits } = options;
    this.#options = options;
    this.#wire = new AcmeWire({
      directory,
      software,
      accountKey: key,
      proxies,
      requestMs: limits.certificateRequestMs,
      signal: this.#closing.signal,
      now: () => clock.wall(),
    });
  }

  /** Asks nobody yet. `folder`: of this authority. Throws what the account's key file throws (TK-5001, TK-8001, TK-8002). */
  static async open(folder: string, options: ApplicantOptions): Promise<Applicant> {
    return new Applicant(options, await accountKey(join(folder, 'account.key')));
  }

  get isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  /** Ends what is under way. */
  close(): void {
    this.#closing.abort();
  }

  /** Throws AcmeFault. */
  async certificate(name: string): Promise<Kept> {
    const { clock, limits } = this.#options;
    try {
      const order = { account: await this.#registered(), wire: this.#wire, challenges: this.challenges };
      const within = { clock, signal: this.#closing.signal, withinMs: limits.certificateOrderMs };
      return keptOf(name, await obtain(name, { ...order, ...within }));
    } catch (error) {
      const fault = asFault(name, error);
      // An authority that has lost the account is given the same key again.
      if (fault.code === 'TK-6007') this.#account = undefined;
      throw fault;
    }
  }

  #registered(): Promise<string> {
    this.#account ??= register(this.#wire, this.#options.email).catch((error) => {
      this.#account = undefined;
      throw error;
    });
    return this.#account;
  }
}

/** By host, for people; by a digest, since one host may have several directories. */
export function folderOf(directory: string): string {
  const digest = createHash('sha256').update(directory).digest('hex').slice(0, 8);
  return `${new URL(directory).hostname.replaceAll(/[^\w.-]/g, '_')}-${digest}`;
}

function asFault(name: string, error: unknown): AcmeFault {
  if (error instanceof AcmeFault) return error;
  return new AcmeFault('network', 'TK-9001', `${name}: ${(error as Error).message}`, { cause: error });
}
