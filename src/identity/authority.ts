/**
 * The gateway's own certificate authority: a root kept in the data directory, leaves kept in memory and renewed in time.
 * Knows when; `issue.ts` knows how. Refuses to know whether anybody trusts the root.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { Clock, Timer } from '../contract/clock.ts';
import { TunnelError } from '../contract/errors.ts';
import type { Certificate } from '../contract/reactor.ts';
import { type Issuer, issueLeaf, issueRoot, issuerOf } from './issue.ts';
import { readOrMake, replaceFile } from './secret-file.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const ROOT_LIFE_MS = 3_650 * DAY_MS;
/** Below the 398 days that browsers accept; short, since renewal costs nothing here. */
const LEAF_LIFE_MS = 90 * DAY_MS;
/** Certificates begin in the past, for visitors whose clocks are slow. */
const BACKDATE_MS = HOUR_MS;
/** Asked by the wall clock, and often: a laptop sleeps through any single long timer. */
const RENEWAL_CHECK_MS = HOUR_MS;

interface Leaf {
  readonly names: readonly string[];
  readonly pair: Certificate;
  readonly renewAt: number;
}

/**
 * Opens the authority in `file` (PEM of its key and certificate, mode 0600), made at first use.
 * Throws TunnelError: TK-6001 not an authority's file, TK-5001 unreadable, TK-8001 unwritable, TK-8002 disk full.
 */
export async function openAuthority(file: string, clock: Clock): Promise<Authority> {
  return new Authority(file, clock, await loadRoot(file, clock.wall()));
}

export class Authority {
  readonly #file: string;
  readonly #clock: Clock;
  /** By each of their names, in the order of their preparation. */
  readonly #leaves = new Map<string, Leaf>();
  #root: Root;
  #timer: Timer | undefined;
  #closed = false;

  constructor(file: string, clock: Clock, root: Root) {
    this.#file = file;
    this.#clock = clock;
    this.#root = root;
    this.#scheduleRenewal();
  }

  /** PEM of the root, for those who want to trust it. */
  get root(): string {
    return this.#root.cert;
  }

  /**
   * Prepares one certificate for all these names: DNS names as A-labels, `*.domain`, IP addresses. It is renewed until `close`.
   * OpenSSL and Node accept `*.domain` only where the domain has a dot: `a.localhost` needs a certificate of its own.
   */
  certificateFor(names: readonly string[]): Certificate {
    const wanted = names.map((name) => name.toLowerCase());
    const standing = this.#leaves.get(wanted[0] ?? '');
    if (standing && String(standing.names) === String(wanted) && standing.renewAt > this.#clock.wall()) {
      return standing.pair;
    }
    const leaf = this.#issue(wanted);
    this.#keep(leaf);
    return leaf.pair;
  }

  /**
   * What was prepared for this server name, by itself or by a wildcard of its parent. Without a name (who dials an address
   * sends none) it is the first that was prepared. Undefined for other names; never throws.
   */
  certificate(serverName: string | undefined): Certificate | undefined {
    if (serverName === undefined) return this.#leaves.values().next().value?.pair;
    const name = serverName.toLowerCase();
    const dot = name.indexOf('.');
    const leaf = this.#leaves.get(name) ?? (dot > 0 ? this.#leaves.get(`*${name.slice(dot)}`) : undefined);
    return leaf?.pair;
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
  }

  #keep(leaf: Leaf): void {
    for (const name of leaf.names) this.#leaves.set(name, leaf);
  }

  #issue(names: readonly string[]): Leaf {
    const now = this.#clock.wall();
    const validity = { from: now - BACKDATE_MS, until: now + LEAF_LIFE_MS };
    return {
      names,
      pair: issueLeaf(this.#root.issuer, names, validity),
      renewAt: now + (LEAF_LIFE_MS * 2) / 3,
    };
  }

  /** The next look is asked for when this one has ended, so that renewals never overlap. */
  #scheduleRenewal(): void {
    if (this.#closed) return;
    this.#timer = this.#clock.after(RENEWAL_CHECK_MS, () => {
      // One that fails (a full disk) is tried again at the next look; a third of the life is left for it.
      const ended = () => this.#scheduleRenewal();
      this.#renew().then(ended, ended);
    });
  }

  async #renew(): Promise<void> {
    const now = this.#clock.wall();
    if (this.#root.renewAt <= now) this.#root = await loadRoot(this.#file, now);
    const due = new Set([...this.#leaves.values()].filter((leaf) => leaf.renewAt <= now));
    for (const leaf of due) this.#keep(this.#issue(leaf.names));
  }
}

interface Root {
  readonly cert: string;
  readonly issuer: Issuer;
  readonly renewAt: number;
}

/** The root in the file; a new one in its place where none is there or it is about to end. */
async function loadRoot(file: string, now: number): Promise<Root> {
  const root = parseRoot(file, await readOrMake(file, () => makeRoot(now)));
  if (root.renewAt > now) return root;
  const text = makeRoot(now);
  await replaceFile(file, text);
  return parseRoot(file, text);
}

function makeRoot(now: number): string {
  const pair = issueRoot({ from: now - BACKDATE_MS, until: now + ROOT_LIFE_MS });
  return pair.key + pair.cert;
}

/** OpenSSL finds each part of a PEM by its label, so key and certificate live in one file, which appears at once. */
function parseRoot(file: string, text: string): Root {
  try {
    const certificate = new X509Certificate(text);
    if (!certificate.ca || !certificate.checkPrivateKey(createPrivateKey(text))) throw new Error('not a pair');
    const cert = certificate.toString();
    // Long before its end, so that a leaf always fits under it.
    return { cert, issuer: issuerOf({ cert, key: text }), renewAt: Date.parse(certificate.validTo) - 2 * LEAF_LIFE_MS };
  } catch {
    throw new TunnelError('TK-6001', `${file} does not hold the key and the certificate of an authority.`);
  }
}
