// Measures the tunnel against the direct path, interleaved in one run: `node bench/tunnel.ts [ROUNDS] [SECONDS]`, or `make bench`.
// TLS link, nginx as origin, wrk for requests, curl for one bulk stream. Medians of ratios; absolutes only explain them.
// Exit status 1: a ratio is below its floor.
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { freePort, type Running, World } from '../src/cli/program/program.testkit.ts';
import { visitUntil } from '../src/cli/program/visit.testkit.ts';

const run = promisify(execFile);

/** What a sketch over Node's own sockets and TLS reached, less a fifth: below it, something was made slow. */
const FLOORS: Readonly<Record<string, Partial<Ratios>>> = {
  'TCP exposure': { requests: 0.25, bulk: 0.12 },
  'by host name': { requests: 0.15 },
};

export interface Ratios {
  /** Keep-alive requests a second of 64 visitors. */
  readonly requests: number;
  /** Bytes a second of one download. */
  readonly bulk: number;
  /** Requests a second of 16 visitors, each on a connection of its own. */
  readonly connections: number;
}

export interface Effort {
  readonly rounds: number;
  /** Of each run of wrk. */
  readonly seconds: number;
  readonly bulkBytes: number;
  /** A round that does not count comes first. */
  readonly warm: boolean;
}

interface Path {
  readonly name: string;
  readonly port: number;
  readonly host: string;
}

type Round = Readonly<Record<keyof Ratios, readonly number[]>> & { readonly besideMs: readonly number[] };

async function wrk(path: Path, visitors: number, seconds: number, ...more: readonly string[]): Promise<string> {
  const url = `http://127.0.0.1:${path.port}/small`;
  const args = ['-t1', `-c${visitors}`, `-d${seconds}s`, '-H', `Host: ${path.host}`, ...more, url];
  const { stdout } = await run('wrk', args);
  // wrk counts a connection that the server closes as it was asked to as an error of reading.
  if (/Non-2xx/.test(stdout) || (more.length === 0 && /Socket errors/.test(stdout)))
    throw new Error(`${path.name}: ${stdout}`);
  return stdout;
}

const ratePerSecond = (stdout: string) => Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)![1]);

const MS: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000 };

function p99Ms(stdout: string): number {
  const [, value, unit] = /99%\s+([\d.]+)(us|ms|s)/.exec(stdout)!;
  return Number(value) * MS[unit!]!;
}

async function bulk(path: Path, bytes: number): Promise<number> {
  const format = '%{speed_download} %{size_download}';
  const url = `http://127.0.0.1:${path.port}/bulk`;
  const { stdout } = await run('curl', ['-s', '-o', '/dev/null', '-w', format, '-H', `Host: ${path.host}`, url]);
  const [speed, size] = stdout.split(' ').map(Number);
  if (size !== bytes) throw new Error(`${path.name}: ${size} bytes instead of ${bytes}`);
  return speed! / 1e6;
}

/** The slowest of a hundred small requests, of four visitors, while one download takes what it can get. */
async function besideBulk(path: Path, { seconds, bulkBytes }: Effort): Promise<number> {
  let over = false;
  const downloads = (async () => {
    while (!over) await bulk(path, bulkBytes);
  })();
  const stdout = await wrk(path, 4, seconds, '--latency');
  over = true;
  await downloads;
  return p99Ms(stdout);
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

/** nginx as one process, a small file and a large sparse one. */
async function startNginx(world: World, bulkBytes: number): Promise<number> {
  const folder = world.makeFolder('nginx');
  const port = await freePort();
  writeFileSync(`${folder}/small`, 'hello\n');
  await run('truncate', ['-s', String(bulkBytes), `${folder}/bulk`]);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((kind) => `${kind}_temp_path ${folder}/${kind};`)
    .join(' ');
  writeFileSync(
    `${folder}/nginx.conf`,
    `daemon off; master_process off; pid ${folder}/pid; error_log stderr; events { worker_connections 4096; }
    http { access_log off; keepalive_requests 1000000000; sendfile on; ${temporary} server { listen 127.0.0.1:${port} backlog=4096; root ${folder}; } }`,
  );
  world.start('nginx', '/usr/sbin/nginx', ['-p', folder, '-c', `${folder}/nginx.conf`]);
  await visitUntil(new URL(`http://127.0.0.1:${port}/small`), (reply) => reply.status === 200);
  return port;
}

/** All figures of one round, so that what drifts on the machine drifts for every path. */
async function round(paths: readonly Path[], effort: Effort): Promise<Round> {
  const figures = {
    requests: [] as number[],
    bulk: [] as number[],
    connections: [] as number[],
    besideMs: [] as number[],
  };
  const { seconds, bulkBytes } = effort;
  for (const path of paths) figures.requests.push(ratePerSecond(await wrk(path, 64, seconds)));
  for (const path of paths) figures.bulk.push(await bulk(path, bulkBytes));
  for (const path of paths)
    figures.connections.push(ratePerSecond(await wrk(path, 16, seconds, '-H', 'Connection: close')));
  for (const path of paths) figures.besideMs.push(await besideBulk(path, effort));
  return figures;
}

/** MiB that the process holds now, and at most so far. */
function memoryOf({ pid }: Running): readonly [now: number, peak: number] {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const read = (name: string) => Math.round(Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)![1]) / 1024);
  return [read('VmRSS'), read('VmHWM')];
}

