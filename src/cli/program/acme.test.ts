// HTTPS that browsers trust, by itself: the program against a real ACME server that refuses every other nonce.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Pebble } from './pebble.testkit.ts';
import { freePort, type Gateway, PROGRAM, World } from './program.testkit.ts';
import { serialAt, visitSecurely } from './secure-visit.testkit.ts';
import { startSite } from './site.testkit.ts';
import { Tmux } from './tmux.testkit.ts';
import { visit } from './visit.testkit.ts';

const DOMAIN = 'example.test';
const REFUSED = 'refused.test';
const world = new World();
let port: string;
let httpPort: number;
let pebble: Pebble;
let gateway: Gateway;
let ca: string;

const serve = () =>
  world.serve(['--domain', DOMAIN, '--http', `127.0.0.1:${httpPort}`, ...pebble.args], pebble.trusting);
const linkTo = ({ ready }: Gateway) => ready.join.replace(/tk:\/\/[^/]+/, `tk://${ready.agents as string}`);
const expose = (name: string, at = gateway) => world.expose(port, ['--name', name, '--gateway', linkTo(at)]);
const plainly = (host: string, path = '/') => new URL(`http://${host}:${httpPort}${path}`);
const httpsPort = () => gateway.ready.https.split(':').at(-1)!;
const securely = (host: string) => new URL(`https://${host}:${httpsPort()}/`);

async function status(args: readonly string[] = []): Promise<string> {
  const asked = world.tunnelkit(['status', ...args]);
  expect(await asked.exit).toBe(0);
  return asked.stdout;
}

beforeAll(async () => {
  ({ port } = await startSite(world));
  httpPort = await freePort();
  pebble = await Pebble.start(world, { httpPort, refused: [REFUSED], env: { PEBBLE_WFE_NONCEREJECT: '50' } });
  ca = await pebble.root();
  gateway = await serve();
});
afterAll(() => world.close());

