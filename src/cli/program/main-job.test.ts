// The main job through the real program: a gateway, an agent, an origin, visitors.
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type Exposed, type Gateway, World } from './program.testkit.ts';
import { startSite } from './site.testkit.ts';
import { begin, digest, keyedBytes, visit } from './visit.testkit.ts';

describe('a site that is exposed', () => {
  const world = new World();
  let gateway: Gateway;
  let site: Exposed;

  beforeAll(async () => {
    const { port } = await startSite(world);
    gateway = await world.serve();
    site = await world.expose(port, ['--name', 'site']);
  });
  afterAll(() => world.close());

  const at = (path: string) => new URL(path, site.url);

  it('has one URL on stdout and nothing else there', async () => {
    expect(site.url.hostname).toBe('site.localhost');
    const plain = world.tunnelkit(['expose', site.url.port, '--name', 'second']);
    await plain.line(/^http:.*\n/m);
    expect(plain.stdout).toBe(`http://second.localhost:${site.url.port}\n`);
    expect(await plain.stop()).toBe(0);
    expect(plain.stdout.split('\n')).toHaveLength(2);
  });

  it('answers as the origin does', async () => {
    const reply = await visit(at('/'));
    expect(reply.status).toBe(200);
    expect(reply.text).toContain('It works');
    expect((await visit(at('/nothing'))).status).toBe(404);
  });

  it('sees Host as the visitor sent it and who the visitor was', async () => {
    const { fields } = JSON.parse(
      (await visit(at('/headers'), { headers: { 'X-Forwarded-For': '6.6.6.6' } })).text,
    ) as { fields: string[] };
    const value = (name: string) =>
      fields[fields.findIndex((field, i) => i % 2 === 0 && field.toLowerCase() === name) + 1];
    expect(value('host')).toBe(site.url.host);
    expect(value('x-forwarded-for')).toBe('127.0.0.1');
    expect(value('x-forwarded-proto')).toBe('http');
    expect(value('via')).toContain('tunnelkit');
  });

  it('takes an upload whole, with a length and chunked', async () => {
    const size = 3_000_001;
    const expected = await digest(keyedBytes(size));
    for (const headers of [{ 'content-length': size }, { 'transfer-encoding': 'chunked' }]) {
      const reply = await visit(at('/upload'), { method: 'POST', headers, body: keyedBytes(size) });
      expect(JSON.parse(reply.text)).toEqual(expected);
    }
  });

  it('passes events one by one', async () => {
    const response = await begin(at('/events?interval=50&count=5'));
    const arrivals: number[] = [];
    for await (const chunk of response) {
      for (const [, sent] of String(chunk).matchAll(/^data: (\d+)$/gm)) arrivals.push(Date.now() - Number(sent));
    }
    expect(arrivals).toHaveLength(5);
    console.log(`events arrived after ${arrivals.join(', ')} ms`);
    // Promised: 50 ms; asserted at five times that, because the machine is shared.
    expect(Math.max(...arrivals)).toBeLessThan(250);
  });

  it('talks WebSocket both ways', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${site.url.port}/ws`, { headers: { host: site.url.host } });
    await once(socket, 'open');
    for (const size of [0, 1, 125, 126, 65_536, 1_000_000]) {
      const sent = Buffer.alloc(size, size % 251);
      socket.send(sent);
      const [echoed] = (await once(socket, 'message')) as [Buffer];
      expect(echoed.equals(sent)).toBe(true);
    }
    socket.close(4001, 'enough');
    expect((await once(socket, 'close')).map(String)).toEqual(['4001', 'enough']);
  });

  it('shows an abort of the origin as an abort', async () => {
    // On a busy machine the reset overtakes the head.
    await expect(begin(at('/abort')).then(digest)).rejects.toThrow(/aborted|ECONNRESET/);
  });

  it('is a 404 under a name nobody has, with a code and no dial', async () => {
    const reply = await visit(new URL(site.url.href.replace('site.', 'nobody.')), {
      headers: { accept: 'application/json' },
    });
    expect(reply.status).toBe(404);
    expect(reply.headers['proxy-status']).toContain('TK-3001');
    expect(JSON.parse(reply.text)).toMatchObject({ code: 'TK-3001' });
  });

  it('is listed by status and names', async () => {
    const status = world.tunnelkit(['status', '--json']);
    expect(await status.exit).toBe(0);
    expect(status.stdout).toContain('site');
    const names = world.tunnelkit(['names', 'list']);
    expect(await names.exit).toBe(0);
    expect(names.stdout).toContain('site');
    expect(gateway.running.stderr).not.toContain('tkt_');
  });
});

describe('other targets', () => {
  const world = new World();
  beforeAll(() => world.serve());
  afterAll(() => world.close());

  it('may be a directory, with an index, ranges and no way out', async () => {
    const folder = world.makeFolder('public');
    writeFileSync(`${folder}/index.html`, '<h1>index</h1>');
    writeFileSync(`${folder}/.secret`, 'hidden');
    writeFileSync(world.path('outside.txt'), 'outside');
    const { url } = await world.expose(folder);
    expect((await visit(url)).text).toBe('<h1>index</h1>');
    expect((await visit(new URL('/index.html', url), { headers: { range: 'bytes=4-8' } })).text).toBe('index');
    for (const path of ['/.secret', '/../outside.txt', '/%2e%2e/outside.txt', '/..%2foutside.txt']) {
      const reply = await visit(Object.assign(new URL(url), { pathname: path }));
      expect(reply.text).not.toMatch(/hidden|outside$/);
    }
  });

  it('may be a Unix socket', async () => {
    const path = world.path('origin.sock');
    const server = createServer((_request, response) => response.end('over a Unix socket')).listen(path);
    await once(server, 'listening');
    const { url } = await world.expose(`unix:${path}`);
    expect((await visit(url)).text).toBe('over a Unix socket');
    server.close();
  });

  it('keeps its name without being asked to, for the same target', async () => {
    const { running, url } = await world.expose('tcp://127.0.0.1:9');
    await running.stop();
    const again = await world.expose('tcp://127.0.0.1:9');
    expect(again.url.href).toBe(url.href);
  });

  it('that is down is a clear 502 and flows when it is up', async () => {
    const server = createServer((_request, response) => response.end('up')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    server.close();
    await once(server, 'close');
    const { url } = await world.expose(String(port));
    const down = await visit(url);
    expect(down.status).toBe(502);
    expect(down.headers['proxy-status']).toContain('TK-2001');
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    expect((await visit(url)).text).toBe('up');
    server.close();
  });

  it('may be protected by a password and by address', async () => {
    const folder = world.makeFolder('private');
    writeFileSync(`${folder}/index.html`, 'private');
    const { url } = await world.expose(folder, ['--auth', 'ann:secret', '--name', 'protected']);
    expect((await visit(url)).status).toBe(401);
    const headers = { authorization: `Basic ${Buffer.from('ann:secret').toString('base64')}` };
    expect((await visit(url, { headers })).text).toBe('private');
    const elsewhere = await world.expose(folder, ['--allow-ip', '203.0.113.0/24', '--name', 'elsewhere']);
    expect((await visit(elsewhere.url)).status).toBe(403);
  });
});
