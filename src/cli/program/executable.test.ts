// The single executable's whole walk, on a machine that has nothing else: no Node on the path, an empty home.
import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { EXECUTABLE, type Exposed, type Gateway, ROOT, World } from './program.testkit.ts';
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

function residentMegabytes(pid: number): string {
  const [, kibibytes] = /^Rss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))!;
  return `${((Number(kibibytes) * 1_024) / 1e6).toFixed(1)} MB`;
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
    const [serve, expose] = [gateway.running.pid, site.running.pid].map(residentMegabytes);
    console.log(`the executable's memory at start: serve ${serve}, expose ${expose}`);
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

  it('tells its status, stops cleanly, and has warned of nothing', async () => {
    const status = await ending(['status', '--json']);
    expect(status).toMatchObject({ exit: 0 });
    expect(status.stdout).toContain('walk');
    expect(await site.running.stop('SIGINT')).toBe(0);
    expect(await gateway.running.stop()).toBe(0);
    for (const { stderr } of [gateway.running, site.running]) expect(stderr).not.toMatch(/warning|experimental/i);
  });
});
