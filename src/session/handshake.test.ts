import { beforeEach, describe, expect, it } from 'vitest';
import { FRAME } from '../protocol/frame.ts';
import { RawPeer, RawWorld } from './raw-peer.testkit.ts';
import { Session } from './session.ts';
import { KEYS, WELCOME, World } from './world.testkit.ts';

const EXPORTER = Buffer.alloc(32, 7);

describe('a gateway', () => {
  let world: RawWorld;
  beforeEach(async () => {
    world = new RawWorld('gateway');
    await world.rest();
  });

  it('says HELLO at once, and nothing more before it has heard one', () => {
    expect(world.raw.names).toEqual(['HELLO']);
  });

  it('proves itself as soon as it has the HELLO of the agent', async () => {
    world.raw.preface().hello();
    await world.rest();
    expect(world.raw.names).toEqual(['HELLO', 'PROOF']);
  });

  it('says its first words first also where the HELLO of the agent is read before its first turn', async () => {
    const early = new World();
    const [near, far] = early.pair();
    const raw = new RawPeer(far, 'agent').preface().hello();
    early.reactor.run();
    new Session(early.asLink('gateway', near), early.sessionOptions('gateway')).readable();
    early.reactor.run();
    expect(raw.names).toEqual(['HELLO', 'PROOF']);
  });

  it('admits an agent that proves its key and its token', async () => {
    await world.handshake();
    expect(world.tells.welcome).toEqual(WELCOME);
  });

  it('refuses a token whose key did not sign, for good', async () => {
    world.raw.preface().hello();
    await world.rest();
    const token = { publicKey: KEYS.token.publicKey, sign: (message: Buffer) => KEYS.other.sign(message) };
    world.raw.proof({ token });
    await world.rest();
    expect(world.raw.goaway).toMatchObject({ code: 'TK-1001', permanent: true });
    expect(world.tells.end).toMatchObject({ cause: 'refused', goaway: { code: 'TK-1001' } });
  });

  it('refuses an agent whose signature is not of the key in its HELLO', async () => {
    world.raw.preface().hello();
    await world.rest();
    world.raw.proof({ key: KEYS.other });
    await world.rest();
    expect(world.raw.goaway).toMatchObject({ code: 'TK-4009' });
    expect(world.tells.welcome).toBeUndefined();
  });

  it('refuses the bytes of a login that was recorded', async () => {
    const recorded = new RawWorld('gateway');
    recorded.raw.preface().hello();
    await recorded.rest();
    recorded.raw.proof();
    await recorded.rest();
    expect(recorded.tells.welcome).toEqual(WELCOME);
    // The same HELLO, and the same PROOF, to a gateway that has another nonce.
    const transcript = { theirs: recorded.raw.last('HELLO').payload, ours: recorded.raw.ours };
    world.raw.preface().frame(FRAME.HELLO, 0, transcript.ours);
    await world.rest();
    world.raw.frames.splice(0, world.raw.frames.length, { name: 'HELLO', stream: 0, payload: transcript.theirs });
    world.raw.ours = transcript.ours;
    world.raw.proof();
    await world.rest();
    expect(world.tells.end).toMatchObject({ cause: 'refused' });
    expect(world.raw.goaway).toMatchObject({ code: 'TK-4009' });
  });

  it('refuses an agent that speaks another version, for good', async () => {
    world.raw.preface().hello({ minVersion: 3, maxVersion: 4 });
    await world.rest();
    expect(world.raw.goaway).toMatchObject({ code: 'TK-1003', permanent: true });
  });

  it('takes no frame while admission is under way', async () => {
    world.raw.preface().hello();
    await world.rest();
    world.raw.proof().frame(FRAME.PING, 0, Buffer.alloc(4));
    await world.rest();
    expect(world.tells.end).toMatchObject({ cause: 'protocol' });
    expect(world.tells.welcome).toBeUndefined();
  });

  it('lets a link go that is not admitted in time', async () => {
    world.raw.preface();
    world.reactor.advance(4_990);
    expect(world.tells.end).toBeUndefined();
    world.reactor.advance(20);
    expect(world.tells.end).toMatchObject({ cause: 'silent' });
    await world.rest();
    expect(world.arenas.lent).toBe(0);
  });

  it('reads no more than 4 KiB of a stranger', async () => {
    const ended = async (bytes: number) => {
      const fresh = new RawWorld('gateway');
      fresh.raw.preface().frame(FRAME.HELLO, 0, Buffer.alloc(bytes - 16), 4_096);
      await fresh.rest();
      return { ...fresh.tells.end, read: fresh.session.stats.bytesIn };
    };
    expect(await ended(4_095)).toEqual({ read: 4_095 });
    expect(await ended(4_097)).toMatchObject({ cause: 'protocol', read: 4_096 });
  });

  it('ends without a word when the link is closed before the handshake is over', async () => {
    world.raw.preface().hello();
    world.raw.close();
    await world.rest();
    expect(world.tells.end).toMatchObject({ cause: 'link' });
  });
});

