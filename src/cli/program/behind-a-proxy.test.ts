// A reverse proxy in front of the gateway: whose word on the visitor's address counts, and nginx as its sample configuration has it.
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { startNginx } from './nginx.testkit.ts';
import { type Gateway, World } from './program.testkit.ts';
import { TestAuthority, visitSecurely } from './secure-visit.testkit.ts';
import { startSite } from './site.testkit.ts';

const DOMAIN = 'example.test';
const PROXY = '127.0.0.1';
const world = new World();
const authority = await TestAuthority.make();
let gateway: Gateway;
let site: string;

beforeAll(async () => {
  site = (await startSite(world)).port;
  gateway = await world.serve(['--domain', DOMAIN, '--trusted-proxy', `${PROXY}/32`]);
});
afterAll(() => world.close());

const gatewayPort = () => gateway.ready.http.split(':').at(-1)!;

/** A visit from an address of this machine, with what it says of who sent it. */
async function statusFrom(localAddress: string, host: string, forwardedFor: string | undefined): Promise<number> {
  const headers = { host, ...(forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor }) };
  const sent = request({ host: '127.0.0.1', port: gatewayPort(), localAddress, headers, agent: false }).end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  response.resume();
  return response.statusCode!;
}

describe('--allow-ip', () => {
  beforeAll(async () => {
    await world.expose(site, ['--name', 'guarded', '--allow-ip', '203.0.113.0/24']);
  });

  it.each([
    ['the trusted proxy, for an address that is allowed', PROXY, '203.0.113.7', 200],
    ['the trusted proxy, for one that is not', PROXY, '198.51.100.7', 403],
    ['the trusted proxy, for a stranger who says he is allowed', PROXY, '203.0.113.7, 198.51.100.7', 403],
    ['the trusted proxy, for itself', PROXY, undefined, 403],
    ['a stranger who says he is allowed', '127.0.0.9', '203.0.113.7', 403],
  ])('hears %s', async (_who, from, forwardedFor, status) => {
    expect(await statusFrom(from, `guarded.${DOMAIN}`, forwardedFor)).toBe(status);
  });
});

describe('nginx in front', () => {
  let port: number;
  let url: URL;
  beforeAll(async () => {
    port = await startNginx(world, { authority, domain: DOMAIN, gatewayPort: gatewayPort() });
    const link = gateway.ready.join.replace(/tk:\/\/[^/]+/, `tk://127.0.0.1:${port}`);
    const agent = await world.expose(site, ['--name', 'proxied', '--transport', 'ws', '--gateway', link]);
    expect(agent.running.events.find(({ type }) => type === 'connected')).toMatchObject({ transport: 'ws' });
    url = new URL(`https://proxied.${DOMAIN}:${port}`);
  });

  it('lets visitors through to an agent that came through it too', async () => {
    const reply = await visitSecurely(new URL('/headers', url), { ca: authority.pem });
    expect(reply.status).toBe(200);
    const { fields } = JSON.parse(reply.text) as { fields: string[] };
    const value = (name: string) => fields[fields.findIndex((field) => field.toLowerCase() === name) + 1];
    expect(value('host')).toBe(url.host);
    expect(value('x-forwarded-proto')).toBe('https');
  });

  it('lets WebSockets through', async () => {
    const options = { ca: authority.pem, servername: url.hostname, headers: { host: url.host } };
    const socket = new WebSocket(`wss://127.0.0.1:${port}/ws`, options);
    await once(socket, 'open');
    socket.send('through nginx');
    const [echoed] = await once(socket, 'message');
    expect(String(echoed)).toBe('through nginx');
    socket.terminate();
  });

  it('lets an agent without a transport of choice through, which falls back by itself', async () => {
    const link = gateway.ready.join.replace(/tk:\/\/[^/]+/, `tk://127.0.0.1:${port}`);
    const agent = await world.expose(site, ['--name', 'fallen', '--gateway', link]);
    await agent.running.line(/WebSocket/);
    const reply = await visitSecurely(new URL(`https://fallen.${DOMAIN}:${port}`), { ca: authority.pem });
    expect(reply.text).toContain('It works');
  });
});
