// Real services behind a tunnel, as their users meet them: nginx with a large file, an upload of one, PostgreSQL, git over HTTP.
import { execFile, execFileSync, spawn } from 'node:child_process';
import { closeSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { userInfo } from 'node:os';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort, type Gateway, type Running, World } from './program.testkit.ts';
import { startSite } from './site.testkit.ts';
import { begin, digest, keyedBytes, visit, visitUntil } from './visit.testkit.ts';

/** What passes each way: a third of it, kept anywhere, would show. `make volume` takes a gigabyte. */
const BYTES = Number(process.env.VOLUME_MIB ?? 384) * 2 ** 20;
/** Promised: RSS of gateway and agent grows by less than this while a gigabyte passes. */
const RSS_GROWTH_MAX = 128 * 2 ** 20;
const run = promisify(execFile);

const world = new World();
let gateway: Gateway;
beforeAll(async () => {
  gateway = await world.serve();
});
afterAll(() => world.close());

/** Resident bytes of a process, highest so far and now. */
function memory(running: Running): { readonly peak: number; readonly now: number } {
  const status = readFileSync(`/proc/${running.pid}/status`, 'utf8');
  const kib = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)![1]) * 1024;
  return { peak: kib('VmHWM'), now: kib('VmRSS') };
}

/** Runs `work` and says by how much the peak of each process rose above what it held before. */
async function growth(
  processes: Readonly<Record<string, Running>>,
  work: () => Promise<void>,
): Promise<Record<string, number>> {
  const before = Object.fromEntries(Object.entries(processes).map(([name, running]) => [name, memory(running).now]));
  await work();
  const grown = Object.entries(processes).map(
    ([name, running]) => [name, memory(running).peak - before[name]!] as const,
  );
  console.log(grown.map(([name, bytes]) => `${name} grew by ${Math.round(bytes / 2 ** 20)} MiB`).join(', '));
  return Object.fromEntries(grown);
}

/** nginx of its own in a folder of its own, serving that folder's `html`. */
async function startNginx(): Promise<{ readonly port: number; readonly html: string }> {
  const folder = world.makeFolder('nginx');
  const html = world.makeFolder('nginx', 'html');
  const port = await freePort();
  const user = userInfo().username;
  const config = `daemon off; master_process off; pid ${folder}/pid; error_log stderr; events {}
    http { access_log off; client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/fastcgi;
      uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi; server { listen 127.0.0.1:${port}; root ${html}; } }`;
  writeFileSync(`${folder}/nginx.conf`, `${process.getuid?.() === 0 ? `user ${user};` : ''} ${config}`);
  world.start('nginx', process.env.NGINX ?? '/usr/sbin/nginx', ['-p', folder, '-c', `${folder}/nginx.conf`]);
  writeFileSync(`${html}/up`, 'up');
  await visitUntil(new URL(`http://127.0.0.1:${port}/up`), (reply) => reply.status === 200);
  return { port, html };
}

describe('a large file', () => {
  it('from nginx arrives whole and is not kept on the way', async () => {
    const { port, html } = await startNginx();
    const file = openSync(`${html}/big`, 'w');
    ftruncateSync(file, BYTES);
    for (let at = 0; at < BYTES; at += 1 << 20) writeSync(file, Buffer.from(`piece ${at}`), 0, undefined, at);
    closeSync(file);
    const expected = execFileSync('sha256sum', [`${html}/big`], { encoding: 'utf8' }).slice(0, 64);
    const agent = await world.expose(String(port), ['--name', 'big']);
    await visit(new URL('/up', agent.url));
    const grown = await growth({ gateway: gateway.running, agent: agent.running }, async () => {
      expect(await digest(await begin(new URL('/big', agent.url)))).toEqual({ sha256: expected, bytes: BYTES });
    });
    for (const bytes of Object.values(grown)) expect(bytes).toBeLessThan(RSS_GROWTH_MAX);
  });

  it('sent in chunks arrives whole and is not kept on the way', async () => {
    const { port } = await startSite(world);
    const agent = await world.expose(port, ['--name', 'upload']);
    await visit(agent.url);
    const expected = await digest(keyedBytes(BYTES));
    const grown = await growth({ gateway: gateway.running, agent: agent.running }, async () => {
      const headers = { 'transfer-encoding': 'chunked' };
      const reply = await visit(new URL('/upload', agent.url), { method: 'POST', headers, body: keyedBytes(BYTES) });
      expect(JSON.parse(reply.text)).toEqual(expected);
    });
    for (const bytes of Object.values(grown)) expect(bytes).toBeLessThan(RSS_GROWTH_MAX);
  });
});

