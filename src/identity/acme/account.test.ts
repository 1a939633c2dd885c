// The account at a real ACME server.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshKey, register } from './account.ts';
import { KeeperWorld } from './keeper.testkit.ts';
import { AcmeWire } from './wire.ts';

let world: KeeperWorld;
beforeAll(async () => {
  world = await KeeperWorld.make();
});
afterAll(() => world.close());

const wireWith = (accountKey: string) =>
  new AcmeWire({
    directory: world.pebble.directory,
    accountKey,
    software: 'tests',
    requestMs: 10_000,
    proxies: {},
    signal: new AbortController().signal,
    now: () => Date.now(),
  });
const contactOf = async (wire: AcmeWire, account: string) =>
  ((await wire.post('account', account, null, account)).data as { contact?: unknown }).contact;

describe('an account', () => {
  it('is the same for the same key, and told the address where it may be written to', async () => {
    const key = freshKey();
    const account = await register(wireWith(key), undefined);
    expect(await register(wireWith(key), 'ops@example.com')).toBe(account);
    expect(await contactOf(wireWith(key), account)).toEqual(['mailto:ops@example.com']);
    expect(await register(wireWith(key), undefined)).toBe(account);
    expect(await contactOf(wireWith(key), account)).toEqual(['mailto:ops@example.com']);
    expect(world.pebble.accounts).toBe(1);
  });

  it('of another key is another one', async () => {
    const [one, two] = await Promise.all([freshKey(), freshKey()].map((key) => register(wireWith(key), undefined)));
    expect(one).not.toBe(two);
  });

  it('with an address that the authority does not take is refused', async () => {
    await expect(register(wireWith(freshKey()), 'öps@example.com')).rejects.toMatchObject({ code: 'TK-6007' });
  });
});
