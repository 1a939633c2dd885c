/** The oracle's other half: reads payloads off arrays of numbers, and answers `BAD` for whatever `spec.md` forbids. */
import { ERRORS } from '../contract/errors.ts';
import { STREAM_CODE } from '../contract/stream.ts';
import type { Payloads } from './codec.testkit.ts';
import { BAD, big, Cursor, fields, must, open, response } from './reference-head.testkit.ts';

type Reader = (bytes: number[]) => unknown;

const uint =
  (width: number, least: number, most: number): Reader =>
  (bytes) => {
    const value = big(bytes);
    must(bytes.length === width && value >= least && value <= most);
    return value;
  };
const exactly =
  (count: number): Reader =>
  (bytes) => {
    must(bytes.length === count);
    return Buffer.from(bytes);
  };
const truth: Reader = (bytes) => uint(1, 0, 1)(bytes) === 1;
const text =
  (most: number): Reader =>
  (bytes) => {
    const value = Buffer.from(bytes).toString('utf8');
    must(bytes.length <= most && Buffer.from(value, 'utf8').equals(Buffer.from(bytes)));
    for (const letter of value) {
      const point = letter.codePointAt(0)!;
      must(point >= 32 && !(point >= 127 && point <= 159));
    }
    return value;
  };
const word =
  (...words: string[]): Reader =>
  (bytes) => {
    must(bytes.length === 1 && bytes[0]! >= 1 && bytes[0]! <= words.length);
    return words[bytes[0]! - 1];
  };
const texts: Reader = (bytes) => {
  const cursor = new Cursor(bytes);
  const values: unknown[] = [];
  while (cursor.rest.length > 0) {
    const length = cursor.number(1);
    must(length > 0 && values.length < 256);
    values.push(text(255)(cursor.take(length)));
  }
  return values;
};

/** name: [tag, how to read it, what it is when absent]; two entries make it mandatory. */
type Members = Record<string, [tag: number, read: Reader, ...absent: unknown[]]>;

function tlv(members: Members): (bytes: number[]) => Record<string, unknown> {
  return (bytes) => {
    const cursor = new Cursor(bytes);
    const seen = new Map<number, number[]>();
    while (cursor.rest.length > 0) {
      const tag = cursor.number(1);
      const value = cursor.take(cursor.number(2));
      const known = Object.values(members).some((member) => member[0] === tag);
      must(!known || !seen.has(tag));
      if (known) seen.set(tag, value);
    }
    const record: Record<string, unknown> = {};
    for (const [name, [tag, read, ...absent]] of Object.entries(members)) {
      const value = seen.get(tag);
      must(value !== undefined || absent.length === 1);
      record[name] = value === undefined ? absent[0] : read(value);
    }
    return record;
  };
}

function faultOf(record: Record<string, unknown>): Record<string, unknown> {
  const { code, seen } = record as { code: string; seen: string };
  if (Object.keys(ERRORS).includes(code)) return record;
  return { ...record, code: 'TK-4009', seen: seen === '' ? code.trimEnd() : `${code} ${seen}`.trimEnd() };
}

const id: [number, Reader] = [1, uint(4, 0, 2 ** 32 - 1)];
const exposure = (third: string): Members => ({
  id,
  kind: [2, word('http', 'tcp', 'udp')],
  [third]: [3, text(4_096)],
  name: [4, text(255), undefined],
  port: [5, uint(2, 1, 65_535), undefined],
});

const readers: { readonly [N in keyof Payloads]: Reader } = {
  HELLO: tlv({
    minVersion: [1, uint(1, 2, 255)],
    maxVersion: [2, uint(1, 2, 255)],
    features: [3, uint(4, 0, 2 ** 32 - 1), 0],
    nonce: [4, exactly(32)],
    publicKey: [5, exactly(32)],
    frameBytesMax: [6, uint(4, 1, 2 ** 24 - 1)],
    streamWindowBytes: [7, uint(4, 1, 2 ** 31 - 1)],
    streamsMax: [8, uint(4, 1, 65_536)],
    exporterBound: [9, truth],
    software: [10, text(128), ''],
    run: [11, exactly(16), undefined],
  }),
  PROOF(bytes) {
    const proof = tlv({
      signature: [1, exactly(64)],
      tokenKey: [2, exactly(32), undefined],
      tokenSignature: [3, exactly(64), undefined],
    })(bytes);
    must((proof.tokenKey === undefined) === (proof.tokenSignature === undefined));
    return proof;
  },
  WELCOME: tlv({ session: [1, text(128)], publicHost: [2, text(255)], account: [3, text(255)] }),
  PING: uint(4, 0, 2 ** 32 - 1),
  PONG: uint(4, 0, 2 ** 32 - 1),
  GOAWAY(bytes) {
    const goaway = tlv({
      code: [1, text(16)],
      permanent: [2, truth],
      comeBackInMs: [3, uint(4, 0, 2 ** 32 - 1), 0],
      seen: [4, text(1_024), ''],
    })(bytes);
    return goaway.code === 'draining' ? goaway : faultOf(goaway);
  },
  EXPOSE: tlv({
    ...exposure('target'),
    auth: [6, text(1_024), undefined],
    allowIp: [7, texts, []],
    takeOver: [8, truth, false],
    pool: [9, truth, false],
  }),
  EXPOSED: tlv({ ...exposure('url'), coming: [6, truth, undefined], remark: [7, text(1_024), undefined] }),
  EXPOSE_REFUSED: (bytes) => faultOf(tlv({ id, code: [2, text(16)], seen: [3, text(1_024), ''] })(bytes)),
  WITHDRAW: tlv({ id }),
  OPEN: open,
  OPENED: exactly(0),
  HEAD: response,
  DATA: (bytes) => Buffer.from(bytes),
  TRAILERS: (bytes) => fields(new Cursor(bytes))(),
  FIN: exactly(0),
  RST(bytes) {
    const code = uint(2, 0, 65_535)(bytes) as number;
    return code >= 1 && code <= 16 && code !== STREAM_CODE.sessionLost ? code : STREAM_CODE.internal;
  },
  RST_ACK: exactly(0),
  CREDIT: uint(4, 1, 2 ** 31 - 1),
  DATAGRAM: (bytes) => Buffer.from(bytes),
};

/** The value, or `BAD`. */
export function read(name: keyof Payloads, bytes: readonly number[]): unknown {
  try {
    return readers[name]([...bytes]);
  } catch (error) {
    if (error === BAD) return BAD;
    throw error;
  }
}

export interface ReadFrame {
  readonly type: number;
  readonly stream: number;
  readonly payload: number[];
}

/** All whole frames at the front; nothing is checked. */
export function readFrames(bytes: readonly number[], withCrc = false): ReadFrame[] {
  const cursor = new Cursor(bytes);
  const frames: ReadFrame[] = [];
  while (cursor.rest.length >= 8) {
    const length = big(cursor.rest.slice(0, 3));
    const size = 8 + length + (withCrc ? 4 : 0);
    if (cursor.rest.length < size) break;
    const whole = cursor.take(size);
    frames.push({ type: whole[3]!, stream: big(whole.slice(4, 8)), payload: whole.slice(8, 8 + length) });
  }
  return frames;
}
