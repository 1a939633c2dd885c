/**
 * The byte fuzzer: legal frames from a corpus, bent and broken, and plain noise, given to everything here that reads. After a seed it always
 * does the same. What must hold:
 * - nothing but ProtocolError is thrown, and the reference codec takes and refuses the same payloads and reads the same from them;
 * - what was taken can be written, and reads the same again;
 * - a receiver never holds more than the stated bound, and a decoded value no more bytes than its payload had;
 * - the frames in bytes do not depend on how the bytes were cut.
 */
import fc from 'fast-check';
import { limitValues } from '../contract/limits.ts';
import { codecOf, encodeSample, FRAME_NAMES, NAME_OF } from './codec.testkit.ts';
import type { Crc32 } from './crc.ts';
import { chance, damage, type Random, randomFrom } from './damage.testkit.ts';
import { ProtocolError, type ProtocolErrorCode } from './error.ts';
import { FRAME, type FrameName, frameBounds } from './frame.ts';
import { cut, FrameReader, type WholeFrame } from './frame-reader.testkit.ts';
import { checkPreface, classify } from './preface.ts';
import { frame, crc32 as referenceCrc32 } from './reference.testkit.ts';
import { BAD } from './reference-head.testkit.ts';
import { read } from './reference-read.testkit.ts';
import { sampleOf } from './samples.testkit.ts';

/** How often each target took its input, and with which code it refused it. */
export type Outcomes = Record<string, Partial<Record<ProtocolErrorCode | 'taken', number>>>;

export interface FuzzReport {
  readonly seed: number;
  readonly executions: number;
  readonly outcomes: Outcomes;
}

interface Seedling {
  readonly name: FrameName;
  readonly stream: number;
  readonly payload: Buffer;
}

// Small, so that mutated lengths often meet the bounds.
const LIMITS = limitValues({
  frameBytes: 300,
  frameBytesCrc: 200,
  controlFrameBytes: 700,
  linkUnauthenticatedBytes: 400,
});
const crc32: Crc32 = (bytes, at, length) => referenceCrc32([...bytes.subarray(at, at + length)]);
const SAMPLES_EACH = 40;

function corpusOf(seed: number): Seedling[] {
  return FRAME_NAMES.flatMap((name) =>
    fc.sample(sampleOf(name), { seed, numRuns: SAMPLES_EACH }).map((sample) => ({
      name,
      stream: sample.stream,
      payload: encodeSample(sample),
    })),
  );
}

/** Bytes that a value keeps alive, as far as the peer chose them. */
function weight(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (Buffer.isBuffer(value)) return value.length;
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce((sum: number, each) => sum + weight(each), 0);
}
/** Words that this side adds by itself: kinds, schemes, TK-4009. */
const OWN_WORDS = 64;

export function same(a: unknown, b: unknown): boolean {
  if (Buffer.isBuffer(a) || Buffer.isBuffer(b)) return Buffer.isBuffer(a) && Buffer.isBuffer(b) && a.equals(b);
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return Object.is(a, b);
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].every((name) => same(a[name as never], b[name as never]));
}

function claim(condition: boolean, what: string): void {
  if (!condition) throw new Error(what);
}

/** What `work` answers, or the code it refuses with; any other error is a finding. */
function attempt<T>(work: () => T): T | ProtocolError {
  try {
    return work();
  } catch (error) {
    if (error instanceof ProtocolError) return error;
    throw error;
  }
}

function fuzzPayload(name: FrameName, payload: Buffer): ProtocolErrorCode | 'taken' {
  const codec = codecOf(name);
  // Behind the payload lie bytes of other frames; none of them may be read.
  const arena = Buffer.concat([Buffer.alloc(3, 0x61), payload, Buffer.alloc(64, 0x61)]);
  const value = attempt(() => codec.decode(arena, 3, payload.length));
  const expected = read(name, [...payload]);
  if (value instanceof ProtocolError) {
    claim(expected === BAD, `${name} is refused (${value.message}), and the reference takes it`);
    return value.code;
  }
  claim(expected !== BAD, `${name} is taken, and the reference refuses it`);
  claim(same(value, expected), `${name} is read otherwise by the reference`);
  claim(weight(value) <= payload.length + OWN_WORDS, `${name} grew from ${payload.length} to ${weight(value)}`);
  const again = Buffer.alloc(payload.length + OWN_WORDS);
  const length = codec.encode(value, again, 0, again.length);
  claim(length >= 0, `${name} was taken and cannot be written`);
  claim(same(codec.decode(again, 0, length), value), `${name} reads otherwise when written again`);
  return 'taken';
}

