// Secrets that are known to the test, through every command, at trace, with failures: they are in no line, no page and no command line.
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Gateway, Running, World } from './program.testkit.ts';
import { startSite } from './site.testkit.ts';
import { visit } from './visit.testkit.ts';

const PASSWORD = 'canary-in-the-mine-7319';
const TRACE = ['--log-level', 'trace', '--log-format', 'json'];
const BASIC = Buffer.from(`ann:${PASSWORD}`).toString('base64');

const world = new World();
const said: string[] = [];
let gateway: Gateway;
let port: string;
let join: string;
let token: string;
let adminToken: string;

beforeAll(async () => {
  ({ port } = await startSite(world));
  gateway = await world.serve(TRACE);
  ({ join } = gateway.ready);
  token = /token=([^&]+)/.exec(join)![1]!;
  const made = world.tunnelkit(['token', 'create', '--admin', '--json']);
  await made.exit;
  adminToken = String(made.events[0]!.token);
});
afterAll(() => world.close());

/** Each secret in every form in which it could leak. */
const secrets = () => [token, encodeURIComponent(token), PASSWORD, BASIC, adminToken];
const leaks = (text: string) => secrets().filter((secret) => text.includes(secret));

/** Runs the program to its end, `stdin` given, and keeps what it said. */
async function say(args: readonly string[], env: Record<string, string> = {}, stdin = ''): Promise<Running> {
  const child = spawn(process.execPath, ['dist/tunnelkit.js', ...args, ...TRACE], {
    cwd: new URL('../../..', import.meta.url).pathname,
    env: { ...world.env, ...env },
  });
  child.stdin.end(stdin);
  const running = new Running(`tunnelkit ${args[0]}`, child);
  await running.exit;
  said.push(running.stdout, running.stderr);
  return running;
}

const commandLine = (running: Running) => readFileSync(`/proc/${running.pid}/cmdline`, 'utf8');

describe('a secret', () => {
  it('given by file, environment, stdin or configuration is in no output and no command line', async () => {
    writeFileSync(world.path('token'), token, { mode: 0o600 });
    writeFileSync(
      world.path('agent.yaml'),
      `exposures:\n  - target: ${port}\n    name: guarded\n    auth: ann:${PASSWORD}\n`,
      { mode: 0o600 },
    );
    const login = await say(['login', '-', '--as', 'here'], {}, join);
    expect([await login.exit, leaks(commandLine(gateway.running))]).toEqual([0, []]);

    const guarded = world.tunnelkit(['connect', '--config', world.path('agent.yaml'), '--json', ...TRACE], {
      TUNNELKIT_GATEWAY: join,
    });
    const { url } = await guarded.event('exposed');
    expect(leaks(commandLine(guarded))).toEqual([]);
    const site = new URL('/headers', String(url));
    expect((await visit(site)).status).toBe(401);
    expect(
      (await visit(site, { headers: { authorization: `Basic ${Buffer.from('ann:wrong').toString('base64')}` } }))
        .status,
    ).toBe(401);
    const query = new URL(`/slow?ms=1&password=x`, site);
    expect((await visit(query, { headers: { authorization: `Basic ${BASIC}` } })).status).toBe(200);
    expect(
      (
        await visit(new URL('/abort', site), { headers: { authorization: `Basic ${BASIC}` } }).catch(() => ({
          status: 0,
        }))
      ).status,
    ).toBe(0);

    const plain = await world.expose(port, ['--name', 'plain', ...TRACE]);
    await gateway.running.line(/published/);
    await Promise.all([guarded, plain.running].map((running) => running.stop()));
    said.push(guarded.stdout, guarded.stderr, plain.running.stdout, plain.running.stderr);
    expect(leaks(said.join('\n'))).toEqual([]);
  });

  it('is in no message of a failure', async () => {
    const elsewhere = `host-that-is-none.invalid:1`;
    const bent = join.replace(/pin=sha256-./, (pin) => pin.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')));
    const broken: readonly (readonly [readonly string[], Record<string, string>, string?])[] = [
      [['expose', port], { TUNNELKIT_GATEWAY: bent }],
      [['expose', port], { TUNNELKIT_GATEWAY: join.replace(/:\d+\//, ':1/') }],
      [['expose', port], { TUNNELKIT_GATEWAY: join.replace('pin=', 'pn=') }],
      [['expose', port, '--gateway', elsewhere], { TUNNELKIT_TOKEN: token }],
      [['expose', port, '--gateway', elsewhere], { TUNNELKIT_TOKEN: `${token}x` }],
      [['expose', port, '--gateway', elsewhere, '--token-file', world.path('token')], {}],
      [['expose', port, '--gateway', elsewhere, '--token-file', '-'], {}, `${token} ${token}`],
      [['login', '-'], {}, token],
      [['connect', '--config', world.path('bad.yaml')], {}],
      [['connect', '--config', world.path('worse.yaml')], {}],
      [
        [
          'serve',
          '--data-dir',
          world.path('data/tunnelkit'),
          '--http',
          '127.0.0.1:0',
          '--https',
          '127.0.0.1:0',
          '--admin',
          '127.0.0.1:0',
        ],
        {},
      ],
    ];
    writeFileSync(world.path('bad.yaml'), `exposures:\n  - target: 1\n    auht: ann:${PASSWORD}\n`);
    writeFileSync(
      world.path('worse.yaml'),
      `gateway: ${join}\nexposures:\n  - target: 1\n    auth: [ann, ${PASSWORD}\n`,
    );
    const results = await Promise.all(broken.map(([args, env, stdin]) => say(args, env, stdin)));
    expect(await Promise.all(results.map(({ exit }) => exit))).not.toContain(0);
    results.forEach((result, at) => {
      expect({ at, leaks: leaks(result.stdout + result.stderr) }).toEqual({ at, leaks: [] });
    });
  });

  it('is shown by no list, no status and no metric', async () => {
    for (const args of [
      ['status'],
      ['status', '--json'],
      ['token', 'list'],
      ['token', 'list', '--json'],
      ['names', 'list', '--json'],
    ]) {
      const running = await say(args);
      expect(await running.exit).toBe(0);
      expect({ args, leaks: leaks(running.stdout + running.stderr) }).toEqual({ args, leaks: [] });
    }
    const live = await world.expose(port, ['--name', 'live', '--auth', `ann:${PASSWORD}`, ...TRACE]);
    const admin = `http://${gateway.ready.admin}`;
    for (const path of [
      '/status',
      '/metrics',
      '/tokens',
      '/names',
      '/healthz',
      '/readyz',
      `/status?token=${adminToken}`,
    ]) {
      const reply = await visit(new URL(path, admin), { headers: { authorization: `Bearer ${adminToken}` } });
      expect({ path, leaks: leaks(reply.text + JSON.stringify(reply.headers)) }).toEqual({ path, leaks: [] });
    }
    const refused = await visit(new URL('/status', admin), { headers: { authorization: `Bearer ${adminToken}x` } });
    expect([refused.status, leaks(refused.text)]).toEqual([401, []]);
    await live.running.stop();
    expect(leaks(live.running.stdout + live.running.stderr)).toEqual([]);
  });

  it("is in no line of the gateway's log", () => {
    expect(leaks(gateway.running.stderr)).toEqual([]);
    // The join link is the result of the first start, once.
    expect(gateway.running.stdout.split(token)).toHaveLength(2);
  });
});
