/**
 * One order from beginning to end (RFC 8555 §7.4): a certificate for one name, or an AcmeFault. What it leaves behind when it is
 * killed expires at the authority by itself.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { Clock } from '../../contract/clock.ts';
import type { Certificate } from '../../contract/reactor.ts';
import { freshKey } from './account.ts';
import type { Challenges } from './challenges.ts';
import { AcmeFault, type FaultKind, faultOfChallenge, type Problem } from './fault.ts';
import { type AcmeWire, type HttpReply, retryAfterMs } from './wire.ts';

export interface OrderOptions {
  readonly wire: AcmeWire;
  /** The account's URL. */
  readonly account: string;
  readonly challenges: Challenges;
  readonly clock: Clock;
  /** Longest time for all of it. */
  readonly withinMs: number;
  readonly signal: AbortSignal;
}

const POLL_FIRST_MS = 200;
const POLL_MOST_MS = 3_000;
const POLL_GROWTH = 1.5;

interface Challenge {
  readonly type?: string;
  readonly url?: string;
  readonly token?: string;
  readonly error?: Problem;
}

interface Authorization {
  readonly status?: string;
  readonly challenges?: readonly Challenge[];
}

interface OrderBody {
  readonly status?: string;
  readonly authorizations?: readonly string[];
  readonly finalize?: string;
  readonly certificate?: string;
  readonly error?: Problem;
}

/** `name`: canonical. */
export function obtain(name: string, options: OrderOptions): Promise<Certificate> {
  return new Order(name, options).run();
}

class Order {
  readonly #name: string;
  readonly #options: OrderOptions;
  readonly #endAt: number;

  constructor(name: string, options: OrderOptions) {
    this.#name = name;
    this.#options = options;
    this.#endAt = options.clock.now() + options.withinMs;
  }

  async run(): Promise<Certificate> {
    const identifiers = [{ type: 'dns', value: this.#name }];
    const reply = await this.#post(await this.#options.wire.resource('newOrder'), { identifiers });
    const url = reply.headers.location ?? '';
    for (const authorization of (reply.data as OrderBody).authorizations ?? []) await this.#authorize(authorization);
    const key = freshKey();
    const ready = await this.#until<OrderBody>(url, ({ status }) => status !== 'pending');
    if (ready.status === 'ready') await this.#post(ready.finalize ?? '', { csr: await this.#request(key) });
    const done = await this.#until<OrderBody>(url, ({ status }) => status === 'valid' || status === 'invalid');
    if (done.certificate === undefined) throw faultOfChallenge(this.#name, done.error ?? {});
    return this.#checked({ cert: String((await this.#post(done.certificate, null)).data), key });
  }

  /** Proves that the name leads here; nothing to do where the authority still believes it. */
  async #authorize(url: string): Promise<void> {
    const { challenges, wire } = this.#options;
    const { status, challenges: offered = [] } = (await this.#post(url, null)).data as Authorization;
    if (status === 'valid') return;
    const { token = '', url: place = '' } = offered.find(({ type }) => type === 'http-01') ?? {};
    if (!challenges.open(token, await wire.keyAuthorization(token)))
      throw new AcmeFault('refused', 'TK-6006', `${this.#name}: the authority offers no HTTP-01 challenge`);
    try {
      await this.#post(place, {});
      const judged = await this.#until<Authorization>(url, (now) => now.status !== 'pending');
      if (judged.status === 'valid') return;
      const error = judged.challenges?.find((one) => one.error !== undefined)?.error;
      throw faultOfChallenge(this.#name, error ?? { detail: `the authorization is ${judged.status}` });
    } finally {
      challenges.close(token);
    }
  }

  /** RFC 8555 §7.4: the request for a certificate, as base64url of its DER. */
  async #request(key: string): Promise<string> {
    // `@peculiar/x509`, of which it is made, looks for this while it is loaded.
    await import('reflect-metadata/lite');
    const { default: crypto } = await import('acme-client/src/crypto/index.js');
    // No common name: it may have 64 characters, names may have 253.
    const [, pem] = await crypto.createCsr({ altNames: [this.#name] }, key);
    return Buffer.from(pem.toString().replaceAll(/-----[^-]+-----|\s/g, ''), 'base64').toString('base64url');
  }

  /** What is not for this name and key, or is over by this machine's clock, is never stored. */
  #checked(pair: Certificate): Certificate {
    const leaf = leafFor(this.#name, pair);
    const now = this.#options.clock.wall();
    if (leaf === undefined) throw this.#fault('network', 'the authority sent something that is not the certificate');
    if (now < Date.parse(leaf.validTo)) return pair;
    throw this.#fault('refused', `it ends ${leaf.validTo}, and the clock here says ${new Date(now).toUTCString()}`);
  }

  #fault(kind: FaultKind, seen: string): AcmeFault {
    return new AcmeFault(kind, 'TK-6005', `${this.#name}: ${seen}`);
  }

  async #until<T>(url: string, good: (body: T) => boolean): Promise<T> {
    const { clock } = this.#options;
    for (let waitMs = POLL_FIRST_MS; ; waitMs = Math.min(waitMs * POLL_GROWTH, POLL_MOST_MS)) {
      const reply = await this.#post(url, null);
      if (good(reply.data as T)) return reply.data as T;
      const pauseMs = Math.max(waitMs, retryAfterMs(reply, clock.wall()) ?? 0);
      if (clock.now() + pauseMs > this.#endAt) throw this.#fault('network', 'the authority did not decide in time');
      await this.#pause(pauseMs);
    }
  }

  #pause(ms: number): Promise<void> {
    const { clock, signal } = this.#options;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = clock.after(ms, resolve);
    const hurry = () => resolve();
    signal.addEventListener('abort', hurry);
    return promise.finally(() => {
      timer.cancel();
      signal.removeEventListener('abort', hurry);
    });
  }

  #post(url: string, payload: object | null): Promise<HttpReply> {
    const { wire, account, signal } = this.#options;
    signal.throwIfAborted();
    return wire.post(this.#name, url, payload, account);
  }
}

function leafFor(name: string, pair: Certificate): X509Certificate | undefined {
  try {
    const leaf = new X509Certificate(pair.cert);
    const isOurs = leaf.checkPrivateKey(createPrivateKey(pair.key)) && leaf.checkHost(name) !== undefined;
    return isOurs ? leaf : undefined;
  } catch {
    // Not PEM: as good as the wrong one.
    return undefined;
  }
}
