// nginx as origin: one process, files only, everything it writes in a folder of ours.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { BULK_BYTES, PIECE_BYTES, piece } from '../load/pattern.ts';
import { SMALL } from '../load/requests.ts';
import { freePort } from '../ports.ts';
import { answersHttp } from '../probe.ts';

/** Where nginx is when the PATH of a normal user does not say so. */
const PLACES = ['nginx', '/usr/sbin/nginx', '/usr/local/sbin/nginx', '/opt/homebrew/bin/nginx'];

export interface FoundNginx {
  readonly program: string;
  /** `nginx/1.22.1`. */
  readonly version: string;
}

/** Undefined: there is none on this machine. */
export async function findNginx(): Promise<FoundNginx | undefined> {
  for (const program of PLACES) {
    const said = await promisify(execFile)(program, ['-v']).catch(() => undefined);
    const version = /nginx\/[\d.]+/.exec(said?.stderr ?? '')?.[0];
    if (version !== undefined) return { program, version };
  }
  return undefined;
}

const TEMPORARY = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];

function configuration(folder: string, port: number): string {
  const temporary = TEMPORARY.map((kind) => `${kind}_temp_path "${join(folder, kind)}";`).join(' ');
  return `daemon off; master_process off; pid "${join(folder, 'nginx.pid')}"; error_log stderr warn;
events { worker_connections 8192; }
http {
  access_log off; sendfile on; tcp_nodelay on; keepalive_requests 1000000000; keepalive_timeout 600s; ${temporary}
  server { listen 127.0.0.1:${port} backlog=4096; root "${folder}"; default_type text/plain; }
}
`;
}

function writeFiles(folder: string): void {
  writeFileSync(join(folder, 'small'), SMALL);
  const bulk = openSync(join(folder, 'bulk'), 'w');
  for (let at = 0; at < BULK_BYTES; at += PIECE_BYTES) writeSync(bulk, piece(at, PIECE_BYTES));
  closeSync(bulk);
}

export interface RunningNginx {
  readonly process: ChildProcess;
  readonly port: number;
}

/** Rejects with what nginx said when it does not start. */
export async function startNginx({ program }: FoundNginx, folder: string): Promise<RunningNginx> {
  writeFiles(folder);
  const port = await freePort();
  const file = join(folder, 'nginx.conf');
  writeFileSync(file, configuration(folder, port));
  const nginx = spawn(program, ['-p', folder, '-c', file], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  nginx.stderr.on('data', (data) => {
    said = (said + data).slice(-2_000);
  });
  const ended = new Promise<never>((_, reject) => {
    nginx.once('error', reject).once('exit', (code) => reject(new Error(`nginx ended (${code}): ${said.trim()}`)));
  });
  ended.catch(() => {});
  await Promise.race([answersHttp({ host: '127.0.0.1', port }, 'origin'), ended]);
  return { process: nginx, port };
}
