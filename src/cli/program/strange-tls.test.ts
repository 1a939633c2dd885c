// Who comes over TLS and wants something else than is spoken here (X34, X35), with OpenSSL's own client: old versions, other protocols, early data.
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freePort, World } from './program.testkit.ts';
import { startSite } from './site.testkit.ts';

const world = new World();
/** The port of visitors and agents, and one of agents alone. */
const ports: { https: string; agents: string } = { https: '', agents: '' };

beforeAll(async () => {
  const agents = await freePort();
  const { ready } = await world.serve(['--agents', `127.0.0.1:${agents}`]);
  Object.assign(ports, { https: ready.https.split(':').at(-1), agents: String(agents) });
  await world.expose((await startSite(world)).port, ['--name', 'site']);
});
afterAll(() => world.close());

/** OpenSSL says hello, then what stands in `said`, and waits until the gateway closes; resolves with all that it tells. */
async function sClient(port: string, args: readonly string[], said = ''): Promise<string> {
  const file = world.path(`said-${port}`);
  writeFileSync(file, said);
  const line = `openssl s_client -connect 127.0.0.1:${port} -servername site.localhost ${args.join(' ')} < ${file}`;
  const client = world.start('openssl', 'sh', ['-c', line]);
  await client.exit;
  return client.stdout + client.stderr;
}

const GET = 'GET / HTTP/1.1\r\nHost: site.localhost\r\nConnection: close\r\n\r\n';

it('whoever asks for HTTP over TLS 1.2 or 1.3 is served: the twin of all that follows', async () => {
  for (const version of ['-tls1_2', '-tls1_3'])
    expect(await sClient(ports.https, ['-quiet', '-ign_eof', '-alpn', 'http/1.1', version], GET)).toContain('It works');
});

it.each(['https', 'agents'] as const)('a protocol that nobody speaks is refused by the handshake: %s', async (door) => {
  for (const alpn of ['x', 'spdy/3.1', 'anpx/3', 'ftp'])
    expect(await sClient(ports[door], ['-alpn', alpn])).toMatch(/alert no application protocol|alert number 120/);
});

it.each(['https', 'agents'] as const)('TLS 1.1 and older are refused by the handshake: %s', async (door) => {
  for (const version of ['-tls1_1', '-tls1'])
    expect(await sClient(ports[door], [version, '-cipher', 'DEFAULT@SECLEVEL=0'])).toMatch(
      /alert protocol version|alert number 70/,
    );
});

it('an agent over TLS 1.2 is closed without a word', async () => {
  const told = await sClient(ports.https, ['-quiet', '-ign_eof', '-alpn', 'anpx/2', '-tls1_2'], 'ANPX\x02\0\0\0');
  expect(told).not.toContain('ANPX');
});

it('a session that is taken up again lets nobody say anything before its handshake is done', async () => {
  const session = world.path('session.pem');
  const early = world.path('early');
  writeFileSync(early, GET.replace('GET / ', 'GET /early '));
  const first = await sClient(ports.https, ['-ign_eof', '-tls1_3', '-alpn', 'http/1.1', '-sess_out', session], GET);
  expect(first).toContain('It works');
  expect(first).toMatch(/Max Early Data: 0/);
  const again = await sClient(
    ports.https,
    ['-ign_eof', '-tls1_3', '-alpn', 'http/1.1', '-sess_in', session, '-early_data', early],
    GET,
  );
  expect(again).toMatch(/Reused, TLSv1\.3/);
  expect(again).toMatch(/Early data was (?:not sent|rejected)/);
  expect(again.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200']);
});
