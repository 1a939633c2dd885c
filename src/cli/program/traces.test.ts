// What running programs leave about themselves beside what they say: the process list, diagnostic reports, files, terminals. No secret is
// there, but in the files of mode 0600 that are for it (S5). What the commands say is in `canary.test.ts`.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Canaries, TRACE, VISITOR } from './canaries.testkit.ts';
import { type Exposed, PROGRAM, type Running, type World } from './program.testkit.ts';
import { Tmux } from './tmux.testkit.ts';
import { visit } from './visit.testkit.ts';
import { call } from './wire.testkit.ts';

let canaries: Canaries;
let world: World;
let port: string;
let link: string;
let typed: Exposed;

beforeAll(async () => {
  canaries = await Canaries.plant();
  ({ world, port, link } = canaries);
  const secrets = ['--gateway', link, `--auth=ann:${canaries.password}`];
  typed = await world.expose(port, ['--name', 'typed', ...secrets, ...TRACE]);
});
afterAll(() => world.close());

const leaks = (text: string) => canaries.in(text);
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
    const fields = { cookie: `session=${VISITOR.cookie}`, authorization: `Bearer ${VISITOR.bearer}` };
    expect((await visit(new URL(`/headers?token=${VISITOR.query}`, open.url), { headers: fields })).status).toBe(200);
    expect(await visit(new URL('/abort', open.url), { headers: fields }).catch(() => 'cut')).toBe('cut');
    expect((await visit(new URL('/', typed.url), { headers: fields })).status).toBe(401);
    const wire = await call(open.url.port);
    wire.finish(`GET http://ann:${canaries.password}@${open.url.host}/ HTTP/1.1\r\nHost: ${open.url.host}\r\n\r\n`);
    expect(await wire.says('\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    await canaries.gateway.running.until(
      'the visit',
      () => canaries.gateway.running.stderr.includes('/headers?') || undefined,
    );
    await open.running.stop();
    expect(leaks(canaries.gateway.running.stderr)).toEqual([]);
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

const SYSTEMCTL = `#!/bin/sh
case "$*" in
  *is-system-running*) echo running ;;
  *show*) printf 'ActiveState=active\\nUnitFileState=enabled\\nMainPID=1\\n' ;;
esac
`;

describe('what is made for others to read', () => {
  it('holds none: completion, the names it offers, and the unit of a service', async () => {
    writeFileSync(join(world.makeFolder('bin'), 'systemctl'), SYSTEMCTL, { mode: 0o755 });
    const env = {
      PATH: `${world.path('bin')}:${world.env.PATH}`,
      TUNNELKIT_TOKEN: canaries.token,
      TUNNELKIT_GATEWAY: link,
    };
    for (const args of [
      ...['bash', 'zsh', 'fish', 'powershell', 'gateways'].map((shell) => ['completion', shell]),
      ['service', 'install', 'connect', '--user', '--config', canaries.configure('served.yaml')],
      ['service', 'status', '--user'],
    ]) {
      const running = world.tunnelkit(args, env);
      await running.exit;
      expect([args, leaks(running.stdout + running.stderr)]).toEqual([args, []]);
    }
    const unit = world.path('config/systemd/user/tunnelkit-connect.service');
    expect(leaks(readFileSync(unit, 'utf8'))).toEqual([]);
  });
});

describe('the folders of state', () => {
  it('hold the first token in the files that are for it, for nobody else to read, and no other secret', () => {
    const forIt = { 'tunnelkit/first-token': 0o600, 'tunnelkit/join-link': 0o600, 'tunnelkit/local-link': 0o600 };
    expect(canaries.filesIn('data')).toEqual(forIt);
    for (const name of Object.keys(forIt)) {
      expect(leaks(readFileSync(world.path('data', name), 'utf8'))).toEqual([canaries.token]);
    }
    expect(canaries.filesIn('config')).toEqual({ 'tunnelkit/gateways.json': 0o600 });
  });
});

describe('a terminal', () => {
  it('shows none while an agent runs on it at the loudest', async () => {
    canaries.configure('agent.yaml');
    const tmux = await Tmux.open(world, 100, 30);
    await tmux.type(`${PROGRAM} connect --config agent.yaml --log-level trace`);
    await tmux.until(({ text }) => text.includes('seen.localhost'));
    const { text } = await tmux.screen('-S', '-');
    expect(leaks(text)).toEqual([]);
    await tmux.keys('C-c');
    await tmux.close();
  });
});