describe('a gateway that decides', () => {
  it('tells the agent its refusal', async () => {
    const refusal = { code: 'TK-1011', permanent: true, comeBackInMs: 0, seen: 'revoked' } as const;
    const world = await new World({ events: { gateway: { admit: async () => refusal } } }).established();
    expect(world.told.agent.end).toMatchObject({ cause: 'refused', goaway: refusal });
    expect(world.told.gateway.end).toMatchObject({ cause: 'refused', goaway: refusal });
  });

  it('sends the agent away for a while when it cannot decide', async () => {
    const full = new Error('the disk is full');
    const defects: unknown[] = [];
    const memory = { defect: (error: unknown) => void defects.push(error) };
    const admit = async () => Promise.reject(full);
    const world = await new World({ memory, events: { gateway: { admit } } }).established();
    expect(defects).toEqual([full]);
    expect(world.told.agent.end).toMatchObject({ cause: 'refused', goaway: { code: 'TK-9001', permanent: false } });
  });

  it('drops a verdict that comes after the link is gone', async () => {
    const verdict = Promise.withResolvers<typeof WELCOME>();
    const admit = () => verdict.promise;
    const world = new RawWorld('gateway', { events: { gateway: { admit } } });
    world.raw.preface().hello();
    await world.rest();
    world.raw.proof();
    await world.rest();
    world.raw.close();
    await world.rest();
    verdict.resolve(WELCOME);
    await world.rest();
    expect(world.tells).toMatchObject({ ends: 1, welcome: undefined });
  });

  it('is handed the keys and the software of the agent', async () => {
    const claims: unknown[] = [];
    const admit = async (claim: unknown) => {
      claims.push(claim);
      return WELCOME;
    };
    await new World({ events: { gateway: { admit } } }).established();
    expect(claims).toMatchObject([
      { agentKey: KEYS.agent.publicKey, tokenKey: KEYS.token.publicKey, software: 'tunnelkit agent' },
    ]);
  });

  it('refuses an agent without a token', async () => {
    const world = await new World({ token: undefined }).established();
    expect(world.told.agent.end).toMatchObject({ cause: 'refused', goaway: { code: 'TK-1001' } });
  });
});

describe('an agent', () => {
  it('keeps its proof to itself when it does not accept the key of the gateway', async () => {
    const seen: Buffer[] = [];
    const checkGateway = ({ publicKey }: { publicKey: Buffer }) => {
      seen.push(publicKey);
      return 'TK-1002' as const;
    };
    const world = new RawWorld('agent', { events: { agent: { checkGateway } } });
    world.raw.preface().hello();
    await world.rest();
    world.raw.proof();
    await world.rest();
    expect(seen).toEqual([KEYS.gateway.publicKey]);
    expect(world.raw.names).not.toContain('PROOF');
    expect(world.tells.end).toMatchObject({ cause: 'refused', goaway: { code: 'TK-1002', permanent: true } });
  });

  it('keeps its proof to itself when the gateway does not hold the key it shows', async () => {
    const world = new RawWorld('agent');
    world.raw.preface().hello();
    await world.rest();
    world.raw.proof({ key: KEYS.other });
    await world.rest();
    expect(world.raw.names).not.toContain('PROOF');
    expect(world.tells.end).toMatchObject({ cause: 'refused', goaway: { code: 'TK-1002' } });
  });

  it('takes a gateway that never admits for silent', async () => {
    const world = new RawWorld('agent');
    world.raw.preface().hello();
    await world.rest();
    world.raw.proof();
    world.reactor.advance(5_010);
    expect(world.tells.end).toMatchObject({ cause: 'silent' });
  });

  it('does not take WELCOME before it has proved itself', async () => {
    const world = new RawWorld('agent');
    world.raw.preface().hello().welcome();
    await world.rest();
    expect(world.tells.end).toMatchObject({ cause: 'protocol' });
  });
});

describe('the exporter of TLS', () => {
  const peers = (gateway: Buffer | undefined, agent: Buffer | undefined) => ({
    peers: { gateway: { exporter: gateway }, agent: { exporter: agent } },
  });

  it('binds the proofs where both have it', async () => {
    const bound: boolean[] = [];
    const checkGateway = (claim: { bound: boolean }) => {
      bound.push(claim.bound);
      return undefined;
    };
    const world = await new World({ ...peers(EXPORTER, EXPORTER), events: { agent: { checkGateway } } }).established();
    expect([world.told.agent.welcome, bound]).toEqual([WELCOME, [true]]);
  });

  it('is left out where one end has none, and the agent knows', async () => {
    const bound: boolean[] = [];
    const checkGateway = (claim: { bound: boolean }) => {
      bound.push(claim.bound);
      return undefined;
    };
    const world = await new World({ ...peers(undefined, EXPORTER), events: { agent: { checkGateway } } }).established();
    expect([world.told.agent.welcome, bound]).toEqual([WELCOME, [false]]);
  });

  it('gives away somebody in the middle, whose two connections have two of them', async () => {
    const world = await new World(peers(EXPORTER, Buffer.alloc(32, 8))).established();
    expect(world.told.agent.end).toMatchObject({ cause: 'refused', goaway: { code: 'TK-1002' } });
    expect(world.told.gateway.welcome).toBeUndefined();
  });
});
