// P73, P74: what an origin says rarely and little arrives at once.
import { gzipSync } from 'node:zlib';
import type { Case, Facts } from '../case.ts';
import { head } from '../plays.ts';
import type { Stage } from '../stage.ts';

const HEAD_MS = 100;
const EVENT_MS = 50;
/** A busy machine delays whoever is to be woken, whatever stands in between. */
const SLACK = 5;

const chunk = (data: Buffer | string) =>
  Buffer.concat([Buffer.from(`${data.length.toString(16)}\r\n`), Buffer.from(data), Buffer.from('\r\n')]);
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Events at a distance from each other, each in a chunk of its own; how late the head and the latest event are. */
async function events(stage: Stage, compressed: boolean): Promise<Facts> {
  const { full } = stage.patience;
  const [count, everyMs] = full ? [30, 1_000] : [20, 50];
  stage.welcome(() => {});
  const visitor = await stage.call();
  visitor.send(head('GET / HTTP/1.1', 'Host: $HOST', 'Accept: text/event-stream', 'Accept-Encoding: gzip'));
  const origin = (await stage.origin.take(0, stage.ms))!;
  await origin.until(() => origin.text.includes('\r\n\r\n'), stage.ms);
  const late = async (bytes: Buffer | string, wanted: Buffer | string): Promise<number> => {
    const startedAt = performance.now();
    origin.send(bytes);
    const came = await visitor.wire.until(() => visitor.wire.received.includes(wanted), stage.ms);
    return came ? performance.now() - startedAt : Number.POSITIVE_INFINITY;
  };
  const coding = compressed ? ['Content-Encoding: gzip'] : [];
  const headMs = await late(
    head('HTTP/1.1 200 OK', 'Content-Type: text/event-stream', 'Transfer-Encoding: chunked', ...coding),
    '\r\n\r\n',
  );
  const lates: number[] = [];
  for (let at = 0; at < count; at += 1) {
    await pause(everyMs);
    const text = `data: event ${at} ${'x'.repeat(at)}\n\n`;
    const data = compressed ? gzipSync(text) : Buffer.from(text);
    lates.push(await late(chunk(data), data));
  }
  const eventMs = Math.max(...lates);
  const slack = full ? 1 : SLACK;
  return {
    headMs: Math.round(headMs),
    eventMs: Math.round(eventMs),
    headSoon: headMs <= HEAD_MS * slack,
    eventsSoon: eventMs <= EVENT_MS * slack,
  };
}

/** A head, silence, a body. The silence begins when the head has arrived. */
async function silence(stage: Stage): Promise<Facts> {
  stage.serve((wire) => wire.send(head('HTTP/1.1 200 OK', 'Content-Length: 2')));
  const visitor = await stage.call();
  const begun = await visitor.send(head('GET / HTTP/1.1', 'Host: $HOST')).begun();
  await pause(stage.patience.full ? 30_000 : 1_000);
  const cut = visitor.wire.ending !== 'open';
  stage.origins[0]?.send('ok');
  const answer = await visitor.answer();
  return { headAtOnce: begun?.state === 'begun', cut, state: answer?.state, body: answer?.body };
}

export const STREAMING_CASES: readonly Case[] = [
  ...[false, true].map(
    (compressed): Case => ({
      id: 'P73',
      name: `events one by one${compressed ? ', compressed by the origin' : ''}`,
      ref: 'Caddy df44d6c38',
      slow: true,
      play: (stage) => events(stage, compressed),
      wants: { headSoon: true, eventsSoon: true },
    }),
  ),
  {
    id: 'P74',
    name: 'a head, 30 s of silence, a body',
    ref: 'Caddy df44d6c38',
    slow: true,
    play: silence,
    wants: { headAtOnce: true, cut: false, state: 'whole', body: 'ok' },
  },
];
