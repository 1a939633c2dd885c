// `tunnelkit status`: a gateway and its agents, with figures that agree with what was sent.
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AgentReport } from '../agent/report.ts';
import type { GatewayStatus } from '../status/lines.ts';
import { type Exposed, freePort, type Running, World } from './program.testkit.ts';
import { keyedBytes, visit } from './visit.testkit.ts';

interface Status {
  readonly gateway: GatewayStatus | null;
  readonly agents: readonly AgentReport[];
}

/** Of the agents only those that are named: where the tests run as root, the services of the machine are shown too. */
async function statusOf(world: World, ours: readonly Running[]): Promise<Status> {
  const asked = world.tunnelkit(['status', '--json']);
  expect(await asked.exit, asked.stderr).toBe(0);
  expect(asked.events).toHaveLength(1);
  const { gateway, agents } = asked.events[0] as unknown as Status;
  return { gateway, agents: agents.filter(({ pid }) => ours.some((running) => running.pid === pid)) };
}

const FILE_BYTES = 300_000;

describe('status of a gateway and two agents', () => {
  const world = new World();
  let docs: Exposed;
  let fleet: Running;
  const downPort = freePort();

  beforeAll(async () => {
    await world.serve();
    writeFileSync(`${world.makeFolder('public')}/file`, Buffer.alloc(FILE_BYTES, 1));
    docs = await world.expose(world.path('public'), ['--name', 'docs']);
    const port = docs.url.port;
    const rows = [`tcp://127.0.0.1:${port}`, `http://127.0.0.1:${await downPort}`];
    writeFileSync(world.path('tunnelkit.yaml'), `exposures:\n${rows.map((row) => `  - target: ${row}\n`).join('')}`);
    fleet = world.tunnelkit(['connect', '--json']);
    await fleet.event('exposed', 1);
  });
  afterAll(() => world.close());

  it('counts visits and bytes as they were sent, by HTTP and by TCP', async () => {
    for (const _ of [1, 2, 3]) expect((await visit(new URL('/file', docs.url))).text).toHaveLength(FILE_BYTES);
    await visit(new URL('/none', docs.url), {
      method: 'PUT',
      body: keyedBytes(1_000),
      headers: { 'content-length': 1_000 },
    });
    const tcp = new URL(String(fleet.events.find(({ url }) => String(url).startsWith('tcp:'))!.url));
    const socket = connect(Number(tcp.port), '127.0.0.1');
    const sent = `GET /file HTTP/1.1\r\nHost: ${docs.url.host}\r\nConnection: close\r\n\r\n`;
    socket.write(sent);
    let received = 0;
    socket.on('data', (data) => {
      received += data.length;
    });
    await once(socket, 'close');

    const { gateway, agents } = await statusOf(world, [docs.running, fleet]);
    expect(agents.map(({ pid, command, state }) => [pid, command, state]).sort()).toEqual(
      [
        [docs.running.pid, 'expose', 'connected'],
        [fleet.pid, 'connect', 'connected'],
      ].sort(),
    );
    const of = (pid: number) => agents.find((agent) => agent.pid === pid)!;
    const [files] = of(docs.running.pid).exposures;
    expect(files).toMatchObject({ url: docs.url.href.slice(0, -1), origin: { up: true }, visits: 5, open: 0 });
    // What the file server refuses it answers in a line; the three visits and the one through TCP got the file.
    expect(files!.bytesOut - 4 * FILE_BYTES).toBe('405 Method Not Allowed\n'.length);
    expect(files!.bytesIn).toBe(1_000);
    expect(files!.p95Ms).toBeGreaterThanOrEqual(files!.p50Ms!);
    const [tunnel, down] = of(fleet.pid).exposures;
    expect(tunnel).toMatchObject({ visits: 1, bytesIn: sent.length, bytesOut: received, origin: { up: true } });
    expect(down).toMatchObject({ visits: 0, origin: { up: false, code: 'TK-2001' } });

    expect(gateway!.sessions).toHaveLength(2);
    for (const { exposures, stats } of gateway!.sessions) {
      const agent = agents.find(({ exposures: [first] }) => exposures.includes(first!.url!))!;
      const through = agent.exposures.reduce((sum, { bytesOut }) => sum + bytesOut, 0);
      expect(stats.bytesIn).toBeGreaterThanOrEqual(through);
      expect(stats.bytesIn).toBeLessThan(through * 1.02 + 2_000);
      expect(agent).toMatchObject({ transport: 'tls', rttMs: expect.any(Number) });
    }
  });

  it('forgets agents that were stopped or killed', async () => {
    await docs.running.stop('SIGKILL');
    await fleet.stop('SIGTERM');
    const { gateway, agents } = await statusOf(world, [docs.running, fleet]);
    expect([gateway!.sessions, agents]).toEqual([[], []]);
  });
});

describe('status', () => {
  const world = new World();
  afterAll(() => world.close());

  it('says of agents that they wait for a gateway, and exits 5 where no gateway has the directory it names', async () => {
    const gateway = await world.serve();
    const agent = world.tunnelkit(['expose', '1', '--json', '--name', 'one']);
    await agent.event('ready');
    await gateway.running.stop('SIGKILL');
    await agent.event('lost');
    const told = world.tunnelkit(['status']);
    expect(await told.exit, told.stderr).toBe(0);
    expect(told.stdout).toMatch(/^agent \d+ \(expose\): .*, without a session for \d+ s$/m);
    expect(told.stdout).toContain('TK-400');
    expect(told.stdout).toContain('not published  http://localhost:1');

    const named = world.tunnelkit(['status', '--data-dir', world.path('elsewhere')]);
    expect(await named.exit).toBe(5);
    expect(named.stderr).toContain('TK-5006');
  });
});
