import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { World } from './admin.testkit.ts';
import { Guard } from './guard.ts';

let world: World;
let token: string;
beforeAll(async () => {
  world = await World.start();
  token = JSON.parse((await world.raw(request('POST', '/admin-token', { Host: 'localhost' }), 'socket')).body).token;
});
afterAll(() => world.stop());

function request(method: string, path: string, fields: Record<string, string>, extra = ''): string {
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}${extra}Connection: close\r\nContent-Length: 0\r\n\r\n`;
}

const OWN = { Host: '127.0.0.1:8081' };
/** The ways in which a web page of somebody else shows in a request. */
const FOREIGN: readonly (readonly [string, Record<string, string>])[] = [
  ['a rebound name', { Host: 'evil.example:8081' }],
  ['a name that only begins like ours', { Host: 'localhost.evil.example' }],
  ['an address of elsewhere', { Host: '203.0.113.7:8081' }],
  ['userinfo before our name', { Host: 'evil@localhost' }],
  ['an empty Host', { Host: '' }],
  ['a foreign Origin', { ...OWN, Origin: 'https://evil.example' }],
  ['our host under another scheme', { ...OWN, Origin: 'https://127.0.0.1:8081' }],
  ['our host at another port', { ...OWN, Origin: 'http://127.0.0.1:3000' }],
  ['Origin: null', { ...OWN, Origin: 'null' }],
  ['cross-site', { ...OWN, 'Sec-Fetch-Site': 'cross-site' }],
  ['same-site', { ...OWN, 'Sec-Fetch-Site': 'same-site' }],
  ['no-cors', { ...OWN, 'Sec-Fetch-Site': 'same-origin', 'Sec-Fetch-Mode': 'no-cors' }],
];
const UPGRADE = 'Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n';
const WAYS: readonly (readonly [string, string, string])[] = [
  ['GET', 'GET', ''],
  ['POST', 'POST', ''],
  ['WebSocket', 'GET', UPGRADE],
];

describe('a web page of somebody else', () => {
  for (const [how, fields] of FOREIGN) {
    for (const [way, method, extra] of WAYS) {
      it(`gets 403 for ${way} with ${how}, whatever token it has, on both listeners`, async () => {
        world.calls.length = 0;
        const before = world.metrics.errors['TK-1016'];
        const all = { ...fields, Authorization: `Bearer ${token}` };
        for (const path of ['/status', '/healthz']) {
          const reply = await world.raw(request(method, path, all, extra));
          expect(reply.status).toBe(403);
          expect(JSON.parse(reply.body).code).toBe('TK-1016');
        }
        expect((await world.raw(request(method, '/tokens', all, extra), 'socket')).status).toBe(403);
        expect(world.metrics.errors['TK-1016']).toBe(before + 3);
        expect(world.calls).toEqual([]);
      });
    }
  }

  it('is not repeated to: the connection is closed with the 403', async () => {
    const foreign = request('GET', '/status', { Host: 'evil.example' }).replace('Connection: close\r\n', '');
    const { head } = await world.raw(foreign + foreign);
    expect(head).toMatch(/connection: close/i);
  });
});

describe('a request of our own', () => {
  it.each([
    ['by curl', OWN],
    ['typed into the browser', { ...OWN, 'Sec-Fetch-Site': 'none', 'Sec-Fetch-Mode': 'navigate' }],
    [
      'of a page of ours',
      { ...OWN, Origin: 'http://127.0.0.1:8081', 'Sec-Fetch-Site': 'same-origin', 'Sec-Fetch-Mode': 'cors' },
    ],
    ['by name', { Host: 'LOCALHOST:1' }],
    ['over IPv6', { Host: '[::1]:8081' }],
  ])('%s passes', async (_how, fields) => {
    const reply = await world.raw(request('GET', '/status', { ...fields, Authorization: `Bearer ${token}` }));
    expect(reply.status).toBe(200);
  });

  it('that asks for an upgrade is answered without one', async () => {
    const reply = await world.raw(request('GET', '/healthz', OWN, UPGRADE));
    expect(reply.status).toBe(200);
    expect(reply.head).not.toMatch(/upgrade/i);
  });
});

describe('the guard', () => {
  it('knows the address it is bound to, and no other', () => {
    const guard = new Guard('192.168.1.5');
    expect(guard.foreign(['Host', '192.168.1.5:8081'])).toBeUndefined();
    expect(guard.foreign(['Host', '192.168.1.6:8081'])).toBeDefined();
    expect(new Guard('2001:DB8::1').foreign(['Host', '[2001:db8::1]'])).toBeDefined();
    expect(new Guard('2001:db8::1').foreign(['Host', '[2001:DB8::1]:80'])).toBeUndefined();
  });

  it('takes any address, but no name, when it is bound to all of them', () => {
    const guard = new Guard('0.0.0.0');
    for (const host of ['203.0.113.7', '[2001:db8::1]:80', 'localhost']) {
      expect(guard.foreign(['Host', host])).toBeUndefined();
    }
    for (const host of ['evil.example', '1.2.3', '[::g]', '127.1', '0x7f.1']) {
      expect(guard.foreign(['Host', host])).toBeDefined();
    }
  });

  it('refuses fields that come twice, whichever of them would pass', () => {
    const guard = new Guard('127.0.0.1');
    for (const name of ['Host', 'Origin', 'Sec-Fetch-Site', 'Sec-Fetch-Mode', 'Authorization']) {
      const fields = ['Host', 'localhost', name.toUpperCase(), 'none', name.toLowerCase(), 'none'];
      expect(guard.foreign(fields)).toMatch(/came twice/);
    }
  });
});
