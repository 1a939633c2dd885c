/** What every store must do. `open` gives a store on the same facts each time it is called within a test. */
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Holding, Store, TokenRecord } from '../contract/store.ts';

const DAY_MS = 86_400_000;

export function tokenRecord(changes: Partial<TokenRecord> = {}): TokenRecord {
  return {
    id: randomBytes(6).toString('hex'),
    account: 'default',
    publicKey: randomBytes(32),
    names: ['*'],
    ports: undefined,
    createdAt: 1_700_000_000_000.25,
    revokedAt: undefined,
    ...changes,
  };
}

function nameOf(changes: Partial<Holding> = {}): Holding {
  return {
    kind: 'name',
    value: 'app',
    account: 'alice',
    agentKey: 'aa',
    target: 'http://localhost:3000',
    createdAt: 1_000,
    releasedAt: undefined,
    ...changes,
  };
}

/** `quarantineMs` of the stores must be a day. */
export function storeSuite(name: string, open: () => Promise<Store>): void {
  describe(`${name} as a store of tokens`, () => {
    it('gives back a token as it was created, by key and in the list, after opening again', async () => {
      const first = await open();
      const any = tokenRecord();
      const scoped = tokenRecord({ names: ['a-*', 'b'], ports: [20_000, 20_099], account: 'Zoë' });
      await first.tokens.create(any);
      await first.tokens.create(scoped);
      await first.close();
      const again = await open();
      expect(await again.tokens.byPublicKey(scoped.publicKey)).toEqual(scoped);
      expect(new Set(await again.tokens.list())).toEqual(new Set([any, scoped]));
      await again.close();
    });

    it('knows nothing of other keys, whatever their length', async () => {
      const store = await open();
      await store.tokens.create(tokenRecord());
      for (const length of [0, 31, 32, 33]) {
        expect(await store.tokens.byPublicKey(randomBytes(length))).toBeUndefined();
      }
      await store.close();
    });

    it('revokes a token once, and keeps when', async () => {
      const store = await open();
      const token = tokenRecord();
      await store.tokens.create(token);
      expect(await store.tokens.revoke(token.id, 5)).toBe(true);
      expect(await store.tokens.revoke(token.id, 6)).toBe(false);
      expect(await store.tokens.revoke('none', 6)).toBe(false);
      expect(await store.tokens.byPublicKey(token.publicKey)).toEqual({ ...token, revokedAt: 5 });
      await store.close();
    });

    it('refuses a second token with the same key or id', async () => {
      const store = await open();
      const token = tokenRecord();
      await store.tokens.create(token);
      await expect(store.tokens.create(tokenRecord({ publicKey: token.publicKey }))).rejects.toThrow();
      await expect(store.tokens.create(tokenRecord({ id: token.id }))).rejects.toThrow();
      expect(await store.tokens.list()).toEqual([token]);
      await store.close();
    });
  });

  describe(`${name} as a store of holdings`, () => {
    it('gives a free name to who asks first, and tells the second whose it is', async () => {
      const store = await open();
      expect(await store.holdings.claim(nameOf())).toEqual(nameOf());
      expect(await store.holdings.claim(nameOf({ account: 'bob' }))).toEqual(nameOf());
      expect(await store.holdings.list()).toEqual([nameOf()]);
      await store.close();
    });

    it('keeps names and ports apart', async () => {
      const store = await open();
      await store.holdings.claim(nameOf({ value: '20000' }));
      const port = nameOf({ kind: 'port', value: '20000', account: 'bob' });
      expect(await store.holdings.claim(port)).toEqual(port);
      await store.close();
    });

    it('notes the new agent and target of the same account, and when it was first given', async () => {
      const store = await open();
      await store.holdings.claim(nameOf());
      const renewed = nameOf({ agentKey: 'bb', target: 'http://localhost:4000' });
      expect(await store.holdings.claim({ ...renewed, createdAt: 9_000 })).toEqual(renewed);
      await store.close();
    });

    it('gives a released name back to its account at once', async () => {
      const store = await open();
      await store.holdings.claim(nameOf());
      expect(await store.holdings.release('name', 'app', 2_000)).toBe(true);
      expect(await store.holdings.release('name', 'app', 3_000)).toBe(false);
      expect(await store.holdings.list()).toEqual([nameOf({ releasedAt: 2_000 })]);
      expect(await store.holdings.claim(nameOf({ createdAt: 4_000 }))).toEqual(nameOf());
      await store.close();
    });

    it('gives a released name to another account only after its quarantine', async () => {
      const store = await open();
      await store.holdings.claim(nameOf());
      await store.holdings.release('name', 'app', 2_000);
      const early = nameOf({ account: 'bob', createdAt: 1_999 + DAY_MS });
      expect(await store.holdings.claim(early)).toEqual(nameOf({ releasedAt: 2_000 }));
      const late = nameOf({ account: 'bob', createdAt: 2_000 + DAY_MS });
      expect(await store.holdings.claim(late)).toEqual(late);
      await store.close();
    });

    it('says that nobody holds what was never claimed', async () => {
      const store = await open();
      expect(await store.holdings.release('name', 'none', 1)).toBe(false);
      expect(await store.holdings.list()).toEqual([]);
      await store.close();
    });

    it('has one owner whichever of many claims comes first', async () => {
      const stores = await Promise.all([open(), open(), open()]);
      const claims = Array.from({ length: 30 }, (_, n) =>
        stores[n % 3]!.holdings.claim(nameOf({ account: `account-${n}` })),
      );
      expect(new Set((await Promise.all(claims)).map((holding) => holding.account)).size).toBe(1);
      await Promise.all(stores.map((store) => store.close()));
    });
  });

  describe(`${name} as a store of settings`, () => {
    it('keeps the first value of setOnce and the last of set', async () => {
      const [one, other] = await Promise.all([open(), open()]);
      expect(await one.settings.get('key')).toBeUndefined();
      expect(await one.settings.setOnce('key', 'first')).toBe('first');
      expect(await other.settings.setOnce('key', 'second')).toBe('first');
      await other.settings.set('key', 'third');
      expect(await one.settings.get('key')).toBe('third');
      expect(await one.settings.setOnce('key', 'fourth')).toBe('third');
      await Promise.all([one.close(), other.close()]);
    });

    it('keeps any text under any key', async () => {
      const store = await open();
      const keys = fc.oneof(fc.constantFrom('__proto__', 'constructor', '', "'; DROP TABLE setting; --"), fc.string());
      await fc.assert(
        fc.asyncProperty(keys, fc.string({ unit: 'grapheme', maxLength: 200 }), async (key, value) => {
          await store.settings.set(key, value);
          expect(await store.settings.get(key)).toBe(value);
        }),
        { numRuns: 50 },
      );
      await store.close();
    });

    it('may be closed twice', async () => {
      const store = await open();
      await store.close();
      await store.close();
    });
  });
}
