// The admin listener of a running gateway, as a scraper, an operator and a foreign web page meet it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { World } from './program.testkit.ts';
import { visit } from './visit.testkit.ts';

const world = new World();
let admin: URL;
let token: string;
let agentsToken: string;

beforeAll(async () => {
  const gateway = await world.serve();
  admin = new URL(`http://${gateway.ready.admin}`);
  agentsToken = new URL(gateway.ready.join).searchParams.get('token')!;
  await world.expose('1', ['--name', 'listed']);
  const made = world.tunnelkit(['token', 'create', '--admin']);
  expect(await made.exit).toBe(0);
  token = made.stdout.trim();
});
afterAll(() => world.close());

const ask = (path: string, headers: Record<string, string> = {}) => visit(new URL(path, admin), { headers });
const bearer = (text = token) => ({ authorization: `Bearer ${text}` });

it.each([
  ['/healthz', 'ok\n'],
  ['/readyz', 'ready\n'],
])('%s is open', async (path, text) => {
  expect(await ask(path)).toMatchObject({ status: 200, text });
});

describe.each(['/status', '/metrics'])('%s', (path) => {
  it('answers the admin token', async () => {
    const reply = await ask(path, bearer());
    expect(reply.status).toBe(200);
    expect(reply.text).toContain(path === '/status' ? 'http://listed.localhost' : '# TYPE tunnelkit_');
  });

  it("refuses whoever has none, and an agent's token", async () => {
    for (const headers of [{}, bearer(agentsToken)]) {
      const reply = await ask(path, headers);
      expect(reply.status).toBe(401);
      expect(reply.text).toContain('TK-1014');
    }
  });

  it.each([
    ['a foreign Host', { host: 'evil.example' }],
    ['a foreign Origin', { origin: 'https://evil.example' }],
  ])('refuses %s, even with the token', async (_what, headers) => {
    const reply = await ask(path, { ...bearer(), ...headers });
    expect(reply.status).toBe(403);
    expect(reply.text).toContain('TK-1016');
  });
});

it('a new admin token ends the one before', async () => {
  const made = world.tunnelkit(['token', 'create', '--admin', '--json']);
  await made.exit;
  const fresh = String(made.events[0]!.token);
  expect((await ask('/status', bearer())).status).toBe(401);
  expect((await ask('/status', bearer(fresh))).status).toBe(200);
});

it('tokens are not made over TCP, whatever token comes', async () => {
  expect((await visit(new URL('/tokens', admin), { method: 'POST', headers: bearer(), body: '{}' })).status).toBe(404);
});
