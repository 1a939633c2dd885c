// `tunnelkit doctor` against real gateways, proxies and services: what is well is ok, and each thing that is broken is named first.
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limitValues } from '../../contract/limits.ts';
import type { Certificate } from '../../contract/reactor.ts';
import { startProxy } from '../../transport/connect-proxy.testkit.ts';
import { holdServer } from '../../transport/held-server.testkit.ts';
import { clock } from '../doctor/checks/clock.ts';
import { Patient } from '../doctor/patient.ts';
import { Talk } from '../talk.ts';
import { startNginx } from './nginx.testkit.ts';
import { type Event, type Gateway, PROGRAM, type Running, World } from './program.testkit.ts';
import { TestAuthority } from './secure-visit.testkit.ts';

const world = new World();
const authority = await TestAuthority.make();
let gateway: Gateway;
const closers: (() => Promise<unknown>)[] = [];
let join: string;

beforeAll(async () => {
  gateway = await world.serve(['--trusted-proxy', '127.0.0.1/32']);
  join = readFileSync(world.path('data/tunnelkit/join-link'), 'utf8').trim();
});
afterAll(async () => {
  await Promise.all(closers.map((close) => close()));
  await world.close();
});

interface Examined {
  readonly exit: number;
  /** By the names of the checks. */
  readonly found: Readonly<Record<string, Event>>;
  /** Those that failed or were not checked, in order. */
  readonly bad: readonly string[];
}

async function ended(running: Running): Promise<Examined> {
  const exit = await running.exit;
  const checks = running.events.filter(({ type }) => type === 'check');
  expect(running.events.at(-1), running.stderr).toMatchObject({ type: 'diagnosis', exit });
  return {
    exit,
    found: Object.fromEntries(checks.map((event) => [event.name, event])),
    bad: checks.flatMap(({ name, outcome }) =>
      outcome === 'failure' || outcome === 'not checked' ? [`${name}: ${outcome}`] : [],
    ),
  };
}

const examine = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  ended(world.tunnelkit(['doctor', '--json', ...args], env));

/** A web server on loopback that answers as `status` says of the Host it is asked for. */
async function site(status: (host: string) => number, tls?: Certificate): Promise<string> {
  const answer: RequestListener = ({ headers }, response) => response.writeHead(status(headers.host ?? '')).end();
  const held = await holdServer(tls ? createSecureServer(tls, answer) : createServer(answer));
  closers.push(held.close);
  return String(held.port);
}

const UNCHECKED_LINK = ['link', 'pin', 'token'].map((name) => `${name}: not checked`);

describe('doctor, where all is well,', () => {
  it('finds every check ok or not applicable, and exits 0', async () => {
    const { exit, found, bad } = await examine([await site(() => 200)]);
    expect([exit, bad]).toEqual([0, []]);
    for (const name of ['config', 'gateway', 'tcp', 'tls', 'link', 'pin', 'token', 'websocket', 'clock', 'origin'])
      expect(found[name], name).toMatchObject({ outcome: 'ok' });
    expect(found.tls!.seen).toContain("the gateway's own authority");
    expect(found.proxy).toMatchObject({ outcome: 'not applicable', seen: 'HTTPS_PROXY is not set' });
  });

  it('tells people the same on stdout, and leaves nothing behind', async () => {
    const env = { XDG_CONFIG_HOME: world.path('untouched') };
    const running = world.tunnelkit(['doctor', '--gateway', join], env);
    expect(await running.exit).toBe(0);
    expect(running.stdout).toMatch(/^ok +configuration +no file/);
    expect(running.stdout).toMatch(/\n\nNothing (is wrong|has failed, \d warnings?)\.\n$/);
    // The link itself was given where others can see it.
    expect(running.stderr).toMatch(/^warning: a join link on the command line [^\n]+\n$/);
    expect(() => readFileSync(world.path('untouched/tunnelkit/agent.key'))).toThrow('ENOENT');
  });

  it('goes through a proxy that asks for a password', async () => {
    const proxy = await startProxy({ credentials: 'ann:proxy-secret' });
    closers.push(proxy.close);
    const { exit, found, bad } = await examine(['--gateway', join.replace('127.0.0.1', 'gateway.example')], {
      HTTPS_PROXY: `http://ann:proxy-secret@127.0.0.1:${proxy.port}`,
    });
    expect([exit, bad]).toEqual([0, []]);
    expect(found.proxy).toMatchObject({ outcome: 'ok' });
    expect(found.dns).toMatchObject({ outcome: 'not applicable', seen: 'the proxy resolves it' });
    expect(found.link!.seen).toContain('over ws');
    expect(JSON.stringify(found)).not.toContain('proxy-secret');
  });
});