function framesOf(
  bytes: Buffer,
  sizes: readonly number[],
  crc: Crc32 | undefined,
): { frames: WholeFrame[]; end: string } {
  const reader = new FrameReader(frameBounds(LIMITS, crc !== undefined), crc);
  const frames: WholeFrame[] = [];
  for (const piece of cut(bytes, sizes)) {
    const got = attempt(() => reader.push(piece, frames));
    if (got instanceof ProtocolError) return { frames, end: got.code };
  }
  return { frames, end: 'taken' };
}

function fuzzLink(random: Random, corpus: readonly Seedling[]): ProtocolErrorCode | 'taken' {
  const crc = chance(random, 4) ? crc32 : undefined;
  const sent = Array.from({ length: 1 + random(4) }, () => {
    const { name, stream, payload } = corpus[random(corpus.length)]!;
    return Buffer.from(frame(FRAME[name], stream, [...payload], crc !== undefined));
  });
  const bytes = chance(random, 3) ? Buffer.concat(sent) : damage(random, Buffer.concat(sent), sent[0]!);
  const whole = framesOf(bytes, [bytes.length], crc);
  const pieces = framesOf(
    bytes,
    Array.from({ length: 5 }, () => 1 + random(chance(random, 2) ? 6 : 400)),
    crc,
  );
  claim(same(whole, pieces), 'the frames depend on how the bytes are cut');
  for (const { type, payload } of whole.frames)
    attempt(() => codecOf(NAME_OF.get(type)!).decode(payload, 0, payload.length));
  return whole.end as ProtocolErrorCode | 'taken';
}

function fuzzPreface(random: Random): ProtocolErrorCode | 'taken' {
  const bytes = damage(random, Buffer.from('414e505802000000', 'hex'), Buffer.from('GET / HTTP/1.1\r\n'));
  claim(['anpx1', 'anpx2', 'other', 'more'].includes(classify(bytes)), 'the first bytes are of no class');
  const refused = attempt(() => checkPreface(bytes, 0));
  if (refused instanceof ProtocolError) return refused.code;
  claim(classify(bytes) === 'anpx2', 'a right preface is not of ANPX/2');
  return 'taken';
}

/** One input: which target, and what to do with it. */
function plan(random: Random, corpus: readonly Seedling[]): [target: string, work: () => ProtocolErrorCode | 'taken'] {
  const kind = random(10);
  if (kind === 0) return ['preface', () => fuzzPreface(random)];
  if (kind <= 3) return ['link', () => fuzzLink(random, corpus)];
  const { name, payload } = corpus[random(corpus.length)]!;
  const bytes = chance(random, 10) ? payload : damage(random, payload, corpus[random(corpus.length)]!.payload);
  return [name, () => fuzzPayload(name, bytes)];
}

/** Runs until `goOn` (asked with the number of inputs so far) says no. Throws with seed and number at the first finding. */
export function fuzz(seed: number, goOn: (executions: number) => boolean): FuzzReport {
  const random = randomFrom(seed);
  const corpus = corpusOf(seed);
  const outcomes: Outcomes = {};
  let executions = 0;
  for (; goOn(executions); executions++) {
    const [target, work] = plan(random, corpus);
    try {
      const outcome = work();
      outcomes[target] ??= {};
      const counts = outcomes[target];
      counts[outcome] = (counts[outcome] ?? 0) + 1;
    } catch (cause) {
      throw new Error(`FUZZ_SEED=${seed}, input ${executions}, ${target}: ${cause}`, { cause });
    }
  }
  return { seed, executions, outcomes };
}
