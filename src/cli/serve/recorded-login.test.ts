// Somebody on the way has recorded how an agent logged in, and says the same bytes again (X43): they admit nobody, over no transport.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../limits/driver.testkit.ts';
import { type Exposer, HOST, LimitWorld } from '../limits/world.testkit.ts';

/** One connection's bytes, as they crossed. */
interface Recording {
  /** Of the agent, cut where the gateway answered. */
  readonly up: Buffer[];
  readonly down: Buffer[];
}

interface Recorder {
  readonly port: number;
  readonly made: Recording[];
}

let world: LimitWorld;
beforeAll(async () => {
  world = await LimitWorld.start({ authFailuresPerMinute: 1_000 });
});
afterAll(() => world.close());

async function listening(onSocket: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => onSocket(socket.on('error', () => {}))).listen(0, HOST);
  await once(server, 'listening');
  world.also(() => server.close());
  return (server.address() as AddressInfo).port;
}

async function recordTo(port: number): Promise<Recorder> {
  const made: Recording[] = [];
  const own = await listening((near) => {
    const recording: Recording = { up: [], down: [] };
    made.push(recording);
    let answered = true;
    const far = connect({ host: HOST, port }).on('error', () => near.destroy());
    near.on('data', (bytes: Buffer) => {
      if (answered) recording.up.push(bytes);
      else recording.up.push(Buffer.concat([recording.up.pop()!, bytes]));
      answered = false;
      far.write(bytes);
    });
    far.on('data', (bytes: Buffer) => {
      recording.down.push(bytes);
      answered = true;
      near.write(bytes);
    });
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
  });
  return { port: own, made };
}

const linkAt = (port: number) => world.gateway.joinLink!.replace(/:\d+\//, `:${port}/`);
const sessions = () => world.gateway.status().sessions.map(({ session }) => session);

/** What is said to the parts in turn, each after an answer to the one before; until there is a code, or the end. */
async function replay(parts: readonly Buffer[], socket: Socket): Promise<string> {
  let heard = '';
  let next = 0;
  const say = () => next < parts.length && socket.write(parts[next++]!);
  const over = Promise.withResolvers<void>();
  socket.on('error', () => {});
  socket.on('close', () => over.resolve());
  socket.on('data', (bytes) => {
    heard += bytes.toString('latin1');
    if (/TK-\d{4}/.test(heard)) socket.destroy();
    say();
  });
  say();
  await over.promise;
  return heard;
}

const TRANSPORTS = [
  ['tls', 'https', { transport: 'tls', insecure: false }, 'TK-4001'],
  ['ws over TLS', 'https', { transport: 'ws', insecure: false }, 'TK-4001'],
  ['ws, as a proxy before the gateway sees it', 'http', { transport: 'ws', insecure: true }, 'TK-4001'],
  ['tcp', 'http', { transport: 'tcp', insecure: true }, 'TK-1002'],
] as const;

describe.each(TRANSPORTS)('a login recorded over %s', (_, listener, way, distrust) => {
  let agent: Exposer;
  let recording: Recording;
  let id: readonly string[];

  beforeAll(async () => {
    const recorder = await recordTo(world.port(listener));
    agent = await world.agent(
      { [way.transport]: `http://${HOST}:${world.originPort}` },
      way.transport + listener,
      linkAt(recorder.port),
      way,
    );
    await agent.heard('exposed');
    recording = { up: [...recorder.made[0]!.up], down: [...recorder.made[0]!.down] };
    id = sessions();
  });

  it('has the bytes of a login in it', () => {
    expect(Buffer.concat(recording.up).length).toBeGreaterThan(300);
    expect(recording.up.length).toBeGreaterThan(1);
  });

  it.each([
    ['part by part', (up: Buffer[]) => up],
    ['all at once', (up: Buffer[]) => [Buffer.concat(up)]],
  ])('said again %s admits nobody, and throws nobody out', async (_, parts) => {
    const dialled = connect({ host: HOST, port: world.port(listener) });
    const heard = await replay(parts(recording.up), dialled);
    expect(heard.length).toBeGreaterThan(0);
    if (listener === 'http') expect(heard).toContain('TK-4009');
    expect(sessions()).toEqual(id);
    expect(agent.told.filter(({ type }) => type === 'connected')).toHaveLength(1);
  });

  it('said again when the agent is gone brings nobody in its place', async () => {
    await agent.agent.stop(0);
    await until(() => sessions().length === 0);
    await replay(recording.up, connect({ host: HOST, port: world.port(listener) }));
    expect(sessions()).toEqual([]);
  });

  it("tells the agent nothing either: the gateway's bytes said again are another gateway to it", async () => {
    const port = await listening((socket) => void replay(recording.down, socket));
    const fooled = await world.agent({ x: '1' }, 'fooled', linkAt(port), way);
    await until(() => fooled.told.some(({ type }) => ['refused', 'lost', 'connected'].includes(type)));
    expect(fooled.told.find(({ type }) => type !== 'connecting')).toMatchObject({ code: distrust });
    await fooled.agent.stop(0);
  });
});

it('a login recorded in the clear admits nobody inside TLS either', async () => {
  const recorder = await recordTo(world.port('http'));
  const agent = await world.agent({ clear: '1' }, 'clear', linkAt(recorder.port), { transport: 'tcp', insecure: true });
  await agent.heard('exposed');
  const id = sessions();
  const tls = { host: HOST, port: world.port('https'), ALPNProtocols: ['anpx/2'], rejectUnauthorized: false };
  expect(await replay([...recorder.made[0]!.up], connectTls(tls))).toContain('TK-4009');
  expect(sessions()).toEqual(id);
});