function report({ name }: Path, at: number, all: readonly Round[]): Ratios {
  const value = (figure: keyof Round) => median(all.map((one) => one[figure][at]!));
  const ratio = (figure: keyof Ratios) => median(all.map((one) => one[figure][at]! / one[figure][0]!));
  const ratios = { requests: ratio('requests'), bulk: ratio('bulk'), connections: ratio('connections') };
  const shown = (figure: keyof Ratios, unit: string) =>
    `${Math.round(value(figure))} ${unit} (${ratios[figure].toFixed(3)})`;
  console.log(
    [
      `${name.padEnd(13)} c=64 ${shown('requests', 'req/s')}`,
      `one bulk stream ${shown('bulk', 'MB/s')}`,
      `new connections ${shown('connections', '/s')}`,
      `p99 beside bulk ${value('besideMs').toFixed(1)} ms`,
    ].join(', '),
  );
  return ratios;
}

/** Ratios to direct by path, medians over the rounds. */
export async function measure(effort: Effort): Promise<Record<string, Ratios>> {
  const world = new World();
  try {
    const port = await startNginx(world, effort.bulkBytes);
    const gateway = await world.serve();
    const tcp = await world.expose(`tcp://127.0.0.1:${port}`, ['--transport', 'tls']);
    const named = await world.expose(`http://127.0.0.1:${port}`, ['--transport', 'tls', '--name', 'bench']);
    const paths: Path[] = [
      { name: 'direct', port, host: 'direct' },
      { name: 'TCP exposure', port: Number(tcp.url.port), host: 'direct' },
      { name: 'by host name', port: Number(named.url.port), host: named.url.host },
    ];
    if (effort.warm) await round(paths, { ...effort, seconds: 1 });
    const all: Round[] = [];
    for (let i = 0; i < effort.rounds; i++) all.push(await round(paths, effort));
    const ratios = Object.fromEntries(paths.map((path, at) => [path.name, report(path, at, all)]));
    const processes = { gateway: gateway.running, 'agent (tcp)': tcp.running, 'agent (http)': named.running };
    for (const [name, running] of Object.entries(processes)) {
      const [now, peak] = memoryOf(running);
      console.log(`${name.padEnd(13)} ${now} MiB, at most ${peak} MiB`);
    }
    return ratios;
  } finally {
    await world.close();
  }
}

/** The figures that are below their floors, in words. */
export function missed(ratios: Readonly<Record<string, Ratios>>): string[] {
  return Object.entries(FLOORS).flatMap(([name, floors]) =>
    Object.entries(floors).flatMap(([figure, floor]) => {
      const ratio = ratios[name]![figure as keyof Ratios];
      return ratio < floor ? [`${name}, ${figure}: ${ratio.toFixed(3)} of direct, the floor is ${floor}`] : [];
    }),
  );
}

if (import.meta.main) {
  const [rounds, seconds] = process.argv.slice(2).map(Number);
  const low = missed(await measure({ rounds: rounds ?? 5, seconds: seconds ?? 3, bulkBytes: 1 << 30, warm: true }));
  for (const line of low) console.error(line);
  process.exitCode = low.length > 0 ? 1 : 0;
}
