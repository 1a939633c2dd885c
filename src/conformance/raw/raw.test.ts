import { afterEach, beforeEach, expect, it } from 'vitest';
import { identity } from '../fronts/front.ts';
import { finWithoutNotify, RawOrigin } from './origin.ts';
import { dial } from './visitor.ts';
import type { Wire } from './wire.ts';

const PATIENCE_MS = 10_000;
const NEVER_MS = 50;

let plain: RawOrigin;
let secure: RawOrigin;
beforeEach(async () => {
  plain = await RawOrigin.listen();
  secure = await RawOrigin.listen(identity());
});
afterEach(() => {
  plain.close();
  secure.close();
});

/** A visitor and the origin's end of its connection. */
async function pair(origin: RawOrigin, sni?: string) {
  const arrived = new Promise<Wire>((arrive) => {
    origin.welcome = arrive;
  });
  return [await dial({ port: origin.port, sni }), await arrived] as const;
}

it.each(['plain', 'TLS'])('bytes arrive as they were sent, both ways, over %s', async (kind) => {
  const [visitor, origin] = await pair(kind === 'plain' ? plain : secure, kind === 'plain' ? undefined : 'a.localhost');
  visitor.send('a\0\xff\r\n');
  origin.send(Buffer.from([1, 2]));
  expect(await origin.until(() => origin.bytes === 5, PATIENCE_MS)).toBe(true);
  expect(await visitor.until(() => visitor.bytes === 2, PATIENCE_MS)).toBe(true);
  expect([origin.text, visitor.text]).toEqual(['a\0\xff\r\n', '\x01\x02']);
});

it('FIN is told from RST, and a half-closed connection still carries', async () => {
  const [visitor, origin] = await pair(plain);
  visitor.fin();
  expect(await origin.ends(PATIENCE_MS)).toBe('fin');
  origin.send('late');
  expect(await visitor.until(() => visitor.text === 'late', PATIENCE_MS)).toBe(true);
  origin.rst();
  expect(await visitor.ends(PATIENCE_MS)).toBe('rst');
});

it('what does not come in time is told', async () => {
  const [visitor] = await pair(plain);
  expect(await visitor.until(() => visitor.bytes > 0, NEVER_MS)).toBe(false);
  expect(await visitor.ends(NEVER_MS)).toBe('open');
  expect(await plain.take(plain.wires.length, NEVER_MS)).toBeUndefined();
});

it('those who only look are let in and are gone before anybody else is counted', async () => {
  const looked = plain.looked(2, PATIENCE_MS);
  for (const [visitor] of [await pair(plain), await pair(plain)]) visitor.fin();
  await looked;
  expect(plain.wires).toEqual([]);
  await expect(plain.looked(1, NEVER_MS)).rejects.toThrow('0 of 1');
});

it('TLS can end without close_notify', async () => {
  const [visitor, origin] = await pair(secure, 'a.localhost');
  origin.send('x');
  await visitor.until(() => visitor.bytes === 1, PATIENCE_MS);
  finWithoutNotify(origin);
  expect(await visitor.ends(PATIENCE_MS)).toBe('fin');
});

it('clearing ends every connection and waits for the other side', async () => {
  const [visitor] = await pair(plain);
  const cleared = plain.clear(PATIENCE_MS);
  expect(await visitor.ends(PATIENCE_MS)).toBe('fin');
  visitor.fin();
  for (const wire of [visitor]) wire.socket.destroy();
  await cleared;
  expect(plain.wires).toEqual([]);
});
