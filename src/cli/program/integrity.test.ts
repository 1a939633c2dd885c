// Fifty streams at once through a tunnel that is killed, frozen and killed again: every byte right, and no short message with a clean end.
import { createServer as createHttp, type Server as HttpServer, type IncomingMessage, request } from 'node:http';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as elapse } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { keyedStream, Ledger } from './oracle.testkit.ts';
import { type Exposed, freeRange, type Gateway, World } from './program.testkit.ts';

const STREAMS = 50;
const LENGTH_MAX = 1_500_000;
const HEADER_BYTES = 12;

const world = new World();
const tcpLedger = new Ledger();
const httpLedger = new Ledger();
let tcpOrigin: Server;
let httpOrigin: HttpServer;
let gateway: Gateway;
let ports: readonly string[];
let ids = 0;
let over = false;
let rounds = 0;

const listen = <T extends Server | HttpServer>(server: T) =>
  new Promise<T>((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
const portOf = (server: Server | HttpServer) => String((server.address() as { port: number }).port);
const length = () => Math.floor(Math.random() ** 3 * LENGTH_MAX);

beforeAll(async () => {
  tcpOrigin = await listen(createServer({ allowHalfOpen: true }, serveTcp));
  httpOrigin = await listen(createHttp(serveHttp));
  ports = ['--tcp-ports', await freeRange(4)];
  gateway = await world.serve(ports);
});
afterAll(async () => {
  over = true;
  tcpOrigin.close();
  httpOrigin.close();
  httpOrigin.closeAllConnections();
  await world.close();
});

/** Reads its header (id, bytes up, bytes down), then checks and answers. */
function serveTcp(socket: Socket): void {
  let header = Buffer.alloc(0);
  let reading: ReturnType<Ledger['reading']> | undefined;
  socket.on('error', () => {});
  socket.on('end', () => reading?.end(true));
  socket.on('close', () => reading?.end(false));
  socket.on('data', (chunk: Buffer) => {
    if (reading) return reading.take(chunk);
    header = Buffer.concat([header, chunk]);
    if (header.length < HEADER_BYTES) return;
    const [id, up, down] = [0, 4, 8].map((at) => header.readUInt32BE(at)) as [number, number, number];
    reading = tcpLedger.reading(id, 'up', up);
    reading.take(header.subarray(HEADER_BYTES));
    keyedStream(id, 'down', down).pipe(socket);
  });
}

function visitTcp(port: string): Promise<void> {
  const [id, up, down] = [++ids, length(), length()];
  const header = Buffer.alloc(HEADER_BYTES);
  [id, up, down].forEach((value, at) => {
    header.writeUInt32BE(value, at * 4);
  });
  const socket = connect({ host: '127.0.0.1', port: Number(port), allowHalfOpen: true });
  const reading = tcpLedger.reading(id, 'down', down);
  socket.on('connect', () => {
    socket.write(header);
    keyedStream(id, 'up', up).pipe(socket);
  });
  socket.on('data', (chunk: Buffer) => reading.take(chunk));
  socket.on('error', () => {});
  socket.on('end', () => reading.end(true));
  return new Promise((resolve) =>
    socket.on('close', () => {
      reading.end(false);
      resolve();
    }),
  );
}

function serveHttp(message: IncomingMessage, response: import('node:http').ServerResponse): void {
  const [id, up, down] = message.url!.slice(1).split('/').map(Number) as [number, number, number];
  const reading = httpLedger.reading(id, 'up', up);
  message.on('data', (chunk: Buffer) => reading.take(chunk));
  message.on('error', () => {});
  message.on('end', () => reading.end(message.complete));
  message.on('close', () => reading.end(false));
  response.on('error', () => {});
  keyedStream(id, 'down', down).pipe(response);
}

function visitHttp(url: URL): Promise<void> {
  const [id, up, down] = [++ids, length(), length()];
  const { promise, resolve } = Promise.withResolvers<void>();
  const sent = request({
    host: '127.0.0.1',
    port: url.port,
    path: `/${id}/${up}/${down}`,
    method: 'POST',
    headers: { host: url.host, 'transfer-encoding': 'chunked' },
    agent: false,
  });
  sent.on('error', () => resolve());
  sent.on('close', () => resolve());
  sent.on('response', (response) => {
    if (response.statusCode !== 200) return void response.resume();
    const reading = httpLedger.reading(id, 'down', down);
    response.on('data', (chunk: Buffer) => reading.take(chunk));
    response.on('error', () => {});
    response.on('end', () => reading.end(response.complete));
    response.on('close', () => reading.end(false));
  });
  keyedStream(id, 'up', up).pipe(sent);
  return promise;
}

/** One visit after the other, with a breath where nobody answers. */
async function worker(visitOnce: () => Promise<void>): Promise<void> {
  while (!over) {
    const began = Date.now();
    await visitOnce();
    rounds += 1;
    if (Date.now() - began < 10) await elapse(10);
  }
}

/** Resolves when `more` further visits have ended. */
async function pass(more: number): Promise<void> {
  const goal = rounds + more;
  while (rounds < goal) await elapse(5);
}

it('every byte is right and every short message visibly broken', async () => {
  const targets = [`tcp://127.0.0.1:${portOf(tcpOrigin)}`, portOf(httpOrigin)];
  const exposeBoth = () =>
    Promise.all(targets.map((target, at) => world.expose(target, at === 0 ? [] : ['--name', 'integrity'])));
  let agents = (await exposeBoth()) as [Exposed, Exposed];
  const [{ url: tcp }, { url: http }] = agents;
  const workers = Array.from({ length: STREAMS }, (_, at) =>
    worker(at % 2 === 0 ? () => visitTcp(tcp.port) : () => visitHttp(http)),
  );

  await pass(100);
  tcpLedger.killedAt.up = Date.now();
  await Promise.all(agents.map(({ running }) => running.stop('SIGKILL')));
  agents = (await exposeBoth()) as [Exposed, Exposed];
  expect(agents.map(({ url }) => url.href)).toEqual([tcp.href, http.href]);

  await pass(100);
  for (const { running } of agents) running.child.kill('SIGSTOP');
  await elapse(3_000);
  for (const { running } of agents) running.child.kill('SIGCONT');

  await pass(100);
  tcpLedger.killedAt.down = Date.now();
  const { http: at, https, admin } = gateway.ready;
  await gateway.running.stop('SIGKILL');
  gateway = await world.serve(['--http', at, '--https', https, '--admin', admin, ...ports]);
  await Promise.all(agents.map(({ running }) => running.event('exposed', 1)));

  await pass(100);
  over = true;
  await Promise.all(workers);
  console.log(`TCP: ${tcpLedger}\nchunked HTTP: ${httpLedger}`);
  for (const ledger of [tcpLedger, httpLedger]) {
    expect(ledger.mismatches).toEqual([]);
    expect(ledger.illegal).toEqual([]);
    expect(ledger.whole).toBeGreaterThan(100);
  }
  expect(tcpLedger.aborted + httpLedger.aborted).toBeGreaterThan(0);
  // HTTP says itself where a message ends: nobody's FIN can make a short one whole.
  expect(httpLedger.excused).toBe(0);
});
