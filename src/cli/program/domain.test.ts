// A gateway with a domain of its own: what visitors' browsers trust is https://, and everything else says why not.
import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Gateway, World } from './program.testkit.ts';
import { install, serialAt, TestAuthority, visitSecurely } from './secure-visit.testkit.ts';
import { startSite } from './site.testkit.ts';
import { visit } from './visit.testkit.ts';

const DOMAIN = 'example.test';
const world = new World();
const files = { cert: world.path('fullchain.pem'), key: world.path('privkey.pem') };
const authority = await TestAuthority.make();
const trusting = { NODE_EXTRA_CA_CERTS: world.path('authority.pem') };
const ca = authority.pem;
let port: string;

beforeAll(async () => {
  writeFileSync(trusting.NODE_EXTRA_CA_CERTS, authority.pem);
  ({ port } = await startSite(world));
});
afterAll(() => world.close());

const withCertificate = (data: string, args: readonly string[] = []) => [
  ...['--domain', DOMAIN, '--cert', files.cert, '--key', files.key, '--data-dir', world.path(data), ...args],
];
const localLink = (gateway: Gateway) =>
  gateway.ready.join.replace(/tk:\/\/[^/]+/, `tk://${gateway.ready.agents as string}`);
async function expose(gateway: Gateway, name: string): Promise<URL> {
  const { url } = await world.expose(port, ['--name', name, '--gateway', localLink(gateway)]);
  return url;
}
const httpPort = (gateway: Gateway) => gateway.ready.http.split(':').at(-1)!;

describe('with a certificate that this machine trusts', () => {
  let gateway: Gateway;
  let url: URL;
  beforeAll(async () => {
    install(await authority.leaf([DOMAIN, `*.${DOMAIN}`]), files);
    gateway = await world.serve(withCertificate('trusted'), trusting);
    url = await expose(gateway, 'app');
  });
  afterAll(() => gateway.running.stop());

  const plainly = (host: string, path = '/') => new URL(`http://${host}:${httpPort(gateway)}${path}`);

  it('names are https://, and the banner and the join link say the domain', async () => {
    expect(url.href).toBe(`https://app.${DOMAIN}:${gateway.ready.https.split(':').at(-1)}/`);
    await gateway.running.line(new RegExp(`names: https://NAME.${DOMAIN}:${url.port}\\n`));
    expect(gateway.ready.join).toContain(`tk://${DOMAIN}:`);
  });

  it('a browser that trusts the authority is served by name', async () => {
    const reply = await visitSecurely(new URL('/headers', url), { ca });
    expect(reply.status).toBe(200);
    const { fields } = JSON.parse(reply.text) as { fields: string[] };
    expect(fields.join(' ')).toMatch(/X-Forwarded-Proto https/i);
  });

  it('curl is served too', async () => {
    const resolve = `${url.hostname}:${url.port}:127.0.0.1`;
    const curl = await promisify(execFile)('curl', [
      ...['-sS', '--fail', '--noproxy', '*', '--cacert', trusting.NODE_EXTRA_CA_CERTS, '--resolve', resolve, url.href],
    ]);
    expect(curl.stdout).toContain('It works');
  });

  it('HTTP is redirected to it with 308, path and query and all', async () => {
    const reply = await visit(plainly(url.hostname, '/a%20b?c=d'), { method: 'POST', body: 'kept by a 308' });
    expect(reply.status).toBe(308);
    expect(reply.headers.location).toBe(`https://app.${DOMAIN}:${url.port}/a%20b?c=d`);
  });

  it.each([DOMAIN, `nobody.${DOMAIN}`])('%s gets a small page, over HTTP and HTTPS', async (host) => {
    const headers = { accept: 'text/html' };
    const replies = [
      await visit(plainly(host), { headers }),
      await visitSecurely(new URL(`https://${host}:${url.port}`), { ca, headers }),
    ];
    for (const reply of replies) {
      expect(reply.status).toBe(404);
      expect(reply.text).toContain('TK-3001');
      expect(reply.headers['content-type']).toContain('text/html');
    }
  });

  it('a connection made for a host is good for others of the certificate, and for nothing else', async () => {
    const other = { ca, servername: DOMAIN };
    expect((await visitSecurely(url, other)).status).toBe(200);
    const wrong = await visitSecurely(url, { ...other, headers: { host: `app.other.test:${url.port}` } });
    expect(wrong.status).toBe(421);
    expect(wrong.headers['proxy-status']).toContain('TK-3011');
  });

  it('new files are seen by new connections', async () => {
    const before = await serialAt(url);
    const renewed = await authority.leaf([DOMAIN, `*.${DOMAIN}`]);
    install(renewed, files);
    await gateway.running.line(/certificate was read again/);
    const after = await serialAt(url);
    expect(after).toBe(new X509Certificate(renewed.cert).serialNumber.toLowerCase());
    expect(after).not.toBe(before);
    expect((await visitSecurely(url, { ca })).status).toBe(200);
  });
});

describe('without a certificate that browsers trust', () => {
  const banner = (why: string) => new RegExp(`names: http://NAME.${DOMAIN}.*not https://, because .*${why}`);

  it('URLs are http://, and the banner says what is missing', async () => {
    const gateway = await world.serve(['--domain', DOMAIN, '--data-dir', world.path('bare')]);
    await gateway.running.line(banner('there is no --cert and --key'));
    const url = await expose(gateway, 'app');
    expect(url.href).toBe(`http://app.${DOMAIN}:${httpPort(gateway)}/`);
    expect((await visit(url)).status).toBe(200);
    expect(await gateway.running.stop()).toBe(0);
  });

  it.each([
    ['unknown', 'does not lead to an authority'],
    ['names', `is not for name.${DOMAIN}`],
    ['ended', 'has expired'],
  ])('the banner says why: %s', async (kind, why) => {
    const stranger = kind === 'unknown' ? await TestAuthority.make() : authority;
    const names = kind === 'names' ? [DOMAIN] : [`*.${DOMAIN}`];
    const valid = kind === 'ended' ? { from: 0, until: Date.now() - 1 } : undefined;
    install(await stranger.leaf(names, valid), files);
    const gateway = await world.serve(withCertificate(kind), trusting);
    await gateway.running.line(banner(why));
    expect(await gateway.running.stop()).toBe(0);
  });
});

describe('with files that cannot be used', () => {
  const ending = async () => {
    const listen = ['--http', '127.0.0.1:0', '--https', '127.0.0.1:0', '--admin', '127.0.0.1:0'];
    const running = world.tunnelkit(['serve', ...listen, ...withCertificate('unused')]);
    return { exit: await running.exit, stderr: running.stderr };
  };

  it('a certificate and the key of another are TK-6001, exit 3', async () => {
    const [one, two] = await Promise.all([authority.leaf([DOMAIN]), authority.leaf([DOMAIN])]);
    install({ cert: one.cert, key: two.key }, files);
    const { exit, stderr } = await ending();
    expect(exit).toBe(3);
    expect(stderr).toMatch(/TK-6001[\s\S]*privkey\.pem is not the key of the certificate in .*fullchain\.pem/);
  });

  it('a file that is not there is TK-6001, exit 3, and names it', async () => {
    files.key = world.path('nowhere.pem');
    expect(await ending()).toMatchObject({
      exit: 3,
      stderr: expect.stringMatching(/TK-6001[\s\S]*nowhere\.pem does not exist\./),
    });
  });
});
