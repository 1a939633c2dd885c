// Drivers of the bounds on agents: those that have not proved anything yet, and what one session may do.
import type { ErrorCode } from '../../contract/errors.ts';
import { STREAM_CODE } from '../../contract/stream.ts';
import { parseJoinLink } from '../../identity/join-link.ts';
import { FRAME } from '../../protocol/frame.ts';
import { streamId } from '../../protocol/stream-id.ts';
import type { RawPeer } from '../../session/raw-peer.testkit.ts';
import { assertWorks, type Driver, type Drivers, notBefore, until } from './driver.testkit.ts';
import { authenticate, begun, exposing, failed, farewell, link } from './links.testkit.ts';
import { GET } from './visitor.testkit.ts';
import { type Exposer, HOST, type LimitWorld, specs } from './world.testkit.ts';

/** Long enough for a busy machine to do in it what is quick. */
const TIME = 1_000;
const QUARANTINE = 1_000;
/** As many links pending as the bound allows but one; the last place is for an agent that is admitted, and frees it again. */
function onPending(limits: Driver['limits']): Driver {
  return {
    limits,
    async at(world) {
      for (const _ of [1, 2]) assertWorks('pending', (await begun(world)).names.includes('HELLO'));
      await world.web();
      assertWorks('the third', (await begun(world)).names.includes('HELLO'));
    },
    past: async (world) => farewell(link(world)),
  };
}

/**
 * Both ways of a bound on what an admitted agent sends: `say(peer, n)` says exactly n of it, and then something else that is wrong,
 * so that the gateway's complaint shows what it minded first.
 */
function onSession(
  limits: Driver['limits'],
  most: number,
  say: (peer: RawPeer, count: number) => void,
  complaint: RegExp,
): Driver {
  return {
    limits,
    async at(world) {
      const peer = await authenticate(world);
      peer.together(() => say(peer, most));
      await farewell(peer);
      assertWorks(`${most}, but ${peer.goaway?.seen}`, complaint.test(peer.goaway?.seen ?? ''));
    },
    async past(world) {
      const peer = await authenticate(world);
      peer.together(() => say(peer, most + 1));
      return onlyBroken(await farewell(peer));
    },
  };
}

/** Sessions are ended for breaking the protocol, and rows without a code do not say so. */
function onlyBroken(code: ErrorCode | undefined): undefined {
  if (code !== 'TK-4009') throw new Error(`the session was not ended for it, but ${code}`);
}

/** So many visits come to an agent, and are reset together. */
async function resetVisits(world: LimitWorld, peer: RawPeer, name: string, count: number): Promise<void> {
  for (let visits = 0; visits < count; visits++) world.visitor().send(GET.replace('web', name));
  await until(() => peer.all('OPEN').length === count);
  peer.together(() => {
    for (const { stream } of peer.all('OPEN'))
      peer.frame(FRAME.RST, stream, Buffer.from([0, STREAM_CODE.originRefused]));
  });
  await until(() => peer.all('RST_ACK').length === count || peer.ended !== 'open');
}

