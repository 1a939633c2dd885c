// A gateway without a domain, and agents of other machines: they dial this one by its outer address, so it cannot tell them from such.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freeRange, type Gateway, World } from './program.testkit.ts';
import { startSite } from './site.testkit.ts';
import { visit } from './visit.testkit.ts';

const world = new World();
const outer = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .find(({ internal, family }) => !internal && family === 'IPv4')?.address;
const everywhere = ['--http', ':0', '--https', ':0'];
const range = await freeRange(8);
const [first, last] = range.split('-').map(Number) as [number, number];
let site: string;
let gateway: Gateway;

beforeAll(async () => {
  if (outer === undefined) throw new Error('this test needs an IPv4 address beside loopback');
  site = (await startSite(world)).port;
  gateway = await world.serve([...everywhere, '--tcp-ports', range]);
});
afterAll(() => world.close());

/** A link for somebody else. */
async function linkFor(account: string): Promise<string> {
  const made = world.tunnelkit(['token', 'create', '--account', account, '--json']);
  await made.exit;
  return String(made.events[0]!.join);
}

const inRange = (url: URL) => {
  expect(Number(url.port)).toBeGreaterThanOrEqual(first);
  expect(Number(url.port)).toBeLessThanOrEqual(last);
};

describe('HTTP of another machine', () => {
  it('goes by a port of --tcp-ports, under the address its agent dialled, and works', async () => {
    expect(gateway.ready.join).toContain(`tk://${outer}:`);
    const { running, url } = await world.expose(site, ['--gateway', gateway.ready.join]);
    expect(url.origin).toBe(`http://${outer}:${url.port}`);
    inRange(url);
    // Whether it is usable was found out without a visit.
    expect(running.events.map(({ type }) => type)).not.toContain('request');
    expect(running.stderr.replace(/^warning: a join link on the command line.*\n/, '')).not.toContain('warning');
    expect(await (await fetch(url)).text()).toContain('It works');
    // Whatever Host says: the port belongs to one exposure.
    expect((await visit(url, { headers: { host: 'any.example' } })).status).toBe(200);
    await running.stop();
  });

  it('that asks for a name is told that there are none, and how to get them', async () => {
    const { running } = await world.expose(site, ['--gateway', gateway.ready.join, '--name', 'wanted']);
    await running.line(/warning: the name "wanted" is not used: .*--domain/);
    await running.stop();
  });

  it('goes under --public-host where that is given', async () => {
    const other = new World();
    const named = await other.serve([...everywhere, '--public-host', 'gw.example.test']);
    expect(named.ready.join).toContain('tk://gw.example.test:');
    const link = named.ready.join.replace('gw.example.test', outer!);
    const { url } = await other.expose(site, ['--gateway', link]);
    expect(url.hostname).toBe('gw.example.test');
    expect((await visit(url)).text).toContain('It works');
    await other.close();
  });
});

describe('a TCP port', () => {
  const ending = async (args: readonly string[]) => {
    const running = world.tunnelkit(['expose', `tcp://127.0.0.1:${site}`, ...args], {
      XDG_CONFIG_HOME: world.path('guest'),
    });
    return { exit: await running.exit, stderr: running.stderr };
  };

  it('that is asked for is given', async () => {
    const { running, url } = await world.expose(`tcp://127.0.0.1:${site}`, ['--port', String(last)]);
    expect(url.href).toBe(`tcp://localhost:${last}`);
    const socket = connect(last, '127.0.0.1').setEncoding('utf8');
    socket.write('GET / HTTP/1.0\r\n\r\n');
    let text = '';
    for await (const chunk of socket) text += chunk;
    expect(text).toContain('It works');
    await running.stop();
  });

  it('that another account holds is TK-1006, exit 7', async () => {
    const guest = await linkFor('guest');
    const { exit, stderr } = await ending(['--gateway', guest, '--port', String(last)]);
    expect(exit).toBe(7);
    expect(stderr).toContain('TK-1006');
  });

  it('that another program listens at is TK-1006, exit 7, and nobody holds it afterwards', async () => {
    const server = createServer().listen(last - 1, '::');
    await once(server, 'listening');
    const { exit, stderr } = await ending(['--gateway', gateway.ready.join, '--port', String(last - 1)]);
    expect(exit).toBe(7);
    expect(stderr).toContain('TK-1006');
    expect(stderr).toContain(String(last - 1));
    server.close();
    const names = world.tunnelkit(['names', 'list']);
    await names.exit;
    expect(names.stdout).not.toContain(`port ${last - 1}`);
  });

  it('outside of --tcp-ports is TK-1004, exit 4', async () => {
    const { exit, stderr } = await ending(['--gateway', gateway.ready.join, '--port', String(last + 1)]);
    expect(exit).toBe(4);
    expect(stderr).toContain('TK-1004');
  });
});

it('ports are the same after a restart of gateway and agents', async () => {
  const targets = [site, `http://127.0.0.1:${site}`, `tcp://127.0.0.1:${site}`];
  const links = { gateway: ['--gateway', gateway.ready.join] };
  const open = () => Promise.all(targets.map((target) => world.expose(target, links.gateway)));
  const ports = (exposed: Awaited<ReturnType<typeof open>>) => exposed.map(({ url }) => url.port);
  const before = await open();
  await Promise.all(before.map(({ running }) => running.stop()));
  expect(await gateway.running.stop()).toBe(0);
  gateway = await world.serve([...everywhere, '--tcp-ports', range]);
  links.gateway = ['--gateway', gateway.ready.join];
  expect(ports(await open())).toEqual(ports(before));
});
