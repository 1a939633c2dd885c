// `tunnelkit doctor --bundle`: what is in it, who may read it, and that none of the secrets it came by is, in whatever form.
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROGRAM, type Running, World } from './program.testkit.ts';
import { TestAuthority } from './secure-visit.testkit.ts';
import { startSite } from './site.testkit.ts';

const world = new World();
/** Every secret of this world, by where it is. */
const canaries = new Map<string, string>();
const tokenOf = (link: string) => /token=([^&]+)/.exec(link)![1]!;

/** One that the program takes for a token of its gateway, or for what it makes. */
async function made(where: string, ...args: string[]): Promise<{ readonly join: string }> {
  const running = world.tunnelkit(['token', 'create', '--json', ...args]);
  await running.exit;
  const { join, token } = running.events[0] as { join?: string; token?: string };
  canaries.set(where, token ?? tokenOf(join!));
  return { join: join ?? '' };
}

function planted(where: string, end = ''): string {
  const secret = `canary-${where.replaceAll(/\W/g, '')}-7319${end}`;
  canaries.set(where, secret);
  return secret;
}

/** The lines of a key are secrets, whole or in part. */
function keyIn(where: string, pem: string): void {
  const [, body] = /BEGIN PRIVATE KEY-----\s+(\S+)/.exec(pem)!;
  canaries.set(where, body!.slice(0, 40));
}

/** A key and its certificate, as visitors' certificates are kept: together and apart, in the data directory and wherever a file says. */
function plantKeys({ cert, key }: { readonly cert: string; readonly key: string }): void {
  keyIn('key of a certificate', key);
  writeFileSync(world.path('cert.pem'), cert);
  writeFileSync(world.path('key.pem'), key);
  const account = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
    format: 'pem',
    type: 'pkcs8',
  });
  keyIn('account at a certificate authority', String(account));
  const folder = world.makeFolder('data/tunnelkit/acme/authority');
  writeFileSync(`${folder}/account.key`, account);
  writeFileSync(`${world.makeFolder('data/tunnelkit/acme/authority/certificates')}/example.test.pem`, key + cert);
  writeFileSync(world.path('data/tunnelkit/notes'), planted('file in the data directory'));
}

let env: Record<string, string>;
let config: string;

beforeAll(async () => {
  const { port } = await startSite(world);
  const gateway = await world.serve();
  canaries.set('first token', tokenOf(gateway.ready.join));
  await made('admin token', '--admin');
  const login = world.start('login', 'sh', [
    '-c',
    `printf %s '${(await made('gateways.json')).join}' | ${PROGRAM} login -`,
  ]);
  await login.exit;
  writeFileSync(world.path('token'), tokenOf((await made('token file')).join), { mode: 0o600 });
  const configured = await made('gateway of the configuration');
  config = world.path('agent.yaml');
  writeFileSync(
    config,
    `gateway: ${configured.join}\ntoken-file: ${world.path('token')}\nexposures:\n  - target: ${port}\n    auth: ann:${planted('configured password')}\nserve:\n  cert: cert.pem\n  key: key.pem\n`,
  );
  env = {
    TUNNELKIT_TOKEN: tokenOf((await made('TUNNELKIT_TOKEN')).join),
    HTTPS_PROXY: `http://bob:${encodeURIComponent(planted('proxy password', '/§'))}@127.0.0.1:1`,
  };
  await world.expose(port, ['--name', 'app', '--auth', `ann:${planted('password of --auth')}`]);
  const authority = await TestAuthority.make();
  plantKeys(await authority.leaf(['example.test']));
  for (const [where, file] of [
    ['identity key', 'data/tunnelkit/identity.key'],
    ['authority', 'data/tunnelkit/authority'],
    ['agent key', 'config/tunnelkit/agent.key'],
  ] as const)
    keyIn(where, readFileSync(world.path(file), 'utf8'));
});
afterAll(() => world.close());

/** It, and whatever could be written of it, among other things. */
function writtenOf(secret: string): string[] {
  const hex = Buffer.from(secret).toString('hex');
  const inBase64 = ['', 'x', 'xx'].flatMap((before) =>
    (['base64', 'base64url'] as const).map((form) => Buffer.from(`${before}${secret} and more`).toString(form)),
  );
  return [secret, encodeURIComponent(secret), hex, hex.toUpperCase(), ...inBase64];
}

