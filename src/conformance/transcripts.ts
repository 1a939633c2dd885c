// I6: generated conversations of WebSocket frames, once with the origin directly and once through a front: both sides must hear the
// same bytes and see the same ends.
import { createHash } from 'node:crypto';
import type { Front, Lane } from './fronts/front.ts';
import { pick, type Random, randomOf } from './random.ts';
import { dial } from './raw/visitor.ts';
import type { Ending, Wire } from './raw/wire.ts';
import { headAt } from './reading.ts';
import { agree, ask, frame } from './websocket.ts';

type Side = 'visitor' | 'origin';

interface Turn {
  readonly from: Side;
  readonly bytes: Buffer;
  /** The next turn waits until these have arrived. */
  readonly heard: boolean;
}

interface Conversation {
  readonly turns: readonly Turn[];
  readonly ends: Side;
  readonly how: 'fin' | 'rst';
}

const PATIENCE_MS = 30_000;
/** Around the sizes at which a frame's length is written otherwise, and around those of buffers. */
const SIZES = [0, 1, 2, 125, 126, 127, 128, 1_000, 16_383, 16_384, 65_535, 65_536, 70_000, 262_145];
/** Continuation, text, binary, close, ping, pong, and two that are reserved. */
const OPCODES = [0, 1, 2, 8, 9, 10, 3, 11];

function bytesOf(next: Random): Buffer {
  const payload = Buffer.alloc(pick(next, SIZES), Math.floor(next() * 256));
  const bytes = frame(pick(next, OPCODES), payload, next() < 0.5, next() < 0.2);
  // Frames that are no whole frames, and bits that nobody defined, are nobody's business in between.
  if (next() < 0.3) bytes[0]! ^= 1 << Math.floor(next() * 8);
  return next() < 0.2 ? bytes.subarray(0, Math.ceil(next() * bytes.length)) : bytes;
}

function conversation(next: Random): Conversation {
  const turns = Array.from(
    { length: 1 + Math.floor(next() * 12) },
    (): Turn => ({
      from: next() < 0.5 ? 'visitor' : 'origin',
      bytes: bytesOf(next),
      heard: next() < 0.5,
    }),
  );
  return { turns, ends: next() < 0.5 ? 'visitor' : 'origin', how: next() < 0.7 ? 'fin' : 'rst' };
}

/** What one side heard behind the handshake, and how its connection ended. */
export interface Heard {
  readonly bytes: number;
  readonly sha256: string;
  readonly ending: Ending;
}

/** Holds it through `port`, where the lane's origin is found under `host`. */
async function hold({ turns, ends, how }: Conversation, lane: Lane, port: number): Promise<Record<Side, Heard>> {
  const visitor = await dial({ port });
  visitor.send(ask().replace('$HOST', `${lane.open}:${port}`));
  const origin = (await lane.origin.take(0, PATIENCE_MS))!;
  await origin.until(() => headAt(origin.received, 0) !== undefined, PATIENCE_MS);
  origin.send(agree());
  await visitor.until(() => headAt(visitor.received, 0) !== undefined, PATIENCE_MS);
  const wires: Record<Side, Wire> = { visitor, origin };
  const starts = { visitor: headAt(visitor.received, 0)!.end, origin: headAt(origin.received, 0)!.end };
  const due = { visitor: starts.visitor, origin: starts.origin };
  const arrived = (side: Side) => wires[side].until(() => wires[side].bytes >= due[side], PATIENCE_MS);
  for (const { from, bytes, heard } of turns) {
    const to = from === 'visitor' ? 'origin' : 'visitor';
    wires[from].send(bytes);
    due[to] += bytes.length;
    if (heard) await arrived(to);
  }
  await Promise.all([arrived('visitor'), arrived('origin')]);
  const other = ends === 'visitor' ? 'origin' : 'visitor';
  if (how === 'fin') wires[ends].fin();
  else wires[ends].rst();
  await wires[other].ends(PATIENCE_MS);
  if (how === 'fin') wires[other].fin();
  if (how === 'fin') await wires[ends].ends(PATIENCE_MS);
  const told = (side: Side): Heard => {
    const bytes = wires[side].received.subarray(starts[side]);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return { bytes: bytes.length, sha256, ending: how === 'rst' && side === ends ? 'open' : wires[side].ending };
  };
  const transcript = { visitor: told('visitor'), origin: told('origin') };
  for (const wire of [visitor, origin]) wire.socket.destroy();
  await lane.origin.clear(PATIENCE_MS);
  return transcript;
}

export interface Compared {
  readonly conversations: number;
  bytes: number;
  readonly differences: string[];
}

/** So many conversations, each twice. */
export async function compare(front: Front, conversations: number, seed: number): Promise<Compared> {
  const compared: Compared = { conversations, bytes: 0, differences: [] };
  let id = 0;
  const work = async (lane: Lane) => {
    while (id < conversations) {
      const nth = id++;
      const one = conversation(randomOf(seed, nth));
      const direct = await hold(one, lane, lane.origin.port);
      const through = await hold(one, lane, front.port);
      compared.bytes += through.visitor.bytes + through.origin.bytes;
      const [a, b] = [JSON.stringify(direct), JSON.stringify(through)];
      if (a !== b) compared.differences.push(`${nth} ${one.ends} ${one.how}: ${a} became ${b}`);
    }
  };
  await Promise.all(front.lanes.map(work));
  return compared;
}
