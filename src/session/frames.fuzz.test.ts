// Frames of any kind, in any order, at an established session of either role, datagrams among them: nothing is thrown, the memory for slow
// pipes and for what waits keeps its bound, and when the session is over nothing of it is left.
import fc from 'fast-check';
import { expect } from 'vitest';
import type { StreamHead } from '../contract/stream.ts';
import { fuzzes } from '../fuzz.testkit.ts';
import { Flow, type FlowBudget } from '../pipe/flow.ts';
import { encodeSample, FRAME_NAMES } from '../protocol/codec.testkit.ts';
import { FRAME, type FrameName } from '../protocol/frame.ts';
import { FEATURE } from '../protocol/hello.ts';
import { sampleOf } from '../protocol/samples.testkit.ts';
import { OPENER, streamId } from '../protocol/stream-id.ts';
import { RawWorld } from './raw-peer.testkit.ts';

const LIMITS = { streamWindowBytes: 2_048, sessionOverflowBytes: 8_192, sessionStreams: 8 };
const BUDGET_BYTES = 4_096;

/** The first streams of the peer, in their slots again, and some that nobody opened. */
const streams = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(...[0, 0, 1, 1, 2].map((slot) => streamId(1, slot, OPENER.gateway))) },
  fc.constantFrom(streamId(2, 0, OPENER.gateway), streamId(1, 0, OPENER.agent), 0, 0xffff_ffff),
);
/** A legal payload of a frame, often of another one, sometimes bytes. */
const payloadOf = (name: FrameName) => sampleOf(name).map((sample) => encodeSample(sample));
const FREQUENT: readonly FrameName[] = ['OPEN', 'OPEN', 'DATAGRAM', 'DATAGRAM', 'DATA', 'DATA', 'FIN', 'CREDIT', 'RST'];
const name = fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...FREQUENT) }, fc.constantFrom(...FRAME_NAMES));
const frame = name.chain((name) =>
  fc.record({
    type: fc.oneof({ weight: 100, arbitrary: fc.constant(FRAME[name]) }, fc.nat(255)),
    stream: fc.oneof({ weight: 40, arbitrary: streams }, fc.nat(0xffff_ffff)),
    payload: fc.oneof(
      { weight: 40, arbitrary: payloadOf(name) },
      { weight: 1, arbitrary: fc.constantFrom(...FRAME_NAMES).chain(payloadOf) },
      { weight: 1, arbitrary: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)) },
    ),
  }),
);
const opening = (kind: 'tcp' | 'udp', slot: number) => ({ kind, id: streamId(1, slot, OPENER.gateway) });
const openings = fc.subarray([opening('tcp', 0), opening('udp', 1), opening('udp', 2)]);

const budget = (): FlowBudget => ({ bytes: 0, bytesMax: BUDGET_BYTES });
const headOf = (kind: 'tcp' | 'udp'): StreamHead => ({ kind, exposure: 1, visitor: '192.0.2.1:1' });

/** An established session, whose flows answer each datagram with the same. */
async function established(role: 'gateway' | 'agent', flows: FlowBudget) {
  const opened = (head: StreamHead) => {
    if (head.kind !== 'udp') return world.dialOrigin();
    const flow: Flow = new Flow({
      clock: world.reactor.clock,
      idleMs: 1_000,
      datagramsMax: 4,
      budget: flows,
      send: (bytes) => flow.arrived(Buffer.from(bytes)),
      dropped: () => {},
      over: () => {},
    });
    return flow;
  };
  const world: RawWorld = new RawWorld(role, { limits: LIMITS, events: { agent: { opened } } });
  return world.handshake({ features: FEATURE.datagram, streamsMax: 8 });
}

fuzzes('the fuzzer of sessions finds no frames that throw, outgrow a bound, or leave anything behind', {
  of: ['session/demux.ts', 'session/stream.ts', 'session/receiving.ts', 'session/datagrams.ts', 'pipe/flow.ts'],
  input: fc.record({
    role: fc.constantFrom('gateway' as const, 'agent' as const),
    openings,
    frames: fc.array(frame, { maxLength: 14 }),
  }),
  runs: 150,
  outcomes: ['ended by the rules', 'goes on'],
  async look({ role, openings, frames }) {
    const flows = budget();
    const world = await established(role, flows);
    if (role === 'agent') for (const { kind, id } of openings) world.raw.open(id, headOf(kind));
    for (const { type, stream, payload } of frames) {
      world.raw.frame(type, stream, payload);
      world.reactor.run();
      expect(world.session.stats.overflowBytes).toBeLessThanOrEqual(LIMITS.sessionOverflowBytes);
      expect(flows.bytes).toBeLessThanOrEqual(BUDGET_BYTES);
    }
    const outcome = world.tells.end === undefined ? 'goes on' : 'ended by the rules';
    expect(['link', 'silent', 'refused']).not.toContain(world.tells.end?.cause);
    expect(world.tells.end?.detail ?? '').not.toContain('TK-9001');
    world.raw.close();
    world.session.close();
    world.reactor.advance(120_000);
    expect([world.arenas.lent, world.tells.ends, flows.bytes]).toEqual([0, 1, 0]);
    return outcome;
  },
});
