// P73, P74: what an origin says rarely and little arrives at once.
import { gzipSync } from 'node:zlib';
import type { Case, Facts } from '../case.ts';
import { head } from '../plays.ts';
import { dial } from '../raw/visitor.ts';
import type { Wire } from '../raw/wire.ts';
import type { Stage } from '../stage.ts';

const HEAD_MS = 100;
const EVENT_MS = 50;
/** A busy machine delays whoever is to be woken, whatever stands in between. */
const SLACK = 5;

const chunk = (data: Buffer | string) =>
  Buffer.concat([Buffer.from(`${data.length.toString(16)}\r\n`), Buffer.from(data), Buffer.from('\r\n')]);
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A visitor through the front and one beside it: what both wait for is the machine's and not the front's. */
async function listeners(stage: Stage) {
  stage.welcome(() => {});
  const through = (await stage.call()).wire;
  const direct = await dial({ port: stage.origin.port });
  const ask = head('GET / HTTP/1.1', 'Host: $HOST', 'Accept: text/event-stream', 'Accept-Encoding: gzip');
  for (const wire of [direct, through]) wire.send(stage.text(ask));
  const origins = [(await stage.origin.take(0, stage.ms))!, (await stage.origin.take(1, stage.ms))!];
  for (const origin of origins) await origin.until(() => origin.text.includes('\r\n\r\n'), stage.ms);
  /** Milliseconds by which `wanted` comes later through the front than beside it. */
  const added = async (bytes: Buffer | string, wanted: Buffer | string): Promise<number> => {
    const startedAt = performance.now();
    const late = async (wire: Wire) => {
      const came = await wire.until(() => wire.received.includes(wanted), stage.ms);
      return came ? performance.now() - startedAt : Number.POSITIVE_INFINITY;
    };
    for (const origin of origins) origin.send(bytes);
    const [slow, quick] = await Promise.all([late(through), late(direct)]);
    return Math.max(0, slow - quick);
  };
  return { added, leave: () => direct.socket.destroy() };
}

/** Events at a distance from each other, each in a chunk of its own; how much later the head and the latest event are. */
async function events(stage: Stage, compressed: boolean): Promise<Facts> {
  const { full } = stage.patience;
  const [count, everyMs] = full ? [30, 1_000] : [12, 40];
  const { added, leave } = await listeners(stage);
  const fields = ['Content-Type: text/event-stream', ...(compressed ? ['Content-Encoding: gzip'] : [])];
  const headMs = await added(head('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', ...fields), '\r\n\r\n');
  const lates: number[] = [];
  for (let at = 0; at < count; at += 1) {
    await pause(everyMs);
    const text = `data: event ${at} ${'x'.repeat(at)}\n\n`;
    const data = compressed ? gzipSync(text) : Buffer.from(text);
    lates.push(await added(chunk(data), data));
  }
  leave();
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
      alone: true,
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