export const AGENT_DRIVERS = {
  linksPendingPerAddress: onPending({ linksPendingPerAddress: 3 }),
  linksPending: onPending({ linksPending: 3 }),
  handshakesPerSecond: {
    limits: { handshakesPerSecond: 3 },
    async at(world) {
      for (const _ of [1, 2]) await begun(world);
      await world.web();
    },
    /** The budget grows while links are made, so it is spent until one is turned away. */
    async past(world) {
      for (;;) {
        const peer = await begun(world);
        if (peer.goaway !== undefined) return farewell(peer);
      }
    },
  },
  authFailuresPerMinute: {
    limits: { authFailuresPerMinute: 3 },
    async at(world) {
      const stranger = { ...parseJoinLink(world.gateway.joinLink!) };
      for (const _ of [1, 2]) assertWorks('refused', (await failed(world)) === 'TK-1001');
      assertWorks('admitted', (await authenticate(world, stranger.token)).names.includes('WELCOME'));
      assertWorks('the third is heard', (await failed(world)) === 'TK-1001');
    },
    past: async (world) => farewell(link(world)),
  },
  sessionExposures: {
    limits: { sessionExposures: 2 },
    async at(world) {
      const { heard } = await world.agent(targets('a', 'b'), 'two');
      await heard('exposed', 1);
    },
    async past(world) {
      const { heard } = await world.agent(targets('c', 'd', 'e'), 'three');
      return (await heard('refused')).code;
    },
  },
  holdingQuarantineMs: {
    limits: { holdingQuarantineMs: QUARANTINE },
    async at(world) {
      const theirs = await otherAccount(world);
      await releaseAfterUse(world, world.gateway.joinLink!, 'mine');
      await notBefore(QUARANTINE - 200, async () => {
        while ((await claim(theirs, 'elsewhere')) !== 'exposed');
      });
      await theirs.agent.stop(0);
    },
    async past(world) {
      const mine = await world.agent(targets('other'), 'again');
      await mine.heard('exposed');
      await world.ask('DELETE', '/names/web');
      const code = await claim(mine, 'other');
      return code === 'exposed' ? undefined : code;
    },
  },
  linkAuthenticateMs: {
    limits: { linkAuthenticateMs: TIME },
    at: async (world) => void (await authenticate(world)),
    async past(world) {
      const peer = await begun(world);
      await notBefore(TIME - 200, () => until(() => peer.ended !== 'open'));
      return undefined;
    },
  },
  linkUnauthenticatedBytes: {
    limits: { linkUnauthenticatedBytes: 1_000 },
    at: async (world) => void (await authenticate(world)),
    async past(world) {
      const peer = (await begun(world)).frame(FRAME.HELLO, 0, Buffer.alloc(1_001));
      await until(() => peer.ended !== 'open');
      return undefined;
    },
  },
  sessionPingsPerSecond: onSession(
    { sessionPingsPerSecond: 5 },
    5,
    (peer, count) => {
      for (let i = 0; i < count; i++) peer.frame(FRAME.PING, 0, Buffer.alloc(4));
      peer.frame(FRAME.EXPOSE, 0, Buffer.alloc(0));
    },
    /TLV/,
  ),
  controlFrameBytes: onSession(
    { controlFrameBytes: 2_000 },
    2_000,
    (peer, bytes) => peer.frame(FRAME.EXPOSE, 0, Buffer.alloc(bytes)),
    /TLV/,
  ),
  frameBytes: onSession(
    { frameBytes: 4_096 },
    4_096,
    (peer, bytes) => peer.frame(FRAME.DATA, streamId(1, 0, 1), Buffer.alloc(bytes)),
    /never opened/,
  ),
  sessionResetsPerSecond: {
    limits: { sessionResetsPerSecond: 3 },
    async at(world) {
      const peer = await exposing(world, 'few');
      await resetVisits(world, peer, 'few', 3);
      assertWorks('three resets', peer.ended === 'open');
    },
    async past(world) {
      const peer = await exposing(world, 'many');
      await resetVisits(world, peer, 'many', 4);
      return onlyBroken(await farewell(peer));
    },
  },
  peerSilentMs: {
    limits: { pingIdleMs: 300, peerSilentMs: 1_200 },
    /** Who answers pings outlives somebody silent who came later. */
    async at(world) {
      const { told } = await world.web();
      const silent = await authenticate(world);
      await until(() => silent.ended !== 'open');
      assertWorks(
        'an agent that answers pings stays',
        told.every(({ type }) => type !== 'lost'),
      );
    },
    async past(world) {
      const peer = await authenticate(world);
      await notBefore(1_100, () => until(() => peer.ended !== 'open'));
      return undefined;
    },
  },
} as const satisfies Drivers;

const targets = (...names: string[]) =>
  Object.fromEntries(names.map((name, index) => [name, `http://${HOST}:${index + 1}`]));

async function otherAccount(world: LimitWorld) {
  const { join } = (await world.ask('POST', '/tokens', { account: 'theirs' })) as { join: string };
  const theirs = await world.agent(targets('elsewhere'), 'theirs', join);
  await theirs.heard('exposed');
  return theirs;
}

async function releaseAfterUse(world: LimitWorld, join: string, id: string): Promise<void> {
  const { agent, heard } = await world.agent(targets('web'), id, join);
  await heard('exposed');
  await agent.stop(0);
  await world.ask('DELETE', '/names/web');
}

/** Asks for the name `web` beside what the agent has; a new exposure each time, so that it is asked for anew. */
async function claim({ agent, told }: Exposer, has: string): Promise<ErrorCode | 'exposed'> {
  const before = told.length;
  agent.setExposures([...specs(targets(has)), ...specs({ web: `http://${HOST}:${1_000 + before}` })]);
  await until(() => told.slice(before).some(({ type }) => type === 'exposed' || type === 'refused'));
  const event = told.slice(before).find(({ type }) => type === 'exposed' || type === 'refused');
  return event?.type === 'refused' ? event.code : 'exposed';
}
