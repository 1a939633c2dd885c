// The request that is routed is the one that is judged (X21): whatever form its target has, and whichever fields say who asks.
import { describe, expect, it } from 'vitest';
import { limitValues } from '../../contract/limits.ts';
import { VirtualClock } from '../../pipe/memory/clock.ts';
import { FailedTries } from '../../router/failed-tries.ts';
import { Visitors } from '../visitors.testkit.ts';
import { policiesFor } from './index.ts';

const RIGHT = `Basic ${Buffer.from('ann:secret').toString('base64')}`;
const WRONG = `Basic ${Buffer.from('ann:guess').toString('base64')}`;

/** `shop.example` wants a password, `open.example` does not. */
async function world(): Promise<Visitors> {
  const visitors = await Visitors.open();
  const request = {
    id: 1,
    kind: 'http',
    target: '3000',
    name: undefined,
    port: undefined,
    auth: 'ann:secret',
  } as const;
  const tries = new FailedTries(new VirtualClock(), limitValues(), () => {});
  visitors.expose('shop.example', policiesFor({ ...request, allowIp: [], takeOver: false, pool: false }, tries));
  visitors.expose('open.example');
  return visitors;
}

const TARGETS = [
  ['origin-form', 'GET /', 'shop.example'],
  ['absolute-form', 'GET http://shop.example/', 'shop.example'],
  ['absolute-form beside another Host', 'GET http://shop.example/', 'open.example'],
  ['absolute-form in capitals with a port', 'GET HTTP://SHOP.EXAMPLE:80/', 'open.example'],
] as const;

const FIELDS: readonly (readonly [string, readonly string[], boolean])[] = [
  ['nothing', [], false],
  ['the password', [`Authorization: ${RIGHT}`], true],
  ['a wrong password', [`Authorization: ${WRONG}`], false],
  ['the password for a proxy', [`Proxy-Authorization: ${RIGHT}`], false],
  ['both, the right one for a proxy', [`Authorization: ${WRONG}`, `Proxy-Authorization: ${RIGHT}`], false],
  ['both, the wrong one for a proxy', [`Authorization: ${RIGHT}`, `Proxy-Authorization: ${WRONG}`], true],
  ['two passwords, the right one first', [`Authorization: ${RIGHT}`, `Authorization: ${WRONG}`], false],
  ['two passwords, the right one last', [`Authorization: ${WRONG}`, `Authorization: ${RIGHT}`], false],
];

describe.each(TARGETS)('a target in %s', (_form, line, host) => {
  it.each(FIELDS)(
    'with %s is let in only by the password of the exposure it goes to',
    async (_what, fields, passes) => {
      const visitors = await world();
      const visitor = visitors.visit(`${[`${line} HTTP/1.1`, `Host: ${host}`, ...fields].join('\r\n')}\r\n\r\n`);
      expect(visitors.opened.length).toBe(passes ? 1 : 0);
      if (!passes) expect(visitor.heard).toMatch(/^HTTP\/1\.1 4(?:00|01) /);
      else expect(visitors.last.request.authority.toLowerCase()).toMatch(/^shop\.example(?::80)?$/);
    },
  );
});

it('a target in absolute-form leads past no password: the Host of the protected exposure beside an open target', async () => {
  const visitors = await world();
  visitors.visit('GET http://open.example/ HTTP/1.1\r\nHost: shop.example\r\n\r\n');
  expect(visitors.last.request.authority).toBe('open.example');
});
