// Drivers of the bounds on what a visitor sends, and on how long it may take.
import { assertWorks, type Drivers, notBefore } from './driver.testkit.ts';
import { CHUNKED, GET } from './visitor.testkit.ts';
import type { LimitWorld } from './world.testkit.ts';

const HOST_FIELD = 'Host: web.localhost\r\n';
/** Long enough for a busy machine to do in it what is quick. */
const TIME = 700;

async function ask(world: LimitWorld, text: string) {
  return world.visitor().send(text).answer();
}

/** Both ways of a bound on what one request holds: `request(n)` has exactly n of it. */
function onRequest(most: number, request: (count: number) => string) {
  return {
    async at(world: LimitWorld) {
      await world.web();
      assertWorks(`${most}`, (await ask(world, request(most))).status === 200);
    },
    past: async (world: LimitWorld) => (await ask(world, request(most + 1))).code,
  };
}

const lineOf = (bytes: number) => `GET /${'a'.repeat(bytes - 'GET / HTTP/1.1'.length)} HTTP/1.1\r\n${HOST_FIELD}\r\n`;

function headOf(bytes: number): string {
  const rest = `GET / HTTP/1.1\r\n${HOST_FIELD}X: \r\n\r\n`;
  return rest.replace('X: ', `X: ${'a'.repeat(bytes - rest.length)}`);
}

const fieldsOf = (count: number) => `GET / HTTP/1.1\r\n${HOST_FIELD}${'X: y\r\n'.repeat(count - 1)}\r\n`;
const chunkLineOf = (bytes: number) => `${CHUNKED}1;${'e'.repeat(bytes - 2)}\r\nx\r\n0\r\n\r\n`;
const trailersOf = (count: number) => `${CHUNKED}0\r\n${'X: y\r\n'.repeat(count)}\r\n`;
/** `bytes` from the first trailer to the empty line, both included. */
const trailerOf = (bytes: number) => `${CHUNKED}0\r\nX: ${'a'.repeat(bytes - 'X: \r\n\r\n'.length)}\r\n\r\n`;

/** Both ways of a bound on time: `first` begins a request, `rest` is sent once somebody else was answered meanwhile. */
function onTime(first: string, rest: string) {
  return {
    async at(world: LimitWorld) {
      await world.web();
      const slow = world.visitor().send(first);
      await ask(world, GET);
      assertWorks('the rest in time', (await slow.send(rest).answer()).status === 200);
    },
    async past(world: LimitWorld) {
      const slow = world.visitor();
      return notBefore(TIME, async () => (await slow.send(first).answer()).code);
    },
  };
}

export const VISITOR_DRIVERS = {
  requestLineBytes: { limits: { requestLineBytes: 200 }, ...onRequest(200, lineOf) },
  headBytes: { limits: { headBytes: 600 }, ...onRequest(600, headOf) },
  fieldCount: { limits: { fieldCount: 8 }, ...onRequest(8, fieldsOf) },
  chunkLineBytes: { limits: { chunkLineBytes: 32 }, ...onRequest(32, chunkLineOf) },
  trailerBytes: { limits: { trailerBytes: 128 }, ...onRequest(128, trailerOf) },
  trailerCount: { limits: { trailerCount: 3 }, ...onRequest(3, trailersOf) },
  headTimeoutMs: { limits: { headTimeoutMs: TIME }, ...onTime(GET.slice(0, 20), GET.slice(20)) },
  bodyIdleMs: {
    limits: { bodyIdleMs: TIME, headTimeoutMs: TIME },
    ...onTime(`POST / HTTP/1.1\r\n${HOST_FIELD}Content-Length: 10\r\n\r\nhello`, 'world'),
  },
  visitorKeepAliveMs: {
    limits: { visitorKeepAliveMs: TIME },
    isCounted: false,
    async at(world) {
      await world.web();
      const visitor = world.visitor().send(GET);
      await visitor.answer();
      assertWorks('a second request', (await visitor.send(GET).answer(1)).status === 200);
    },
    async past(world) {
      const visitor = world.visitor().send(GET);
      await visitor.answer();
      await notBefore(TIME - 100, () => visitor.over);
      return undefined;
    },
  },
  visitorsPending: {
    limits: { visitorsPending: 3 },
    async at(world) {
      await world.web();
      const all = [1, 2, 3].map(() => world.visitor().send(GET));
      const answers = await Promise.all(all.map((visitor) => visitor.answer()));
      assertWorks(
        'three at once',
        answers.every(({ status }) => status === 200),
      );
    },
    async past(world) {
      await world.visitor().send(GET).over;
      return undefined;
    },
  },
  tlsHandshakesPending: {
    limits: { tlsHandshakesPending: 3 },
    async at(world) {
      for (const _ of [1, 2]) world.visitor('https');
      await world.web();
      world.visitor('https');
    },
    async past(world) {
      await world.visitor('https').over;
      return undefined;
    },
  },
  tlsHandshakeMs: {
    limits: { tlsHandshakeMs: TIME },
    at: async (world) => void (await world.web()),
    async past(world) {
      await notBefore(TIME, () => world.visitor('https').over);
      return undefined;
    },
  },
} as const satisfies Drivers;
