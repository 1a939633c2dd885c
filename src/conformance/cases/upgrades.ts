// P85–P89: connections that become WebSockets, byte by byte the same on both sides.
import { randomBytes } from 'node:crypto';
import type { Case, Facts } from '../case.ts';
import { exchange, head, passes } from '../plays.ts';
import type { Wire } from '../raw/wire.ts';
import { headAt, values } from '../reading.ts';
import type { Stage } from '../stage.ts';
import { ACCEPT, agree, ask, frame, KEY } from '../websocket.ts';

interface Ends {
  readonly visitor: Wire;
  readonly origin: Wire;
  /** Where the frames start, on each side. */
  readonly visitorAt: number;
  readonly originAt: number;
}

/** Both ends of an agreed WebSocket. The bytes are glued to the handshake. */
async function open(
  stage: Stage,
  early: Buffer = Buffer.alloc(0),
  reply: Buffer = Buffer.alloc(0),
  fields: readonly string[] = [],
): Promise<Ends> {
  stage.welcome(() => {});
  const { wire: visitor } = await stage.call();
  visitor.send(Buffer.concat([Buffer.from(stage.text(ask(...fields)), 'latin1'), early]));
  const origin = (await stage.origin.take(0, stage.ms))!;
  await origin.until(() => headAt(origin.received, 0) !== undefined, stage.ms);
  origin.send(Buffer.concat([Buffer.from(agree(...fields), 'latin1'), reply]));
  await visitor.until(() => headAt(visitor.received, 0) !== undefined, stage.ms);
  return { visitor, origin, visitorAt: headAt(visitor.received, 0)!.end, originAt: headAt(origin.received, 0)!.end };
}

/** Sends from one side, and tells whether exactly these bytes come to the other. */
async function carries(stage: Stage, from: Wire, to: Wire, at: number, bytes: Buffer): Promise<boolean> {
  from.send(bytes);
  await to.until(() => to.bytes >= at + bytes.length, stage.ms);
  return to.received.subarray(at).equals(bytes);
}

async function glued(stage: Stage): Promise<Facts> {
  const [early, reply] = [frame(2, randomBytes(1_024), true), frame(2, randomBytes(1_024), false)];
  const { visitor, origin, visitorAt, originAt } = await open(stage, early, reply);
  await origin.until(() => origin.bytes >= originAt + early.length, stage.ms);
  await visitor.until(() => visitor.bytes >= visitorAt + reply.length, stage.ms);
  const answer = headAt(visitor.received, 0)!;
  return {
    status: answer.line.slice(9, 12),
    accept: values(answer.fields, 'sec-websocket-accept').join() === ACCEPT,
    key: values(headAt(origin.received, 0)!.fields, 'sec-websocket-key').join() === KEY,
    up: origin.received.subarray(originAt).equals(early),
    down: visitor.received.subarray(visitorAt).equals(reply),
  };
}

const BIG = 10 * 1_048_576;
async function halfClosed(stage: Stage, from: 'visitor' | 'origin'): Promise<Facts> {
  const ends = await open(stage);
  const [near, far] = from === 'visitor' ? [ends.visitor, ends.origin] : [ends.origin, ends.visitor];
  const at = from === 'visitor' ? ends.visitorAt : ends.originAt;
  near.fin();
  const fin = await far.ends(stage.ms);
  const bytes = randomBytes(BIG);
  await far.pour(bytes);
  far.fin();
  await near.until(() => near.bytes >= at + BIG, stage.ms);
  return { fin, whole: near.received.subarray(at).equals(bytes), ending: await near.ends(stage.ms) };
}

async function reset(stage: Stage, from: 'visitor' | 'origin'): Promise<Facts> {
  const { visitor, origin } = await open(stage);
  const [near, far] = from === 'visitor' ? [visitor, origin] : [origin, visitor];
  near.rst();
  return { ending: await far.ends(stage.ms) };
}

const CLOSE_4001 = Buffer.concat([Buffer.from([0x0f, 0xa1]), Buffer.from('because')]);
async function closes(stage: Stage): Promise<Facts> {
  const { visitor, origin, visitorAt, originAt } = await open(stage);
  const up = await carries(stage, visitor, origin, originAt, frame(8, CLOSE_4001, true));
  const down = await carries(stage, origin, visitor, visitorAt, frame(8, CLOSE_4001, false));
  origin.fin();
  visitor.fin();
  return { up, down, ending: await visitor.ends(stage.ms) };
}

