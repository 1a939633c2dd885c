// P44: a request over HTTP/2 whose content is not as long as it says. Played in frames, since no other visitor can say it.
import type { Case, Facts } from '../case.ts';
import { CODE, FramePeer } from '../raw/frame-peer.ts';
import type { Pairs } from '../raw/hpack.ts';
import { requestsIn } from '../request.ts';
import type { Stage } from '../stage.ts';

type Says = (peer: FramePeer, fields: Pairs) => void;

const DECLARED = 10;

async function played(stage: Stage, length: number, says: Says): Promise<Facts> {
  const peer = FramePeer.open(stage.front.http2Port);
  const fields = (method: string, path: string, ...more: Pairs): Pairs => [
    [':method', method],
    [':scheme', 'http'],
    [':authority', stage.host],
    [':path', path],
    ...more,
  ];
  says(peer, fields('POST', '/', ['content-length', String(length)]));
  // Who leaves it open has said all that he will.
  const { end, code } = await peer.ended(1).catch(() => peer.stream(1));
  const [begun] = stage.origins;
  const ending = await begun?.ends(peer.status(1) === 200 ? 0 : stage.ms);
  const next = peer.over ? FramePeer.open(stage.front.http2Port) : peer;
  await next
    .headers(3, fields('GET', '/after'))
    .ended(3)
    .catch(() => {});
  for (const each of new Set([peer, next])) each.close();
  await stage.clear();
  return {
    status: peer.status(1),
    end: peer.over && end === 'open' ? 'over' : end,
    blame: code === CODE.protocol,
    reached: stage.reached.length,
    // Of what the origin heard of it, if anything.
    left: begun === undefined || requestsIn(begun.received).whole.length > 0 ? undefined : ending,
    garbage: stage.garbage,
    next: `${next.status(3)} ${next.stream(3).body.toString('latin1')}`,
  };
}

const row = (name: string, says: Says, twin: Says): Case => ({
  id: 'P44',
  name: `Content-Length: ${DECLARED} over HTTP/2, ${name}`,
  ref: 'RFC 9113 8.1.1, HAProxy d12edebe4',
  play: (stage) => played(stage, DECLARED, says),
  twin: (stage) => played(stage, 3, twin),
  wants: {
    status: [400, undefined],
    end: ['reset', 'end', 'over'],
    reached: 0,
    left: ['fin', 'rst', undefined],
    garbage: undefined,
    next: '200 ok',
  },
});

const whole: Says = (peer, fields) => peer.headers(1, fields, false).data(1, 'abc', true);

export const DECLARED_LENGTH_CASES: readonly Case[] = [
  row('and END_STREAM in its head', (peer, fields) => peer.headers(1, fields), whole),
  row('3 bytes, and END_STREAM', whole, whole),
  row(
    '3 bytes, and an empty frame with END_STREAM',
    (peer, fields) => peer.headers(1, fields, false).data(1, 'abc').data(1, '', true),
    whole,
  ),
  row(
    '3 bytes, then trailers',
    (peer, fields) =>
      peer
        .headers(1, fields, false)
        .data(1, 'abc')
        .headers(1, [['x-sum', '7']]),
    (peer, fields) =>
      peer
        .headers(1, fields, false)
        .data(1, 'abc')
        .headers(1, [['x-sum', '7']]),
  ),
  row('11 bytes', (peer, fields) => peer.headers(1, fields, false).data(1, 'abcdefghijk', true), whole),
];
