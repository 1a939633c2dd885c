// Links of bare bytes to a gateway: agents that say right and wrong things.
import type { ErrorCode } from '../../contract/errors.ts';
import { limitValues } from '../../contract/limits.ts';
import { parseJoinLink } from '../../identity/join-link.ts';
import { makeNodeReactor } from '../../pipe/node/reactor.ts';
import { encodeExpose } from '../../protocol/expose.ts';
import { FRAME } from '../../protocol/frame.ts';
import { payloadOf } from '../../session/payload.ts';
import { RawPeer } from '../../session/raw-peer.testkit.ts';
import { until } from './driver.testkit.ts';
import { HOST, type LimitWorld } from './world.testkit.ts';

const reactor = makeNodeReactor(limitValues());

/** A link of bytes over plain TCP; it has said its first words. */
export function link(world: LimitWorld): RawPeer {
  const peer = new RawPeer(reactor.dial({ host: HOST, port: world.port('http') }, { timeoutMs: 5_000 }), 'agent');
  world.also(() => peer.close());
  return peer.preface();
}

/** Until the gateway has let it in as far as to say HELLO, or has turned it away. */
export async function begun(world: LimitWorld): Promise<RawPeer> {
  const peer = link(world);
  await until(() => peer.names.length > 0 || peer.ended !== 'open');
  return peer;
}

/** How the gateway sent it away. */
export async function farewell(peer: RawPeer): Promise<ErrorCode | undefined> {
  await until(() => peer.goaway !== undefined || peer.ended !== 'open');
  const code = peer.goaway?.code;
  return code === 'draining' ? undefined : code;
}

export async function authenticate(world: LimitWorld, token = parseJoinLink(world.gateway.joinLink!).token) {
  const peer = (await begun(world)).hello();
  await until(() => peer.names.includes('PROOF'));
  peer.proof({ token });
  await until(() => peer.names.includes('WELCOME') || peer.goaway !== undefined);
  return peer;
}

/** An admitted agent that exposes `name`, and does nothing for whoever visits. */
export async function exposing(world: LimitWorld, name: string, join = world.gateway.joinLink!): Promise<RawPeer> {
  const peer = await authenticate(world, parseJoinLink(join).token);
  const request = { id: 1, kind: 'http', target: name, name, port: undefined, auth: undefined } as const;
  const payload = payloadOf(encodeExpose, { ...request, allowIp: [], takeOver: true, pool: false }, 1_000);
  peer.frame(FRAME.EXPOSE, 0, payload);
  await until(() => peer.names.includes('EXPOSED'));
  return peer;
}

/** A token that nobody gave out. */
export async function failed(world: LimitWorld): Promise<ErrorCode | undefined> {
  const peer = (await begun(world)).hello();
  await until(() => peer.names.includes('PROOF'));
  return farewell(peer.proof());
}
