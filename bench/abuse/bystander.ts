// A program: a visitor that behaves, and what it sees. `paced`: small requests, so many a second whatever becomes of them; `down` and
// `up`: bodies one after the other. `node bystander.ts paced|down|up PORT SECONDS` prints one line of JSON.
import { Agent, request } from 'node:http';

const [how = 'paced', port, seconds] = process.argv.slice(2);
const RATE = 100;
const CHUNK = Buffer.alloc(2 ** 20, 'u');
const CHUNKS = 32;
const agent = new Agent({ keepAlive: true, maxSockets: 8 });
const end = performance.now() + Number(seconds) * 1_000;
const times: number[] = [];
let bytes = 0;
let failed = 0;

function ask(method: string, path: string, send: (out: ReturnType<typeof request>) => void): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const startedAt = performance.now();
  const out = request({ host: '127.0.0.1', port, path, method, agent }, (answer) => {
    answer.on('data', (data: Buffer) => {
      if (performance.now() < end) bytes += data.length;
    });
    answer.on('end', () => {
      if (answer.statusCode !== 200) failed += 1;
      times.push(performance.now() - startedAt);
      resolve();
    });
    answer.on('error', resolve);
  });
  out.on('error', () => {
    failed += 1;
    resolve();
  });
  send(out);
  return promise;
}

/** As much as the connection takes. */
async function upload(out: ReturnType<typeof request>): Promise<void> {
  for (let chunk = 0; chunk < CHUNKS; chunk += 1) {
    const written = Promise.withResolvers<void>();
    out.write(CHUNK, () => written.resolve());
    await written.promise;
    if (performance.now() >= end) break;
    bytes += CHUNK.length;
  }
  out.end();
}

if (how === 'paced') {
  const all: Promise<void>[] = [];
  const timer = setInterval(() => all.push(ask('GET', '/', (out) => out.end())), 1_000 / RATE);
  await new Promise((resolve) => setTimeout(resolve, Number(seconds) * 1_000));
  clearInterval(timer);
  await Promise.all(all);
} else {
  setTimeout(() => agent.destroy(), Number(seconds) * 1_000 + 200);
  while (performance.now() < end) {
    if (how === 'down') await ask('GET', '/large', (out) => out.end());
    else await ask('POST', '/sink', (out) => void upload(out));
  }
}
times.sort((one, other) => one - other);
const p99 = times[Math.ceil(times.length * 0.99) - 1] ?? Number.POSITIVE_INFINITY;
console.log(JSON.stringify({ count: times.length, failed, p99, megabytes: bytes / 1e6 / Number(seconds) }));
process.exit();