describe('a gateway with a domain and an ACME server', () => {
  it('asks for the certificate of its domain at the start, and says who gives them', async () => {
    await gateway.running.line(/names: https:\/\/NAME\.example\.test:\d+, each as soon as .* from localhost/);
    await gateway.running.line(/a certificate has come.*example\.test/);
    expect((await visitSecurely(securely(DOMAIN), { ca })).status).toBe(404);
    expect(pebble.orders).toBe(1);
  });

  it('gives a new name https:// before its URL is printed, and redirects HTTP there', async () => {
    const { url, running } = await expose('app');
    expect(url.href).toBe(`https://app.${DOMAIN}:${httpsPort()}/`);
    expect(running.events.filter(({ type }) => type === 'exposed')).toMatchObject([
      { url: `http://app.${DOMAIN}:${httpPort}`, coming: true },
      { url: url.origin },
    ]);
    expect((await visitSecurely(url, { ca })).text).toContain('It works');
    const moved = await visit(plainly(url.hostname, '/a?b=c'));
    expect([moved.status, moved.headers.location]).toEqual([308, `${url.origin}/a?b=c`]);
    expect(pebble.orders).toBe(2);
  });

  it('asks for nothing that nobody exposed, whatever strangers send', async () => {
    for (const host of [`stranger.${DOMAIN}`, 'elsewhere.test']) {
      await serialAt(securely(host));
      expect((await visit(plainly(host))).status).toBe(404);
    }
    await expose('asked');
    expect(pebble.orders).toBe(3);
    expect(pebble.running.stdout).not.toMatch(/Value:"(stranger|elsewhere)/);
  });

  it('gets certificates for two names at once', async () => {
    const both = await Promise.all([expose('one'), expose('two')]);
    for (const { url } of both) expect((await visitSecurely(url, { ca })).status).toBe(200);
    expect(pebble.orders).toBe(5);
  });

  it('keeps what it got for its own user alone, and needs no second one after a restart', async () => {
    const [folder] = readdirSync(world.path('data/tunnelkit/acme'));
    const kept = world.path('data/tunnelkit/acme', folder!);
    const files = readdirSync(kept, { recursive: true, encoding: 'utf8' }).map((name) => join(kept, name));
    for (const file of files.filter((each) => statSync(each).isFile())) {
      expect(statSync(file).mode & 0o777).toBe(0o600);
      expect(readFileSync(file, 'utf8')).toMatch(/^-----BEGIN PRIVATE KEY-----/);
    }
    const before = pebble.orders;
    const serial = await serialAt(securely(`app.${DOMAIN}`));
    await gateway.running.stop();
    gateway = await serve();
    expect((await visitSecurely(securely(DOMAIN), { ca })).status).toBe(404);
    expect(await serialAt(securely(`app.${DOMAIN}`))).toBe(serial);
    expect((await expose('app')).running.events.filter(({ type }) => type === 'exposed')).toHaveLength(1);
    expect(pebble.orders).toBe(before);
  });

  it('shows in its status until when each name is covered', async () => {
    expect(await status()).toMatch(new RegExp(`app\\.${DOMAIN} +until \\d{4}-\\d\\d-\\d\\d`));
    expect(await status(['--json'])).toMatch(new RegExp(`"name":"app\\.${DOMAIN}","state":"valid","until":"\\d{4}`));
  });
});

describe('a name that the ACME server refuses', () => {
  let other: Gateway;
  const data = ['--data-dir', world.path('refused')];
  beforeAll(async () => {
    other = await world.serve(['--domain', REFUSED, ...data, ...pebble.args], pebble.trusting);
  });

  it('is http:// and works, and everybody is told why', async () => {
    const { url, running } = await expose('app', other);
    expect(url.href).toBe(`http://app.${REFUSED}:${other.ready.http.split(':').at(-1)}/`);
    await running.line(/not https:\/\/: it has no certificate: TK-6006 .* refuses this name/);
    expect(running.stderr.match(/ → /g)).toHaveLength(1);
    await other.running.line(/no certificate for app\.refused\.test: .*CAA records.*code=TK-6006/);
    expect((await visit(url)).text).toContain('It works');
    expect(await status(data)).toMatch(/app\.refused\.test +none: TK-6006, again in 2 h/);
  });

  it('is what doctor finds on the machine of the gateway', async () => {
    const asked = world.tunnelkit(['doctor', '--json', ...data]);
    expect(await asked.exit).toBe(1);
    const found = asked.events.find(({ name }) => name === 'certificates');
    expect(found).toMatchObject({ outcome: 'failure', code: 'TK-6006', todo: expect.stringContaining('CAA') });
    expect(found!.seen).toContain(`app.${REFUSED}: `);
  });

  it('leaves challenges that are not of the gateway to the origin', async () => {
    const { url } = await expose('own', other);
    const reply = await visit(new URL('/.well-known/acme-challenge/of-the-origins-own', url));
    expect(reply.headers['proxy-status']).toBeUndefined();
  });
});

describe('on a terminal', () => {
  it('the gateway says in a block how it stands with its certificate', async () => {
    const shown = await Tmux.open(world, 80, 24, pebble.trusting);
    const listen = `--http 127.0.0.1:0 --https 127.0.0.1:0 --admin 127.0.0.1:0 --data-dir ${world.path('shown')}`;
    await shown.type(`clear; ${PROGRAM} serve --domain ${REFUSED} ${listen} ${pebble.args.join(' ')}`);
    const { lines } = await shown.until(/tunnelkit login /);
    const first = lines.findIndex((line) => /^tunnelkit gateway \d/.test(line));
    const terms = lines.slice(first + 1, first + 8).map((line) => /^ {2}(\S*) +/.exec(line));
    expect(terms.map((term) => term?.[1])).toEqual([
      'visitors',
      'agents',
      'admin',
      'names',
      'certificates',
      '',
      'next',
    ]);
    expect(new Set(terms.map((term) => term?.[0].length)).size).toBe(1);
    const { text } = await shown.unwrapped();
    expect(text).toMatch(/by localhost, one for each name[^.]* refused\.test: (on its way|none: TK-6006)/);
    expect(text).toMatch(/^ {2}tunnelkit login 'tk:\/\/refused\.test:\d+\/\?token=\S+&pin=sha256-\S+'$/m);
    await shown.keys('C-c');
    await shown.prompt();
    await shown.close();
  });
});