/** As it is, as URLs and hexadecimals write it, and what base64 makes of it wherever it begins. */
function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const inBase64 = [0, 1, 2].flatMap((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before, 'x'), bytes]);
    // Without the characters that hold bits of what stands around it.
    const inner = (text: string) => text.slice(before === 0 ? 0 : 4).replace(/.{0,3}=*$/, '');
    return [inner(encoded.toString('base64')), inner(encoded.toString('base64url'))];
  });
  const hex = bytes.toString('hex');
  return [secret, encodeURIComponent(secret), hex, hex.toUpperCase(), ...inBase64];
}

const leaks = (text: string) =>
  [...canaries].flatMap(([where, secret]) => (formsOf(secret).some((form) => text.includes(form)) ? [where] : []));

interface Bundle {
  readonly running: Running;
  readonly exit: number;
  readonly files: Readonly<Record<string, string>>;
}

async function bundle(name: string, args: readonly string[], more: Record<string, string> = {}): Promise<Bundle> {
  const file = world.path(`${name}.tar.gz`);
  const running = world.tunnelkit(['doctor', '--bundle', file, ...args], { ...env, ...more });
  const exit = await running.exit;
  const folder = world.makeFolder(name);
  execFileSync('tar', ['-xzf', file, '-C', folder]);
  const inside = `${folder}/tunnelkit-report`;
  const files = readdirSync(inside).map((one) => [one, readFileSync(`${inside}/${one}`, 'utf8')] as const);
  return { running, exit, files: Object.fromEntries(files) };
}

