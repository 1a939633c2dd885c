// `tunnelkit doctor --bundle`: what is in it, who may read it, and that none of the secrets it came by is, in whatever form.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROGRAM, type Running, World } from './program.testkit.ts';
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

function planted(where: string): string {
  const secret = `canary-${where.replaceAll(/\W/g, '')}-7319`;
  canaries.set(where, secret);
  return secret;
}

/** The lines of a key are secrets, whole or in part. */
function keyOf(where: string, file: string): void {
  const [, body] = /BEGIN PRIVATE KEY-----\s+(\S+)/.exec(readFileSync(file, 'utf8'))!;
  canaries.set(where, body!.slice(0, 40));
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
    `gateway: ${configured.join}\ntoken-file: ${world.path('token')}\nexposures:\n  - target: ${port}\n    auth: ann:${planted('configured password')}\n`,
  );
  env = {
    TUNNELKIT_TOKEN: tokenOf((await made('TUNNELKIT_TOKEN')).join),
    HTTPS_PROXY: `http://bob:${planted('proxy password')}%21@127.0.0.1:1`,
  };
  await world.expose(port, ['--name', 'app', '--auth', `ann:${planted('password of --auth')}`]);
  keyOf('identity key', world.path('data/tunnelkit/identity.key'));
  keyOf('authority', world.path('data/tunnelkit/authority'));
  keyOf('agent key', world.path('config/tunnelkit/agent.key'));
});
afterAll(() => world.close());

/** As it is, as URLs and hexadecimals write it, and what base64 makes of it wherever it begins. */
function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const inBase64 = [0, 1, 2].flatMap((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before, 'x'), bytes]);
    // Without the characters that hold bits of what stands around it.
    const inner = (text: string) => text.slice(before === 0 ? 0 : 4).replace(/.{0,3}=*$/, '');
    return [inner(encoded.toString('base64')), inner(encoded.toString('base64url'))];
  });
  return [secret, encodeURIComponent(secret), bytes.toString('hex'), ...inBase64];
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
    const { files, exit } = await bundle('whole', ['--config', config]);
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
    expect(JSON.parse(files['agents.json']!)).toMatchObject([{ command: 'expose', state: 'connected' }]);
    expect(files['certificates.json']).toContain('TunnelKit own authority');
    expect(files['log.txt']).toBeDefined();
  });

  it('holds none of the secrets it came by, and neither do its words', async () => {
    expect([...canaries.keys()]).toHaveLength(12);
    const { running, files } = await bundle('clean', ['--config', config]);
    expect(leaks(running.stdout + running.stderr)).toEqual([]);
    for (const [name, text] of Object.entries(files)) expect({ name, leaks: leaks(text) }).toEqual({ name, leaks: [] });
    expect(leaks(Buffer.from(`xx${canaries.get('admin token')}y`).toString('base64'))).toEqual(['admin token']);
  });

  it('holds none where everything that could hold one is broken', async () => {
    writeFileSync(world.path('broken.yaml'), `exposures:\n  - auth: "ann:${planted('broken file')}\n    auht: [1\n`);
    writeFileSync(world.path('misspelt.yaml'), `exposures:\n  - target: 1\n    auht: ann:${planted('misspelt key')}\n`);
    writeFileSync(world.path('bad-token'), planted('bad token file'));
    const attempts: readonly (readonly [readonly string[], Record<string, string>])[] = [
      [['--config', world.path('broken.yaml')], {}],
      [['--config', world.path('misspelt.yaml')], {}],
      [['--gateway', 'host.invalid:1', '--token-file', world.path('bad-token')], {}],
      [[], { TUNNELKIT_GATEWAY: `tk://host/?token=${planted('broken link')}&pin=` }],
      [['--gateway', 'host.invalid:1'], { TUNNELKIT_TOKEN: planted('bad TUNNELKIT_TOKEN') }],
      [['--gateway', 'host.invalid:1'], { HTTPS_PROXY: `ftp://ann:${planted('bad proxy')}@host` }],
    ];
    for (const [at, [args, more]] of attempts.entries()) {
      const { running, files, exit } = await bundle(`broken-${at}`, args, more);
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
    const nowhere = world.tunnelkit(['doctor', '--bundle', world.path('none/x.tar.gz')]);
    expect(await nowhere.exit).toBe(1);
    expect(nowhere.stderr).toContain('TK-8005');
    expect(readdirSync(world.folder).filter((name) => name.endsWith('.new'))).toEqual([]);
  });
});
