// Drivers of the bounds on what origins answer, and on agents that are away or full.
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { makeCertificate } from '../../transport/certificate.testkit.ts';
import { assertWorks, type Driver, type Drivers, notBefore, until } from './driver.testkit.ts';
import { GET } from './visitor.testkit.ts';
import { answerAfterReading, HOST, type LimitWorld } from './world.testkit.ts';

/** Long enough for a busy machine to do in it what is quick. */
const TIME = 700;
/** A gateway that waits for an agent must wait long enough for one to start on a busy machine. */
const HOLD = 1_500;

const ask = (world: LimitWorld, text = GET) => world.visitor().send(text).answer();

/** Both ways of a bound on what one answer holds: `answer(n)` has exactly n of it. */
function onAnswer(most: number, answer: (count: number) => string): Pick<Driver, 'at' | 'past' | 'isCounted'> {
  const answerWith = (world: LimitWorld, count: number) => {
    world.handler = (_, { socket }) => void socket?.end(answer(count));
    return ask(world);
  };
  return {
    isCounted: false,
    async at(world) {
      await world.web();
      assertWorks(`${most}`, (await answerWith(world, most)).status === 200);
    },
    past: async (world) => (await answerWith(world, most + 1)).code,
  };
}

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n';
const interimsOf = (count: number) => `${'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(count)}${OK}\r\n`;
const headOf = (bytes: number) => `${OK}X: ${'a'.repeat(bytes - OK.length - 'X: \r\n\r\n'.length)}\r\n\r\n`;

/** Connections of agents to this world's origin. */
const openAtOrigin = (world: LimitWorld) =>
  new Promise<number>((resolve) => world.origin.getConnections((_error, count) => resolve(count)));

/** An origin that speaks TLS, but lets each connection wait until it is told. */
async function slowTls(world: LimitWorld) {
  const waiting: Socket[] = [];
  const tls = createTlsServer(await makeCertificate('localhost', HOST), (socket) => {
    socket.on('error', () => {}).once('data', () => socket.end(`${OK}\r\n`));
  });
  const door = createServer((socket) => waiting.push(socket.on('error', () => {}))).listen(0, HOST);
  await once(door, 'listening');
  world.also(() => door.close());
  const { port } = door.address() as { port: number };
  return {
    url: `https://${HOST}:${port}`,
    waiting,
    begin: () => void tls.emit('connection', waiting.shift()),
  };
}

export const ORIGIN_DRIVERS = {
  interimResponses: { limits: { interimResponses: 3 }, ...onAnswer(3, interimsOf) },
  responseHeadBytes: { limits: { responseHeadBytes: 1_000 }, ...onAnswer(1_000, headOf) },
  originHeadMs: {
    limits: { originHeadMs: TIME },
    isCounted: false,
    async at(world) {
      await world.web();
      let answer = () => {};
      world.handler = (asked, response) => {
        answer = () => answerAfterReading(asked, response);
      };
      const slow = ask(world);
      await once(world.origin, 'request');
      answer();
      assertWorks('an answer in time', (await slow).status === 200);
    },
    async past(world) {
      world.handler = () => {};
      return notBefore(TIME, async () => (await ask(world)).code);
    },
  },
  originKeepAliveMs: {
    limits: { originKeepAliveMs: TIME },
    isCounted: false,
    async at(world) {
      await world.web();
      await ask(world);
      const before = await openAtOrigin(world);
      await ask(world);
      assertWorks('the same connection', before > 0 && (await openAtOrigin(world)) === before);
    },
    async past(world) {
      await ask(world);
      await notBefore(TIME - 100, async () => {
        while ((await openAtOrigin(world)) > 0) await new Promise((resolve) => setImmediate(resolve));
      });
      return undefined;
    },
  },
  originConnectMs: {
    limits: { originConnectMs: TIME },
    isCounted: false,
    async at(world) {
      const origin = await slowTls(world);
      const { heard } = await world.agent({ web: origin.url });
      await heard('exposed');
      const slow = ask(world);
      await until(() => origin.waiting.length > 0);
      origin.begin();
      assertWorks('a handshake in time', (await slow).status === 200);
    },
    past: async (world) => notBefore(TIME, async () => (await ask(world)).code),
  },
  sessionStreams: {
    limits: { sessionStreams: 3 },
    async at(world) {
      await world.web();
      const begun: (() => void)[] = [];
      world.handler = (asked, response) => begun.push(() => answerAfterReading(asked, response));
      for (const _ of [1, 2, 3]) world.visitor().send(GET);
      await until(() => begun.length === 3);
    },
    past: async (world) => (await ask(world)).code,
  },
  agentHoldMs: {
    limits: { agentHoldMs: HOLD },
    async at(world) {
      const { agent } = await world.web();
      await agent.stop(0);
      const held = ask(world);
      const back = await world.web();
      assertWorks('the agent came back in time', (await held).status === 200);
      await back.agent.stop(0);
    },
    past: async (world) => notBefore(HOLD, async () => (await ask(world)).code),
  },
  visitsHeld: {
    limits: { visitsHeld: 2, agentHoldMs: 60_000 },
    async at(world) {
      const { agent } = await world.web();
      await agent.stop(0);
      const held = [ask(world), ask(world)];
      const back = await world.web();
      for (const { status } of await Promise.all(held)) assertWorks('two were held', status === 200);
      await back.agent.stop(0);
    },
    async past(world) {
      const held = [ask(world), ask(world), ask(world)];
      const { code } = await Promise.race(held);
      for (const each of held) each.catch(() => {});
      return code;
    },
  },
} as const satisfies Drivers;