describe('a diagnostic bundle', () => {
  it('holds what helps: findings, versions, machine, configuration, gateway, agents, certificates', async () => {
    const { files, exit, running } = await bundle('whole', ['--config', config]);
    expect(exit).toBe(0);
    expect(statSync(world.path('whole.tar.gz')).mode & 0o777).toBe(0o600);
    expect(files['doctor.txt']).toContain('identity of the gateway');
    expect(JSON.parse(files['doctor.json']!)).toContainEqual(expect.objectContaining({ name: 'token', outcome: 'ok' }));
    expect(JSON.parse(files['versions.json']!)).toMatchObject({ node: process.versions.node });
    expect(JSON.parse(files['machine.json']!)).toMatchObject({
      variablesSet: ['TUNNELKIT_TOKEN', 'HTTPS_PROXY', 'XDG_CONFIG_HOME', 'XDG_DATA_HOME'],
    });
    expect(files['config.yaml']).toMatch(/auth: … +# .*agent\.yaml:5:5/);
    expect(JSON.parse(files['gateway-status.json']!)).toMatchObject({ draining: false });
    // The agent's, and perhaps the one that was made to look.
    expect(files['gateway-metrics.txt']).toMatch(/^tunnelkit_sessions_open [12]$/m);
    const agent = expect.objectContaining({ command: 'expose', state: 'connected' });
    expect(JSON.parse(files['agents.json']!)).toContainEqual(agent);
    for (const text of [
      'TunnelKit own authority',
      'acme/authority/certificates/example.test.pem',
      '"DNS:example.test"',
    ])
      expect(files['certificates.json']).toContain(text);
    expect(JSON.parse(files['limits.json']!)).toMatchObject({ headBytes: 16_384 });
    expect(files).toMatchObject({ 'services.json': expect.any(String), 'log.txt': expect.any(String) });
    expect(running.stdout).toMatch(/\n\nNothing (is wrong|has failed, \d warnings?)\.\n$/);
    expect(files['doctor.txt']).toContain(running.stdout.trimEnd().split('\n').at(-1));
    expect(running.stderr).toMatch(
      /whole\.tar\.gz: 12 files, secrets taken out; look through it before you send it\.\n$/,
    );
  });

  it('holds none of the secrets it came by, and neither do its words', async () => {
    expect([...canaries.keys()]).toHaveLength(15);
    const { running, files } = await bundle('clean', ['--config', config]);
    expect(leaks(running.stdout + running.stderr)).toEqual([]);
    for (const [name, text] of Object.entries(files)) expect({ name, leaks: leaks(text) }).toEqual({ name, leaks: [] });
    expect(leaks(Buffer.from(`xx${canaries.get('admin token')}y`).toString('base64'))).toEqual(['admin token']);
  });

  it('holds the log of a service without what it says of secrets, in whatever form', async () => {
    const known = ['first token', 'token file', 'TUNNELKIT_TOKEN', 'configured password', 'proxy password'];
    const forms = known.flatMap((where) => writtenOf(canaries.get(where)!));
    const basic = Buffer.from(`ann:${canaries.get('configured password')}`).toString('base64');
    const key = readFileSync(world.path('key.pem'), 'utf8');
    const said = ['it began', ...forms, `Authorization: Basic ${basic}`, canaries.get('admin token'), key, 'it ended'];
    // Stands for the journal of a machine with services.
    const script = `#!/bin/sh\ncat <<'END'\n${said.join('\n')}\nEND\n`;
    writeFileSync(`${world.makeFolder('journal')}/journalctl`, script, { mode: 0o755 });
    const { files } = await bundle('log', ['--config', config], { PATH: `${world.path('journal')}:${world.env.PATH}` });
    expect(files['log.txt']).toMatch(/^tunnelkit-serve\.service \(system\):\nit began\n[\s\S]*\nit ended\n/);
    expect(leaks(said.join('\n'))).toEqual(expect.arrayContaining([...known, 'admin token', 'key of a certificate']));
    expect(leaks(files['log.txt']!)).toEqual([]);
  });

  it('holds none where everything that could hold one is broken', async () => {
    writeFileSync(world.path('broken.yaml'), `exposures:\n  - auth: "ann:${planted('broken file')}\n    auht: [1\n`);
    writeFileSync(world.path('misspelt.yaml'), `exposures:\n  - target: 1\n    auht: ann:${planted('misspelt key')}\n`);
    const target = `http://ann:${planted('user of a target')}@localhost:1`;
    writeFileSync(world.path('userinfo.yaml'), `exposures:\n  - target: ${target}\n`);
    writeFileSync(world.path('bad-token'), planted('bad token file'));
    const attempts: readonly (readonly [readonly string[], Record<string, string>])[] = [
      [['--config', world.path('broken.yaml')], {}],
      [['--config', world.path('misspelt.yaml')], {}],
      [['--gateway', 'host.invalid:1', '--token-file', world.path('bad-token')], {}],
      [[], { TUNNELKIT_GATEWAY: `tk://host/?token=${planted('broken link')}&pin=` }],
      [['--gateway', 'host.invalid:1'], { TUNNELKIT_TOKEN: planted('bad TUNNELKIT_TOKEN') }],
      [['--gateway', 'host.invalid:1'], { HTTPS_PROXY: `ftp://ann:${planted('bad proxy')}@host` }],
      [['--gateway', 'host.invalid:1'], { HTTPS_PROXY: `http://${planted('user of a proxy')}@127.0.0.1:1` }],
      [['--gateway', `tk://ann:${planted('user of a link')}@host:1/?token=x`], {}],
      [['--config', world.path('userinfo.yaml')], {}],
      [[`http://ann:${planted('user of TARGET')}@localhost:1`], {}],
    ];
    const bundles = await Promise.all(attempts.map(([args, more], at) => bundle(`broken-${at}`, args, more)));
    for (const [at, { running, files, exit }] of bundles.entries()) {
      expect(exit).not.toBe(0);
      const all = running.stdout + running.stderr + Object.values(files).join('\n');
      expect({ at, leaks: leaks(all) }).toEqual({ at, leaks: [] });
    }
  });

  it('overwrites nothing, and needs a directory to be in', async () => {
    const file = world.path('there');
    writeFileSync(file, 'mine');
    const refused = world.tunnelkit(['doctor', '--bundle', file]);
    expect(await refused.exit).toBe(1);
    expect(refused.stderr).toMatch(/TK-8005[\s\S]*it exists already/);
    expect([readFileSync(file, 'utf8'), refused.stdout]).toEqual(['mine', '']);
    for (const [place, seen] of [
      ['none/x.tar.gz', 'ENOENT'],
      ['there/x.tar.gz', 'ENOTDIR'],
    ] as const) {
      const nowhere = world.tunnelkit(['doctor', '--bundle', world.path(place)]);
      expect([await nowhere.exit, nowhere.stdout]).toEqual([1, '']);
      expect(nowhere.stderr).toMatch(new RegExp(`TK-8005[\\s\\S]*x\\.tar\\.gz: ${seen}\\.`));
    }
  });
});
