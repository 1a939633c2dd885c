// The single executable's whole walk, on a machine that has nothing else: no Node on the path, an empty home.
import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { Pebble } from './pebble.testkit.ts';
import { EXECUTABLE, type Exposed, freePort, type Gateway, ROOT, World } from './program.testkit.ts';
import { visitSecurely } from './secure-visit.testkit.ts';
import { startSite } from './site.testkit.ts';
import { digest, keyedBytes, visit } from './visit.testkit.ts';
import { call } from './wire.testkit.ts';

const STARTS = 10;
/** Promised: 100 ms, warm; asserted at five times that, because the machine is shared. */
const START_MS_MAX = 500;

const world = new World(EXECUTABLE);
/** Nothing on the path, and an environment that would change what any other Node program does. */
const BARE = { PATH: '/nonexistent' };
let gateway: Gateway;
let site: Exposed;
let sitePort: string;

beforeAll(async () => {
  sitePort = (await startSite(world)).port;
  gateway = await world.serve([], BARE);
});
afterAll(() => world.close());

async function ending(args: readonly string[], env: Readonly<Record<string, string>> = BARE) {
  const running = world.tunnelkit(args, env);
  return { exit: await running.exit, stdout: running.stdout, stderr: running.stderr };
}

/** What is resident, what of it no other process has (the rest is the file of the executable), and its fair share. */
function memory(pid: number): string {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const [resident, anonymous, share] = ['Rss', 'Anonymous', 'Pss'].map((row) => {
    const [, kibibytes] = new RegExp(`^${row}:\\s+(\\d+) kB$`, 'm').exec(rollup)!;
    return ((Number(kibibytes) * 1_024) / 1e6).toFixed(0);
  });
  return `${resident} MB resident, ${anonymous} of them anonymous, ${share} in proportion`;
}

describe('the executable', () => {
  it('answers --version at once, with nothing on stderr', async () => {
    const { version } = JSON.parse(readFileSync(`${ROOT}/package.json`, 'utf8')) as { version: string };
    const took: number[] = [];
    for (let start = 0; start < STARTS; start++) {
      const begun = performance.now();
      expect(await ending(['--version'])).toEqual({ exit: 0, stdout: `${version}\n`, stderr: '' });
      took.push(performance.now() - begun);
    }
    const [fastest, median] = [Math.min(...took), took.sort((a, b) => a - b)[STARTS / 2]!];
    console.log(
      `the executable: ${(statSync(EXECUTABLE).size / 1e6).toFixed(1)} MB; --version in ${fastest.toFixed(0)} ms at best, ${median.toFixed(0)} ms in the median of ${STARTS}`,
    );
    expect(median).toBeLessThan(START_MS_MAX);
  });

  it('heeds no NODE_OPTIONS: they are meant for other programs', async () => {
    const child = world.start('executable', EXECUTABLE, ['--version'], { NODE_OPTIONS: '--no-such-option' });
    expect([await child.exit, child.stderr]).toEqual([0, '']);
  });

  it('logs in and publishes a site', async () => {
    const login = await ending(['login', '--as', 'here', gateway.ready.join]);
    expect(login).toMatchObject({ exit: 0 });
    site = await world.expose(sitePort, ['--gateway', 'here', '--name', 'walk'], BARE);
    expect((await visit(site.url)).text).toContain('It works');
    const [serve, expose] = [gateway.running.pid, site.running.pid].map(memory);
    console.log(`the executable's memory: serve ${serve}; expose ${expose}`);
  });

  it('takes an upload whole', async () => {
    const size = 3_000_001;
    const asked = { method: 'POST', headers: { 'content-length': size }, body: keyedBytes(size) };
    const reply = await visit(new URL('/upload', site.url), asked);
    expect(JSON.parse(reply.text)).toEqual(await digest(keyedBytes(size)));
  });

  it('talks WebSocket both ways', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${site.url.port}/ws`, { headers: { host: site.url.host } });
    await once(socket, 'open');
    socket.send('echoed');
    expect(String((await once(socket, 'message'))[0])).toBe('echoed');
    socket.close();
    await once(socket, 'close');
  });

  it('publishes TCP by port, and goes through a WebSocket where it is told to', async () => {
    const echo = world.start('echo', process.execPath, [`${ROOT}/fixtures/origins/tcp-echo.js`, '0']);
    const [port] = await echo.line(/\d+/);
    const args = ['--gateway', 'here', '--transport', 'ws'];
    const { url, running } = await world.expose(`tcp://127.0.0.1:${port}`, args, BARE);
    const wire = await call(url.port);
    wire.send('hello');
    await wire.says('hello');
    wire.finish();
    expect(await running.stop('SIGINT')).toBe(0);
  });

  it('finds nothing wrong with the gateway, the login and the site', async () => {
    const examined = await ending(['doctor', sitePort, '--gateway', 'here', '--json']);
    expect(examined).toMatchObject({ exit: 0 });
    expect(examined.stdout).toMatch(/"type":"diagnosis".*"exit":0/);
  });

  it('measures itself', async () => {
    const tiny = ['http.c1', '--runs', '1', '--seconds', '0.05', '--origin', 'own'];
    const measured = await ending(['bench', ...tiny, '--json', 'bench.json'], { ...BARE, TMPDIR: world.folder });
    expect(measured, measured.stderr).toMatchObject({ exit: 0 });
    const { figures } = JSON.parse(readFileSync(world.path('bench.json'), 'utf8')) as { figures: { id: string }[] };
    expect(figures.map(({ id }) => id)).toContain('http.c1');
  });

  it('tells its status, stops cleanly, and has warned of nothing', async () => {
    const status = await ending(['status', '--json']);
    expect(status).toMatchObject({ exit: 0 });
    expect(status.stdout).toContain('walk');
    expect(await site.running.stop('SIGINT')).toBe(0);
    expect(await gateway.running.stop()).toBe(0);
    for (const { stderr } of [gateway.running, site.running]) expect(stderr).not.toMatch(/warning|experimental/i);
  });
});

describe('the executable, on a server with a domain', () => {
  const server = new World(EXECUTABLE);
  afterAll(() => server.close());

  it('gets certificates, and a laptop publishes with them what browsers trust', async () => {
    const httpPort = await freePort();
    const pebble = await Pebble.start(server, { httpPort });
    const args = ['--domain', 'example.test', '--http', `127.0.0.1:${httpPort}`, ...pebble.args];
    const { running, ready } = await server.serve(args, { ...BARE, ...pebble.trusting });
    // The domain of a test leads nowhere.
    const link = ready.join.replace(/tk:\/\/[^/]+/, `tk://${ready.agents as string}`);
    expect(await ending(['login', '--as', 'server', link])).toMatchObject({ exit: 0 });
    const { url, running: agent } = await world.expose(sitePort, ['--gateway', 'server', '--name', 'walk'], BARE);
    expect(url.href).toMatch(/^https:\/\/walk\.example\.test:/);
    expect((await visitSecurely(url, { ca: await pebble.root() })).text).toContain('It works');
    expect(await agent.stop('SIGINT')).toBe(0);
    expect(await running.stop()).toBe(0);
  });
});
