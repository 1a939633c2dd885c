// Attackers over HTTP/2 whose connection was ended, and who come again at once.
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { FramePeer, frame, PREFACE, TYPE } from '../../conformance/raw/frame-peer.ts';
import type { Pairs } from '../../conformance/raw/hpack.ts';
import type { LimitName } from '../../contract/limits.ts';
import { floods, numbering } from '../../ingress/http2/floods.testkit.ts';
import { until } from './driver.testkit.ts';
import { HOST, LimitWorld } from './world.testkit.ts';

const PENDING = 4;
/** More than may have a handshake under way at once. */
const ATTACKERS = 12;
const ROUNDS = 5;

let world: LimitWorld;
beforeEach(async () => {
  world = await LimitWorld.start({ tlsHandshakesPending: PENDING, h2ResetStreams: 50 });
  await world.web();
});
afterEach(() => world.close());

const get = (scheme: string): Pairs => [
  [':method', 'GET'],
  [':scheme', scheme],
  [':authority', 'web.localhost'],
  [':path', '/'],
];

/** HTTP/2 over TLS, as browsers speak it, over a connection that stands or is about to. */
function speak(socket: Socket): FramePeer {
  const secured = connectTls({ socket, ALPNProtocols: ['h2'], rejectUnauthorized: false });
  return new FramePeer(secured).send(PREFACE, frame(TYPE.settings, 0, 0));
}

function call(): Socket {
  const socket = connect({ host: HOST, port: world.port('https') }).on('error', () => {});
  world.also(() => socket.destroy());
  return socket;
}

/** All come at once. Those who may begin a handshake flood their connection, until it is ended. */
async function attack(): Promise<void> {
  const [flood] = floods(get('https'), get('https'));
  const sockets = Array.from({ length: ATTACKERS }, call);
  let refused = 0;
  for (const socket of sockets) socket.once('close', () => (refused += 1)).resume();
  await until(() => refused === ATTACKERS - PENDING);
  const peers = sockets.filter(({ destroyed }) => !destroyed).map(speak);
  for (const peer of peers) peer.send(flood!.portion(numbering()));
  for (const peer of peers) await peer.until(() => peer.over);
}

it('they meet the bound on handshakes, each connection ends by itself, and visitors are served meanwhile and afterwards', async () => {
  const before = await world.counters();
  let going = true;
  const attacks = (async () => {
    for (let round = 0; round < ROUNDS; round += 1) await attack();
    going = false;
  })();
  const bystander = FramePeer.open(world.port('http'));
  world.also(() => bystander.close());
  for (let id = 1; going; id += 2) {
    await bystander.headers(id, get('http')).ended(id);
    expect(bystander.status(id)).toBe(200);
  }
  await attacks;
  const { limitsHit } = await world.counters();
  const more = (name: LimitName) => limitsHit(name) - before.limitsHit(name);
  expect(more('tlsHandshakesPending')).toBe(ROUNDS * (ATTACKERS - PENDING));
  expect(more('h2ResetStreams')).toBe(ROUNDS * PENDING);
  const late = speak(call());
  await late.headers(1, get('https')).ended(1);
  expect(late.status(1)).toBe(200);
});
