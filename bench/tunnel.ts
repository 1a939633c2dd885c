// Measures the tunnel against the direct path, interleaved in one run: `node bench/tunnel.ts [ROUNDS] [SECONDS]`.
// TLS link, nginx as origin, wrk for requests, curl for one bulk stream. Medians of ratios; absolutes only explain them.
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { freePort, World } from '../src/cli/program/program.testkit.ts';
import { visitUntil } from '../src/cli/program/visit.testkit.ts';

const run = promisify(execFile);
const BULK_BYTES = 1 << 30;

interface Path {
  readonly name: string;
  readonly port: number;
  readonly host: string;
}

async function requests(path: Path, seconds: number): Promise<number> {
  const url = `http://127.0.0.1:${path.port}/small`;
  const { stdout } = await run('wrk', ['-t1', '-c64', `-d${seconds}s`, '-H', `Host: ${path.host}`, url]);
  if (/Non-2xx|Socket errors/.test(stdout)) throw new Error(`${path.name}: ${stdout}`);
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)![1]);
}

async function bulk(path: Path): Promise<number> {
  const format = '%{speed_download} %{size_download}';
  const { stdout } = await run('curl', [
    '-s',
    '-o',
    '/dev/null',
    '-w',
    format,
    '-H',
    `Host: ${path.host}`,
    `http://127.0.0.1:${path.port}/bulk`,
  ]);
  const [speed, size] = stdout.split(' ').map(Number);
  if (size !== BULK_BYTES) throw new Error(`${path.name}: ${size} bytes instead of ${BULK_BYTES}`);
  return speed! / 1e6;
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

/** nginx with one worker, a small file and a large sparse one. */
async function startNginx(world: World): Promise<number> {
  const folder = world.makeFolder('nginx');
  const port = await freePort();
  writeFileSync(`${folder}/small`, 'hello\n');
  await run('truncate', ['-s', String(BULK_BYTES), `${folder}/bulk`]);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((kind) => `${kind}_temp_path ${folder}/${kind};`)
    .join(' ');
  writeFileSync(
    `${folder}/nginx.conf`,
    `user root; daemon off; worker_processes 1; pid ${folder}/pid; error_log stderr; events { worker_connections 4096; }
    http { access_log off; keepalive_requests 1000000000; sendfile on; ${temporary} server { listen 127.0.0.1:${port}; root ${folder}; } }`,
  );
  world.start('nginx', '/usr/sbin/nginx', ['-p', folder, '-c', `${folder}/nginx.conf`]);
  await visitUntil(new URL(`http://127.0.0.1:${port}/small`), (reply) => reply.status === 200);
  return port;
}

/** All figures of one round, so that what drifts on the machine drifts for every path. */
async function round(paths: readonly Path[], seconds: number): Promise<{ rates: number[]; bulks: number[] }> {
  const rates: number[] = [];
  const bulks: number[] = [];
  for (const path of paths) rates.push(await requests(path, seconds));
  for (const path of paths) bulks.push(await bulk(path));
  return { rates, bulks };
}

/** Ratios to direct by path, medians over the rounds. */
export async function measure(
  rounds: number,
  seconds: number,
): Promise<Record<string, { requests: number; bulk: number }>> {
  const world = new World();
  try {
    const port = await startNginx(world);
    await world.serve();
    const tcp = await world.expose(`tcp://127.0.0.1:${port}`, ['--transport', 'tls']);
    const named = await world.expose(`http://127.0.0.1:${port}`, ['--transport', 'tls', '--name', 'bench']);
    const paths: Path[] = [
      { name: 'direct', port, host: 'direct' },
      { name: 'TCP exposure', port: Number(tcp.url.port), host: 'direct' },
      { name: 'by host name', port: Number(named.url.port), host: named.url.host },
    ];
    await round(paths, 1);
    const all: Awaited<ReturnType<typeof round>>[] = [];
    for (let i = 0; i < rounds; i++) all.push(await round(paths, seconds));
    return Object.fromEntries(
      paths.map((path, at) => {
        const rates = all.map((one) => one.rates[at]!);
        const speeds = all.map((one) => one.bulks[at]!);
        const ratios = {
          requests: median(all.map((one) => one.rates[at]! / one.rates[0]!)),
          bulk: median(all.map((one) => one.bulks[at]! / one.bulks[0]!)),
        };
        console.log(
          `${path.name.padEnd(13)} c=64 ${Math.round(median(rates))} req/s (${ratios.requests.toFixed(3)} of direct), one bulk stream ${Math.round(median(speeds))} MB/s (${ratios.bulk.toFixed(3)})`,
        );
        return [path.name, ratios];
      }),
    );
  } finally {
    await world.close();
  }
}

if (import.meta.main) await measure(Number(process.argv[2] ?? 5), Number(process.argv[3] ?? 3));
