// A network that swallows every packet and says nothing: both sides notice within 16 s, and the agent comes back by itself.
import { once } from 'node:events';
import { request } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FarMachine } from './network.testkit.ts';
import { type Exposed, type Gateway, PROGRAM, ROOT, type Running, World } from './program.testkit.ts';
import { keyedBytes, visit, visitUntil } from './visit.testkit.ts';

const world = new World();
let far: FarMachine;
let gateway: Gateway;

beforeAll(async () => {
  far = FarMachine.make();
  gateway = await world.serve(['--https', `${far.here}:0`, '--log-format', 'json']);
});
afterAll(async () => {
  await world.close();
  far?.remove();
});

function startFar(name: string, command: string, args: readonly string[], env: Record<string, string> = {}): Running {
  return world.start(name, ...far.command(command, args), env);
}

/** An agent there with a key of its own. */
async function exposeFar(name: string, target: string, ...args: string[]): Promise<Exposed> {
  const all = ['expose', target, '--json', '--gateway', gateway.ready.join, ...args];
  const running = startFar(name, PROGRAM, all, { XDG_CONFIG_HOME: world.path(name) });
  return { running, url: new URL(String((await running.event('ready')).url)) };
}

const goneSessions = () =>
  gateway.running.stderr.split('\n').filter((line) => line.includes('"an agent is gone"')).length;

it('a dead network is noticed by both sides, idle and in the middle of an upload, and healed by itself', async () => {
  const site = startFar('site', process.execPath, [`${ROOT}/fixtures/origins/site.js`, '0']);
  const [port] = await site.line(/\d+/);
  const agents = await Promise.all([
    exposeFar('idle', port),
    exposeFar('idle over a WebSocket', port, '--transport', 'ws'),
    exposeFar('uploading', port),
  ]);
  const uploading = agents[2]!;
  expect(await Promise.all(agents.map(async ({ url }) => (await visit(url)).status))).toEqual([200, 200, 200]);

  const upload = request({ port: uploading.url.port, path: '/upload', method: 'POST' });
  const endless = keyedBytes(2 ** 40);
  endless.pipe(upload);
  // More than windows and queues hold: it flows.
  let sent = 0;
  const flows = Promise.withResolvers<void>();
  const count = (chunk: Buffer) => {
    sent += chunk.length;
    if (sent > 50_000_000) flows.resolve();
  };
  endless.on('data', count);
  await flows.promise;
  // Whoever listens on would drain it in one turn without an end, once the upload breaks.
  endless.off('data', count);
  const answered = once(upload, 'response').then(
    ([response]) => `${response.statusCode} ${response.headers['proxy-status']}`,
    (error: NodeJS.ErrnoException) => error.code ?? error.message,
  );

  far.cut();
  const cutAt = Date.now();
  const since = () => Date.now() - cutAt;
  const [agentMs, gatewayMs, uploadEnd] = await Promise.all([
    Promise.all(agents.map(({ running }) => running.event('lost').then(since))),
    gateway.running.until('all sessions to be gone', () => (goneSessions() === 3 ? since() : undefined)),
    answered.then((end) => ({ end, ms: since() })),
  ]);
  endless.destroy();
  upload.destroy();
  console.log(`agents noticed after ${agentMs.join(', ')} ms, the gateway after ${gatewayMs} ms`);
  console.log(`the upload ended after ${uploadEnd.ms} ms: ${uploadEnd.end}`);
  // Promised: 16 s; the rest is for the shared machine.
  expect(Math.max(...agentMs, gatewayMs, uploadEnd.ms)).toBeLessThan(20_000);

  far.heal();
  const healedAt = Date.now();
  const back = agents.map(async ({ url }) => {
    await visitUntil(url, (reply) => reply.status === 200);
    return Date.now() - healedAt;
  });
  console.log(
    `after ${healedAt - cutAt} ms without network the URLs answered again ${(await Promise.all(back)).join(', ')} ms after it healed`,
  );
  for (const { running } of agents) {
    expect(running.events.filter(({ type }) => type === 'ready')).toHaveLength(1);
    expect(new Set(running.events.filter(({ type }) => type === 'exposed').map(({ url }) => url)).size).toBe(1);
  }
});
