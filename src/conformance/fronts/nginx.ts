// Debian's nginx as a reverse proxy to the same origins: streaming both ways, connections to origins kept, WebSocket passed.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Child, freePorts, listening, makeFolder } from './child.ts';
import { closeLanes, type Front, identity, type Lane, makeLanes } from './front.ts';

const PROXY = `
  proxy_http_version 1.1;
  proxy_set_header Host $http_host;
  proxy_set_header X-Forwarded-For $remote_addr;
  proxy_set_header Upgrade $http_upgrade;
  proxy_set_header Connection $connection_upgrade;
  proxy_buffering off;
  proxy_request_buffering off;
  proxy_ssl_verify off;
  client_max_body_size 0;
  client_body_timeout 60s;`;

function blocks(folder: string, listen: string, { open, guarded, secured, origin, secure }: Lane, at: number): string {
  const server = (host: string, pass: string, more = '') =>
    `server { ${listen} server_name ${host}; ${more} location / { proxy_pass ${pass}; } }\n`;
  return [
    `upstream lane${at} { server 127.0.0.1:${origin.port}; keepalive 8; }\n`,
    server(open, `http://lane${at}`),
    server(guarded, `http://lane${at}`, `auth_basic x; auth_basic_user_file ${folder}/users;`),
    server(secured, `https://127.0.0.1:${secure.port}`),
  ].join('');
}

function configuration(folder: string, listen: string, lanes: readonly Lane[]): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((kind) => `${kind}_temp_path ${folder}/${kind};`)
    .join(' ');
  return `daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/error.log;
events { worker_connections 4096; }
http { access_log off; ${temporary} server_names_hash_max_size 4096; server_names_hash_bucket_size 128;
  map $http_upgrade $connection_upgrade { default upgrade; '' ''; }
  ssl_certificate ${folder}/cert.pem; ssl_certificate_key ${folder}/key.pem;
  ${PROXY}
  server { ${listen.replaceAll(';', ' default_server;')} return 404; }
  ${lanes.map((lane, at) => blocks(folder, listen, lane, at)).join('  ')}
}`;
}

export async function startNginx(count: number): Promise<Front> {
  const lanes = await makeLanes(count);
  const folder = makeFolder();
  const [port = 0, securePort = 0, http2Port = 0] = await freePorts(3);
  const { cert, key } = identity();
  writeFileSync(join(folder.path, 'cert.pem'), cert);
  writeFileSync(join(folder.path, 'key.pem'), key);
  writeFileSync(join(folder.path, 'users'), 'user:{PLAIN}pass\n');
  const listen = `listen 127.0.0.1:${port}; listen 127.0.0.1:${securePort} ssl http2; listen 127.0.0.1:${http2Port} http2;`;
  const file = join(folder.path, 'nginx.conf');
  writeFileSync(file, configuration(folder.path, listen, lanes));
  const nginx = new Child('/usr/sbin/nginx', ['-p', folder.path, '-c', file], folder.path);
  await listening(port, nginx);
  return {
    name: 'nginx',
    port,
    securePort,
    http2Port,
    lanes,
    pids: [nginx.process.pid!],
    close: async () => {
      await nginx.stop();
      closeLanes(lanes);
      folder.remove();
    },
  };
}