describe('psql', () => {
  it('talks to a real PostgreSQL through a TCP exposure', async () => {
    const bin = execFileSync('sh', ['-c', 'ls -d /usr/lib/postgresql/*/bin | tail -1'], { encoding: 'utf8' }).trim();
    const data = world.makeFolder('postgres');
    const port = await freePort();
    const server = ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', data, '-c', 'fsync=off'];
    // PostgreSQL refuses to run as root: as root it runs as the user its package made.
    const asUser = (command: string, args: readonly string[]): [string, string[]] =>
      process.getuid?.() === 0
        ? ['setpriv', ['--reuid=postgres', '--regid=postgres', '--clear-groups', command, ...args]]
        : [command, [...args]];
    if (process.getuid?.() === 0) execFileSync('sh', ['-c', `chmod 755 ${world.folder} && chown postgres ${data}`]);
    execFileSync(...asUser(`${bin}/initdb`, ['-D', data, '-A', 'trust', '-U', 'tester', '-N']), { stdio: 'ignore' });
    const postgres = world.start('postgres', ...asUser(`${bin}/postgres`, server));
    await postgres.line(/ready to accept connections/);
    const { url } = await world.expose(`tcp://127.0.0.1:${port}`);
    expect(url.protocol).toBe('tcp:');
    const sql =
      "create table t as select i, md5(i::text) m from generate_series(1, 100000) i; select count(*), md5(string_agg(m, '' order by i)) from t";
    const ask = async (host: string, at: string | number) =>
      (
        await run('psql', [
          '-h',
          host,
          '-p',
          String(at),
          '-U',
          'tester',
          '-d',
          'postgres',
          '-Atc',
          `${sql}; drop table t`,
        ])
      ).stdout;
    const direct = await ask('127.0.0.1', port);
    expect(await ask('127.0.0.1', url.port)).toBe(direct);
    expect(direct).toContain('100000|');
    await postgres.stop('SIGINT');
  });
});

describe('git', () => {
  it('clones over HTTP through a tunnel', async () => {
    const work = world.makeFolder('work');
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
        cwd: work,
        encoding: 'utf8',
      });
    git('init', '-q', '-b', 'main');
    for (let i = 0; i < 50; i++) writeFileSync(`${work}/file${i}`, Buffer.alloc(20_000, `line ${i}\n`));
    git('add', '.');
    git('commit', '-qm', 'all');
    mkdirSync(world.path('repositories'));
    git('clone', '-q', '--bare', work, world.path('repositories', 'demo.git'));
    const origin = await startGitBackend(world.path('repositories'));
    const { url } = await world.expose(String(origin.port), ['--name', 'git']);
    const address = `http://${url.host}/demo.git`;
    const resolve = `${url.hostname}:${url.port}:127.0.0.1`;
    await run('git', ['-c', `http.curloptResolve=${resolve}`, 'clone', '-q', address, world.path('clone')]);
    const head = (cwd: string) => execFileSync('git', ['rev-parse', 'HEAD'], { cwd, encoding: 'utf8' });
    expect(head(world.path('clone'))).toBe(head(work));
    origin.close();
  });
});

/** `git http-backend` behind Node's HTTP server, as a CGI program (RFC 3875). */
async function startGitBackend(projectRoot: string): Promise<{ readonly port: number; close(): void }> {
  const { createServer } = await import('node:http');
  const { once } = await import('node:events');
  const backend = `${execFileSync('git', ['--exec-path'], { encoding: 'utf8' }).trim()}/git-http-backend`;
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://origin');
    const env = {
      PATH: process.env.PATH ?? '',
      GIT_PROJECT_ROOT: projectRoot,
      GIT_HTTP_EXPORT_ALL: '1',
      REQUEST_METHOD: request.method ?? '',
      PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1),
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'safe.directory',
      GIT_CONFIG_VALUE_0: '*',
    };
    const child = spawn(backend, { env });
    request.pipe(child.stdin);
    let head = Buffer.alloc(0);
    child.stdout.on('data', (chunk: Buffer) => {
      if (response.headersSent) return void response.write(chunk);
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      const lines = head
        .subarray(0, end)
        .toString('latin1')
        .split('\r\n')
        .map((line) => line.split(/:\s*/, 2) as [string, string]);
      const status = lines.find(([name]) => name === 'Status')?.[1] ?? '200';
      response.writeHead(Number.parseInt(status, 10), lines.filter(([name]) => name !== 'Status').flat());
      response.write(head.subarray(end + 4));
    });
    child.on('close', () => response.end());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as { port: number }).port, close: () => server.close() };
}
