// What running programs leave about themselves beside what they say: the process list, diagnostic reports, files, terminals. No secret is
// there, but in the files of mode 0600 that are for it (S5). What the commands say is in `canary.test.ts`.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Exposed, type Gateway, PROGRAM, type Running, World } from './program.testkit.ts';
import { startSite } from './site.testkit.ts';
import { Tmux } from './tmux.testkit.ts';
import { visit } from './visit.testkit.ts';
import { call } from './wire.testkit.ts';

const TRACE = ['--log-level', 'trace', '--log-format', 'json'];
const PASSWORD = 'canary-in-the-mine-7319';
/** Of a visitor. */
const COOKIE = 'canary-of-a-cookie-2216';
const BEARER = 'canary-of-a-bearer-4483';
const QUERY = 'canary-of-a-query-9150';

const world = new World();
let gateway: Gateway;
let port: string;
let link: string;
let token: string;
let adminToken: string;
let typed: Exposed;

beforeAll(async () => {
  ({ port } = await startSite(world));
  gateway = await world.serve(TRACE);
  link = gateway.ready.join;
  token = /token=([^&]+)/.exec(link)![1]!;
  const made = world.tunnelkit(['token', 'create', '--admin', '--json']);
  await made.exit;
  adminToken = String(made.events[0]!.token);
  typed = await world.expose(port, ['--name', 'typed', '--gateway', link, `--auth=ann:${PASSWORD}`, ...TRACE]);
});
afterAll(() => world.close());

const secrets = () => [
  token,
  adminToken,
  PASSWORD,
  Buffer.from(`ann:${PASSWORD}`).toString('base64'),
  COOKIE,
  BEARER,
  QUERY,
];
const leaks = (text: string) => secrets().filter((secret) => text.includes(secret));
const ofProcess = (running: Running, file: string) => readFileSync(`/proc/${running.pid}/${file}`, 'utf8');

describe('the process list', () => {
  it('shows the command line with an ellipsis in the place of a link and of a password that were typed', () => {
    expect(leaks(ofProcess(typed.running, 'cmdline'))).toEqual([]);
    expect(ofProcess(typed.running, 'cmdline')).toMatch(
      /^tunnelkit expose \d+ .*--gateway tk:\/\/.*token=….* --auth=…/,
    );
    expect(ofProcess(typed.running, 'comm')).toMatch(/^tunnelkit/);
  });

  it('and who typed them is warned, without them', () => {
    expect(typed.running.stderr).toMatch(/warning: a join link on the command line.*login -/);
    expect(typed.running.stderr).toMatch(/warning: a password on the command line.*configuration file/);
    expect(leaks(typed.running.stderr + typed.running.stdout)).toEqual([]);
  });
});

describe('what a visitor gives away', () => {
  it('is in no log: cookies, fields of authorisation, passwords in URLs, tokens in queries', async () => {
    const open = await world.expose(port, ['--name', 'open', ...TRACE]);
    const fields = { cookie: `session=${COOKIE}`, authorization: `Bearer ${BEARER}` };
    expect((await visit(new URL(`/headers?token=${QUERY}`, open.url), { headers: fields })).status).toBe(200);
    expect(await visit(new URL('/abort', open.url), { headers: fields }).catch(() => 'cut')).toBe('cut');
    expect((await visit(new URL('/', typed.url), { headers: fields })).status).toBe(401);
    const wire = await call(open.url.port);
    wire.finish(`GET http://ann:${PASSWORD}@${open.url.host}/ HTTP/1.1\r\nHost: ${open.url.host}\r\n\r\n`);
    expect(await wire.says('\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    await gateway.running.until('the visit', () => gateway.running.stderr.includes('/headers?') || undefined);
    await open.running.stop();
    expect(leaks(gateway.running.stderr)).toEqual([]);
    expect(leaks(open.running.stdout + open.running.stderr)).toEqual([]);
  });
});

describe('a diagnostic report', () => {
  const reports = () => readdirSync(world.folder).filter((name) => /^report\..*\.json$/.test(name));
  /** Without names of hosts, which would be looked up. */
  const asked = (...when: string[]) => ({
    NODE_OPTIONS: [...when, '--report-exclude-network', `--report-directory=${world.folder}`].join(' '),
  });

  it('that is asked for by a signal holds no environment', async () => {
    const env = { ...asked('--report-on-signal'), TUNNELKIT_GATEWAY: link, HTTPS_PROXY: '' };
    const { running } = await world.expose(port, ['--name', 'reporting'], env);
    running.child.kill('SIGUSR2');
    await running.line(/report completed|Node.js report/i);
    const [report] = reports();
    expect(leaks(readFileSync(world.path(report!), 'utf8'))).toEqual([]);
    await running.stop();
  });

  it('is not written of a command line with a secret, which it would repeat', async () => {
    const before = reports();
    const env = asked('--report-on-signal', '--report-on-fatalerror', '--report-uncaught-exception');
    const { running } = await world.expose(port, ['--name', 'secretive', '--gateway', link], env);
    // Without reports nobody listens to this signal, which then ends the process.
    running.child.kill('SIGUSR2');
    await running.exit;
    expect(reports()).toEqual(before);
  });

  it('of a process that ran out of memory holds no environment', async () => {
    const env = { ...asked('--report-on-fatalerror', '--max-old-space-size=8'), TUNNELKIT_GATEWAY: link };
    const dying = world.tunnelkit(['expose', port, '--name', 'dying'], env);
    await dying.exit;
    const written = reports();
    for (const report of written) expect(leaks(readFileSync(world.path(report), 'utf8'))).toEqual([]);
    expect(leaks(dying.stderr)).toEqual([]);
    expect(written.length).toBeGreaterThan(1);
  });
});

/** Every file under `folder`, by its path there. */
function filesIn(folder: string): readonly string[] {
  const all = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return all.filter((name) => statSync(join(folder, name)).isFile());
}

describe('the folders of state', () => {
  it('hold the first token in the three files that are for it, and no other secret in any', async () => {
    const holding = filesIn(world.path('data')).filter(
      (name) => leaks(readFileSync(world.path('data', name), 'latin1')).length > 0,
    );
    expect(holding.toSorted()).toEqual(['tunnelkit/first-token', 'tunnelkit/join-link', 'tunnelkit/local-link']);
    for (const name of holding) {
      expect([name, statSync(world.path('data', name)).mode & 0o777]).toEqual([name, 0o600]);
      expect(leaks(readFileSync(world.path('data', name), 'latin1'))).toEqual([token]);
    }
    const configured = filesIn(world.path('config')).filter(
      (name) => leaks(readFileSync(world.path('config', name), 'latin1')).length > 0,
    );
    expect(configured).toEqual([]);
  });
});

describe('a terminal', () => {
  it('shows none while an agent runs on it at the loudest', async () => {
    writeFileSync(
      world.path('agent.yaml'),
      `gateway: ${link}\nexposures:\n  - target: ${port}\n    name: seen\n    auth: ann:${PASSWORD}\n`,
    );
    const tmux = await Tmux.open(world, 100, 30);
    await tmux.type(`${PROGRAM} connect --config agent.yaml --log-level trace`);
    await tmux.until(({ text }) => text.includes('seen.localhost'));
    const { text } = await tmux.screen('-S', '-');
    expect(leaks(text)).toEqual([]);
    await tmux.keys('C-c');
    await tmux.close();
  });
});
