// nginx as the local service, which waits for a PROXY header on each connection (T9): HTTP, HTTPS and TCP exposures, both versions, and
// visitors of both families.
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort, ROOT, World } from './program.testkit.ts';
import { visit, visitUntil } from './visit.testkit.ts';

/** An address of loopback that nothing else here has. */
const VISITOR = '127.0.0.77';
const world = new World();
let port: number;
let securePort: number;

/** Answers with what the header said; without one nginx closes the connection. */
async function startNginx(): Promise<void> {
  [port, securePort] = [await freePort(), await freePort()];
  const open = await freePort();
  const folder = world.makeFolder('nginx');
  const tls = `ssl_certificate ${ROOT}/fixtures/tls/localhost.cert.pem; ssl_certificate_key ${ROOT}/fixtures/tls/localhost.key.pem;`;
  const said = '$proxy_protocol_addr $proxy_protocol_port $proxy_protocol_server_addr $connection';
  writeFileSync(
    `${folder}/nginx.conf`,
    `worker_processes 1;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log info;
events {}
http {
  access_log off;
  client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
  server { listen 127.0.0.1:${open}; return 204; }
  server {
    listen 127.0.0.1:${port} proxy_protocol;
    listen 127.0.0.1:${securePort} ssl proxy_protocol;
    ${tls}
    return 200 "${said}\\n";
  }
}
`,
  );
  const args = ['-p', folder, '-c', `${folder}/nginx.conf`, '-g', 'daemon off; master_process off;'];
  world.start('nginx', process.env.NGINX ?? '/usr/sbin/nginx', args);
  await visitUntil(new URL(`http://127.0.0.1:${open}`), ({ status }) => status === 204);
}

interface Said {
  readonly address: string;
  readonly port: number;
  /** Where the visitor arrived, as the header says. */
  readonly server: string;
  /** nginx's number of its connection. */
  readonly connection: string;
  /** The visitor's own port. */
  readonly own: number;
}

let gatewayPort: number;

async function ask(url: URL, from = VISITOR, to = '127.0.0.1'): Promise<Said> {
  const sent = request({
    host: to,
    port: url.port || gatewayPort,
    localAddress: from,
    headers: { host: url.host },
    agent: false,
  });
  sent.end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const own = sent.socket!.localPort!;
  let text = '';
  for await (const part of response.setEncoding('utf8')) text += part;
  const [address = '', said, server = '', connection = ''] = text.trim().split(' ');
  return { address, port: Number(said), server, connection, own };
}

beforeAll(async () => {
  await startNginx();
  const { ready } = await world.serve(['--http', ':0']);
  gatewayPort = Number(ready.http.split(':').at(-1));
});
afterAll(() => world.close());

describe.each(['v1', 'v2'])('--send-proxy-protocol %s', (version) => {
  /** One after the other: two agents with one key would be rivals. */
  const exposed = async (target: string, look: (url: URL) => Promise<void>) => {
    const { url, running } = await world.expose(target, ['--send-proxy-protocol', version, '--require-origin']);
    await look(url);
    await running.stop();
  };

  it.each([
    ['http', () => `http://127.0.0.1:${port}`],
    ['https', () => `https://127.0.0.1:${securePort}`],
    ['tcp', () => `tcp://127.0.0.1:${port}`],
  ])('tells the origin of a target %s:// who visits, over IPv4 and IPv6', async (_kind, target) => {
    await exposed(target(), async (url) => {
      const four = await ask(url);
      expect([four.address, four.port, four.server]).toEqual([VISITOR, four.own, '127.0.0.1']);
      const six = await ask(url, '::1', '::1');
      expect([six.address, six.port, six.server]).toEqual(['::1', six.own, '::']);
    });
  });

  it('keeps no connection for another visitor', async () => {
    await exposed(`http://localhost:${port}`, async (url) => {
      const said = [await ask(url), await ask(url), await ask(url, '127.0.0.78')];
      expect(new Set(said.map(({ connection }) => connection)).size).toBe(3);
      for (const { port: told, own } of said) expect(told).toBe(own);
    });
  });
});

it('without it nginx hears a request where a header is due', async () => {
  const { url } = await world.expose(String(port), ['--name', 'untold']);
  expect((await visit(new URL(`http://${url.hostname}:${gatewayPort}`))).status).toBe(502);
  expect(readFileSync(world.path('nginx/error.log'), 'utf8')).toContain('broken header');
});

it.each(['udp://127.0.0.1:9', '.'])('%s has no connections to introduce: exit 3', async (target) => {
  const running = world.tunnelkit(['expose', target, '--send-proxy-protocol', 'v2']);
  expect(await running.exit).toBe(3);
  expect(running.stderr).toContain('send-proxy-protocol');
});