describe('doctor, with nginx in front of the gateway,', () => {
  const through = async (gatewayPort: string) => {
    const port = await startNginx(world, { authority, domain: 'example.test', gatewayPort });
    return examine(['--gateway', join.replace(/:\d+\//, `:${port}/`)]);
  };

  it('says so, and that the link goes over a WebSocket', async () => {
    const { exit, found, bad } = await through(gateway.ready.http.split(':').at(-1)!);
    expect([exit, bad, found.tls!.outcome]).toEqual([0, [], 'ok']);
    expect(found.tls!.seen).toContain("not the gateway's own port: a reverse proxy");
    expect(found.link!.seen).toContain('over ws');
  });

  it('which leads to no gateway, exits 5 and names what it answered', async () => {
    const { exit, found } = await through('1');
    expect([exit, found.tls!.outcome, found.link!.code]).toEqual([5, 'ok', 'TK-4001']);
    expect(found.websocket).toMatchObject({ outcome: 'failure', code: 'TK-4013' });
    expect(found.websocket!.seen).toContain('answered the upgrade with 502');
  });
});

describe('doctor names first', () => {
  it('a gateway that is down: exit 5, and what could not be looked at after it', async () => {
    const { exit, found, bad } = await examine(['--gateway', join.replace(/:\d+\//, ':1/')]);
    expect([exit, bad]).toEqual([
      5,
      ['tcp: failure', 'tls: not checked', ...UNCHECKED_LINK, 'websocket: not checked', 'clock: not checked'],
    ]);
    expect(found.tcp).toMatchObject({ code: 'TK-4001', seen: expect.stringContaining('ECONNREFUSED') });
    expect(found.token!.seen).toBe('because "TCP to the gateway" failed');
  });

  it('a name that does not resolve: exit 5', async () => {
    const { exit, found } = await examine(['--gateway', join.replace('127.0.0.1', 'no-such-host.invalid')]);
    expect([exit, found.dns!.code]).toEqual([5, 'TK-4002']);
    expect(found.tcp!.outcome).toBe('not checked');
  });

  it('a wrong pin: exit 4, and the token is not tried', async () => {
    const wrong = join.replace(/pin=sha256-./, (pin) => pin.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')));
    const { exit, found, bad } = await examine(['--gateway', wrong]);
    expect([exit, bad, found.pin!.code]).toEqual([4, ['pin: failure', 'token: not checked'], 'TK-1002']);
  });

  it('a token of another gateway: exit 4', async () => {
    const other = new World();
    const stranger = await other.serve();
    const token = /token=([^&]+)/.exec(stranger.ready.join)![1]!;
    await other.close();
    const { exit, found, bad } = await examine(['--gateway', join.replace(/token=[^&]+/, `token=${token}`)]);
    expect([exit, bad, found.token!.code]).toEqual([4, ['token: failure'], 'TK-1001']);
  });

  it('a proxy that refuses: exit 5', async () => {
    const proxy = await startProxy({ credentials: 'ann:right' });
    closers.push(proxy.close);
    const { exit, found } = await examine(['--gateway', join.replace('127.0.0.1', 'gateway.example')], {
      HTTPS_PROXY: `http://ann:wrong@127.0.0.1:${proxy.port}`,
    });
    expect([exit, found.proxy!.code]).toEqual([5, 'TK-4004']);
    expect(found.proxy!.seen).toContain('407');
    expect(found.link!.seen).toBe('because "proxy" failed');
  });

  it('a port that is no gateway: exit 5', async () => {
    const { exit, found } = await examine(['--gateway', join.replace(/:\d+\//, `:${await site(() => 200)}/`)]);
    expect([exit, found.tcp!.outcome, found.tls!.code]).toEqual([5, 'ok', 'TK-4001']);
  });

  it('a service that is down: exit 6; and warns of one that refuses the names of visitors', async () => {
    const down = await examine(['127.0.0.1:1']);
    expect([down.exit, down.found.origin!.code]).toEqual([6, 'TK-2001']);
    const shy = await examine([await site((host) => (host.startsWith('localhost') ? 200 : 403))]);
    expect([shy.exit, shy.found.origin!.outcome, shy.found.origin!.code]).toEqual([0, 'warning', 'TK-2009']);
    expect(shy.found.origin!.todo).toContain('--host-header rewrite');
  });

  it.each(['localhost', '127.0.0.1'])('a service of HTTPS at %s that refuses the names of visitors', async (host) => {
    const port = await site((asked) => (asked.startsWith(host) ? 200 : 421), await authority.leaf([host]));
    const { exit, found } = await examine([`https://${host}:${port}`]);
    expect([exit, found.origin!.code]).toEqual([0, 'TK-2009']);
  });

  it('a broken configuration: exit 3, with file, line and column', async () => {
    writeFileSync(world.path('broken.yaml'), 'exposures:\n  - target: 3000\n    nmae: app\n');
    const { exit, found } = await examine(['--config', world.path('broken.yaml')]);
    expect([exit, found.config!.code]).toEqual([3, 'TK-5002']);
    expect(found.config!.seen).toContain('broken.yaml:3:5: unknown key "nmae"; did you mean "name"?');
    expect(found.tcp!.seen).toBe('because "configuration" failed');
  });

  it('that no gateway is known: exit 3', async () => {
    const nowhere = { XDG_DATA_HOME: world.path('nowhere'), XDG_CONFIG_HOME: world.path('nowhere') };
    const { exit, found } = await examine([], nowhere);
    expect([exit, found.gateway!.code]).toEqual([3, 'TK-5004']);
  });
});

describe('doctor, on the machine of a gateway,', () => {
  const SERVE = ['data-directory', 'disk', 'ports', 'serving', 'limits', 'names', 'certificates'];

  it('finds it running, and its ports held by it', async () => {
    const { found } = await examine([]);
    expect(SERVE.map((name) => found[name]!.outcome)).toEqual([
      ...Array(5).fill('ok'),
      'not applicable',
      'not applicable',
    ]);
    expect(found.limits!.seen).toMatch(
      /^\d{3} bounds \(`tunnelkit serve --print-limits`\), (none )?passed since it runs/,
    );
    expect(found.ports!.seen).toContain(`held by it: ${gateway.ready.http}`);
    expect(found.serving!.seen).toMatch(/^version \S+ runs for .*, 0 agents; memory \S+ \S+ of /);
  });

  it('finds its port taken before it was started: exit 7', async () => {
    const taken = await site(() => 200);
    const file = world.path('taken.yaml');
    writeFileSync(file, `serve:\n  http: 127.0.0.1:${taken}\n  https: 127.0.0.1:0\n  admin: 127.0.0.1:0\n`);
    const { exit, found, bad } = await examine(['--config', file, '--data-dir', world.path('not-yet')]);
    expect([exit, found.ports!.code, bad[0]]).toEqual([7, 'TK-4005', 'ports: failure']);
    expect(found['data-directory']!.seen).toContain('made at the first start');
    expect(found.serving!.code).toBe('TK-5006');
  });

  it('warns of secrets that others may read, and of a domain that leads elsewhere', async () => {
    const key = world.path('data/tunnelkit/identity.key');
    const file = world.path('domain.yaml');
    writeFileSync(file, 'serve:\n  domain: no-such-domain.invalid\n');
    chmodSync(key, 0o644);
    const { exit, found } = await examine(['--config', file]);
    chmodSync(key, 0o600);
    expect([exit, found['data-directory']!.code, found.names!.code]).toEqual([0, 'TK-8006', 'TK-4012']);
    expect(found['data-directory']!.todo).toBe(`Run: chmod go= ${key}`);
    expect(found.certificates).toMatchObject({ outcome: 'warning', code: 'TK-6011' });
  });
});

describe('doctor warns', () => {
  it.each([
    ['ahead of', 60_000],
    ['behind', -60_000],
  ])('of a clock that is %s that of the gateway', async (words, apartMs) => {
    const output = { write: () => {} };
    const talk = new Talk(output, output, { json: false, quiet: true });
    const invocation = { options: { gateway: join }, env: world.env, talk, version: 'test' };
    const patient = new Patient({ invocation, limits: limitValues(), now: () => Date.now() + apartMs });
    const finding = await clock.run(patient, AbortSignal.timeout(10_000));
    expect([finding.outcome, finding.code]).toEqual(['warning', 'TK-4011']);
    expect(finding.seen).toMatch(new RegExp(`^This machine is (59|60|61) s ${words} the gateway\\.$`));
  });

  it('of a low bound of open files', async () => {
    const script = `ulimit -n 512 && exec ${PROGRAM} doctor --json`;
    const { exit, found } = await ended(world.start('few files', 'sh', ['-c', script]));
    expect([exit, found.bounds!.outcome, found.bounds!.code]).toEqual([0, 'warning', 'TK-5012']);
    expect(found.bounds!.seen).toContain('open files: 512, better 4096');
  });
});