async function lost(stage: Stage): Promise<Facts> {
  const { visitor, origin, visitorAt } = await open(stage);
  await carries(stage, origin, visitor, visitorAt, frame(1, Buffer.from('hi'), false));
  const { bytes } = visitor;
  origin.rst();
  const ending = await visitor.ends(stage.ms);
  return { ending, invented: visitor.bytes - bytes };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
async function idle(stage: Stage, pings: boolean): Promise<Facts> {
  const [times, everyMs] = stage.patience.full ? [20, 30_000] : [2, 250];
  const { visitor, origin, visitorAt, originAt } = await open(stage);
  let down = visitorAt;
  for (let at = 0; at < times; at += 1) {
    await pause(everyMs);
    if (!pings) continue;
    const ping = frame(9, Buffer.from([at]), false);
    if (!(await carries(stage, origin, visitor, down, ping))) return { alive: false, at };
    down += ping.length;
  }
  const alive =
    (await carries(stage, visitor, origin, originAt, frame(1, Buffer.from('still'), true))) &&
    visitor.ending === 'open';
  return { alive, invented: visitor.bytes - down };
}

async function messages(stage: Stage): Promise<Facts> {
  const deflate = 'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits';
  const { visitor, origin, visitorAt, originAt } = await open(stage, undefined, undefined, [deflate]);
  const extended = values(headAt(origin.received, 0)!.fields, 'sec-websocket-extensions').join() === deflate.slice(26);
  const big = randomBytes(16 * 1_048_576);
  const up = await carries(stage, visitor, origin, originAt, frame(2, big, true, true));
  const down = await carries(stage, origin, visitor, visitorAt, frame(2, big, false, true));
  return { extended, up, down };
}

const SOCKETS: readonly Case[] = [
  {
    id: 'P85',
    name: '1 KiB of frames glued to the handshake, on both sides',
    ref: 'RFC 6455 4.2.2',
    play: glued,
    wants: { status: '101', accept: true, key: true, up: true, down: true },
  },
  ...(['visitor', 'origin'] as const).flatMap((from): Case[] => [
    {
      id: 'P87',
      name: `FIN of the ${from}, 10 MiB the other way`,
      ref: 'RFC 9110 7.8',
      play: (stage) => halfClosed(stage, from),
      wants: { fin: 'fin', whole: true, ending: 'fin' },
    },
    {
      id: 'P87',
      name: `RST of the ${from}`,
      ref: 'RFC 9110 7.8',
      play: (stage) => reset(stage, from),
      wants: { ending: 'rst' },
    },
  ]),
  {
    id: 'P88',
    name: 'Close 4001 with a reason',
    ref: 'RFC 6455 7.1.5',
    play: closes,
    wants: { up: true, down: true, ending: 'fin' },
  },
  {
    id: 'P88',
    name: 'a loss of TCP without Close',
    ref: 'RFC 6455 7.4.1',
    play: lost,
    wants: { ending: 'rst', invented: 0 },
  },
  ...[false, true].map(
    (pings): Case => ({
      id: 'P89',
      name: `10 minutes ${pings ? 'of pings' : 'of silence'}`,
      ref: 'RFC 6455 5.5',
      slow: true,
      play: (stage) => idle(stage, pings),
      wants: { alive: true, invented: 0 },
    }),
  ),
  {
    id: 'P89',
    name: 'compressed messages of 16 MiB',
    ref: 'RFC 7692',
    slow: true,
    play: messages,
    wants: { extended: true, up: true, down: true },
  },
];

const upgraded = (value: string) =>
  passes(
    'P86',
    `Upgrade: ${value}`,
    'RFC 9110 7.8, h2c smuggling',
    head(
      'GET / HTTP/1.1',
      'Host: $HOST',
      'Connection: Upgrade, HTTP2-Settings',
      `Upgrade: ${value}`,
      'HTTP2-Settings: AAMAAABk',
    ),
    ({ fields }) => ({
      upgrade: values(fields, 'upgrade').join(),
      settings: values(fields, 'http2-settings').join(),
    }),
    { upgrade: '', settings: '' },
  );

export const UPGRADE_CASES: readonly Case[] = [
  ...SOCKETS,
  ...['h2c', 'TLS/1.0', 'h2c, foo', 'unknown'].map(upgraded),
  {
    id: 'P86',
    name: 'Upgrade: websocket with a body',
    ref: 'RFC 9110 7.8',
    play: exchange(`${ask('Content-Length: 5')}hello`, ({ fields, body }) => ({
      upgrade: values(fields, 'upgrade').join(),
      body: String(body),
    })),
    wants: { status: [200, 400], garbage: undefined, upgrade: ['', undefined] },
  },
];
