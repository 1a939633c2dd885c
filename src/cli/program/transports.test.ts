// The ways an agent reaches its gateway, through the program.

import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Gateway, World } from './program.testkit.ts';
import { visit } from './visit.testkit.ts';

const world = new World();
let gateway: Gateway;
let folder: string;
beforeAll(async () => {
  gateway = await world.serve();
  folder = world.makeFolder('public');
  writeFileSync(`${folder}/index.html`, 'arrived');
});
afterAll(() => world.close());

describe('an agent', () => {
  it.each(['tls', 'ws'])('comes over %s when told to', async (transport) => {
    const agent = await world.expose(folder, ['--transport', transport, '--name', `by-${transport}`]);
    expect(agent.running.events.find((event) => event.type === 'connected')).toMatchObject({ transport });
    expect((await visit(agent.url)).text).toBe('arrived');
    await agent.running.stop();
  });

  it('takes TLS by itself, and says nothing of transports', async () => {
    const agent = await world.expose(folder, ['--name', 'auto']);
    await agent.running.line(/connected over tls/);
    expect(agent.running.stderr).not.toContain('WebSocket');
    await agent.running.stop();
  });

  it('falls back to a WebSocket where a proxy stands before the gateway, and says so', async () => {
    let tunnels = 0;
    const proxy = createServer((socket) => {
      socket.once('data', (head) => {
        const [, host, port] = /^CONNECT ([^:]+):(\d+) /.exec(String(head)) ?? [];
        tunnels += 1;
        import('node:net').then(({ connect }) => {
          const onward = connect({ host: host === 'gateway.example' ? '127.0.0.1' : host!, port: Number(port) });
          onward.on('connect', () => socket.write('HTTP/1.1 200 Connected\r\n\r\n'));
          onward.on('error', () => socket.destroy());
          socket.on('error', () => onward.destroy());
          socket.pipe(onward).pipe(socket);
        });
      });
    }).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const { port } = proxy.address() as { port: number };
    const link = gateway.ready.join.replace(/tk:\/\/[^:]+/, 'tk://gateway.example');
    const env = { HTTPS_PROXY: `http://ann:secret@127.0.0.1:${port}` };
    // Only the proxy knows that name, so what arrives went through it. The probe of the URL does not, and only warns.
    const agent = world.tunnelkit(['expose', folder, '--gateway', link, '--json', '--name', 'proxied'], env);
    const { url } = await agent.event('ready');
    await agent.line(/WebSocket.*proxy/i);
    expect(agent.stderr).not.toContain('secret');
    expect(tunnels).toBeGreaterThan(0);
    expect((await visit(new URL(String(url)))).text).toBe('arrived');
    await agent.stop();
    proxy.close();
  });
});

describe('--insecure', () => {
  it('works where both ends spell it out, and only there', async () => {
    const open = new World();
    const plain = await open.serve(['--insecure']);
    const link = plain.ready.join.replace(/:\d+\//, `:${plain.ready.http.split(':').at(-1)}/`);
    const agent = await open.expose(folder, ['--insecure', '--gateway', link]);
    expect(agent.running.events.find((event) => event.type === 'connected')).toMatchObject({ transport: 'tcp' });
    expect((await visit(agent.url)).text).toBe('arrived');
    const secure = gateway.ready.join.replace(/:\d+\//, `:${gateway.ready.http.split(':').at(-1)}/`);
    const refused = world.tunnelkit(['expose', folder, '--insecure', '--transport', 'tcp', '--gateway', secure]);
    expect(await refused.exit).toBe(5);
    const alone = world.tunnelkit(['expose', folder, '--transport', 'tcp']);
    expect(await alone.exit).toBe(2);
    await open.close();
  });
});
