// Debian's haproxy as a reverse proxy to the same origins, with its defaults for everything that is parsed.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Child, freePorts, listening, makeFolder } from './child.ts';
import { closeLanes, type Front, identity, type Lane, makeLanes } from './front.ts';

function choices({ open, guarded, secured }: Lane, at: number): string {
  const row = (host: string, backend: string) =>
    `  use_backend ${backend}${at} if { req.hdr(host),field(1,:),lower ${host} }\n`;
  return row(open, 'open') + row(guarded, 'guarded') + row(secured, 'secured');
}

function backends({ origin, secure }: Lane, at: number): string {
  return `
backend open${at}
  server origin 127.0.0.1:${origin.port}
backend guarded${at}
  http-request auth unless { http_auth(users) }
  server origin 127.0.0.1:${origin.port}
backend secured${at}
  server origin 127.0.0.1:${secure.port} ssl verify none
`;
}

function configuration(folder: string, port: number, securePort: number, lanes: readonly Lane[]): string {
  return `
global
  maxconn 4000
defaults
  mode http
  option forwardfor
  timeout connect 5s
  timeout client 60s
  timeout server 300s
  timeout http-request 10s
  timeout tunnel 1h
userlist users
  user user insecure-password pass
frontend visitors
  bind 127.0.0.1:${port}
  bind 127.0.0.1:${securePort} ssl crt ${folder}/both.pem alpn h2,http/1.1
${lanes.map(choices).join('')}
  default_backend nobody
backend nobody
  http-request return status 404
${lanes.map(backends).join('')}`;
}

export async function startHaproxy(count: number): Promise<Front> {
  const lanes = await makeLanes(count);
  const folder = makeFolder();
  const [port = 0, securePort = 0] = await freePorts(2);
  const { cert, key } = identity();
  writeFileSync(join(folder.path, 'both.pem'), cert + key);
  const file = join(folder.path, 'haproxy.cfg');
  writeFileSync(file, configuration(folder.path, port, securePort, lanes));
  const haproxy = new Child('/usr/sbin/haproxy', ['-db', '-f', file], folder.path);
  await listening(port, haproxy);
  return {
    name: 'haproxy',
    port,
    securePort,
    http2Port: port,
    lanes,
    pids: [haproxy.process.pid!],
    close: async () => {
      await haproxy.stop();
      closeLanes(lanes);
      folder.remove();
    },
  };
}
