/**
 * The token of the admin listener: `tka_` and 32 bytes of chance. Only its SHA-256 is kept, so that the database admits nobody;
 * a slow hash would guard a guessable secret, which this is not. Refuses to know what it opens.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Store } from '../contract/store.ts';

const SETTING = 'admin-token-sha256';

export class AdminToken {
  readonly #settings: Store['settings'];

  constructor(settings: Store['settings']) {
    this.#settings = settings;
  }

  /** Makes a new one, which ends the one before. The only time it is shown. */
  async make(): Promise<string> {
    const token = `tka_${randomBytes(32).toString('base64url')}`;
    await this.#settings.set(SETTING, digest(token).toString('hex'));
    return token;
  }

  async exists(): Promise<boolean> {
    return (await this.#settings.get(SETTING)) !== undefined;
  }

  /** Takes the same time whatever is wrong with it: digests of equal length are compared, and without a token a random one. */
  async admits(token: string): Promise<boolean> {
    const kept = await this.#settings.get(SETTING);
    const expected = kept === undefined ? randomBytes(32) : Buffer.from(kept, 'hex');
    return timingSafeEqual(digest(token), expected);
  }
}

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
