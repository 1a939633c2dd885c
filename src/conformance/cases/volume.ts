// P38, P40, P75: bodies larger than any number of 32 bits and any buffer, and readers that take nothing.
import type { Case, Facts } from '../case.ts';
import { blocked, Digest, MIB, pourKeyed, watchGrowth } from '../flow.ts';
import { head } from '../plays.ts';
import type { Wire } from '../raw/wire.ts';
import { headAt, values } from '../reading.ts';
import { OK, type Stage } from '../stage.ts';

/** Windows of the link in both directions, the kernel's and Node's buffers, and what a collector leaves lying. */
const GROWTH_MIB = 128;
const SMALL_MIB = 48;
const QUIET_MS = 300;

/** Reads a head off a wire and digests what follows it. */
function digesting(wire: Wire): {
  readonly head: () => ReturnType<typeof headAt>;
  readonly digest: () => Digest | undefined;
} {
  let start = Buffer.alloc(0);
  let found: ReturnType<typeof headAt>;
  let digest: Digest | undefined;
  wire.keeping = false;
  wire.heard = (piece) => {
    if (digest !== undefined) return digest.take(piece);
    start = Buffer.concat([start, piece]);
    found = headAt(start, 0);
    if (found === undefined) return;
    digest = new Digest(values(found.fields, 'transfer-encoding').length > 0);
    digest.take(start.subarray(found.end));
  };
  return { head: () => found, digest: () => digest };
}

/** One upload: by its length, or as one chunk of that size. */
async function upload(stage: Stage, mebibytes: number, chunked: boolean): Promise<Facts> {
  const bytes = mebibytes * MIB;
  const seen: { heard?: ReturnType<typeof digesting> } = {};
  stage.welcome((wire) => {
    const heard = digesting(wire);
    seen.heard ??= heard;
    const take = wire.heard;
    wire.heard = (piece) => {
      take(piece);
      const digest = heard.digest();
      if (digest?.bytes === bytes && (!chunked || digest.ended)) wire.send(OK);
    };
  });
  const visitor = await stage.call();
  const growth = watchGrowth(stage.front.pids);
  visitor.send(
    head('POST / HTTP/1.1', 'Host: $HOST', chunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${bytes}`),
  );
  if (chunked) visitor.send(`${bytes.toString(16)}\r\n`);
  const sent = await pourKeyed(visitor.wire, mebibytes);
  if (chunked) visitor.send('\r\n0\r\n\r\n');
  const answer = await visitor.answer();
  const grew = growth();
  const length = values(seen.heard?.head()?.fields ?? [], 'content-length').join();
  const digest = seen.heard?.digest();
  return {
    status: answer?.status,
    same: sent !== undefined && sent === digest?.hex(),
    length,
    grew,
    bounded: grew <= GROWTH_MIB,
  };
}

/** What is declared is more than 2^32; what is sent is not. */
async function declared(stage: Stage, chunked: boolean): Promise<Facts> {
  const bytes = 5 * 1_024 * MIB;
  stage.welcome(() => {});
  const visitor = await stage.call();
  visitor.send(
    head('POST / HTTP/1.1', 'Host: $HOST', chunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${bytes}`),
  );
  visitor.send(`${chunked ? `${bytes.toString(16)}\r\n` : ''}begun`);
  const origin = await stage.origin.take(0, stage.ms);
  const begun = await origin?.until(() => origin.text.includes('begun'), stage.ms);
  const length = values(headAt(origin?.received ?? Buffer.alloc(0), 0)?.fields ?? [], 'content-length').join();
  return { begun, length };
}

const uploads = [false, true].flatMap((chunked): Case[] => {
  const length = chunked ? '' : String(5 * 1_024 * MIB);
  const name = chunked ? 'in one chunk' : 'with its length';
  const play = (stage: Stage) => upload(stage, stage.patience.full ? 5 * 1_024 : SMALL_MIB, chunked);
  return [
    {
      id: 'P38',
      name: `an upload of 5 GiB ${name}, its head`,
      ref: 'HAProxy f9c2d4767',
      play: (stage) => declared(stage, chunked),
      wants: { begun: true, length },
    },
    {
      id: 'P38',
      name: `an upload of 5 GiB ${name}`,
      ref: 'HAProxy f9c2d4767',
      alone: true,
      play,
      wants: { status: 200, same: true, length: chunked ? '' : /^\d+$/, bounded: true },
    },
  ];
});

/** Milliseconds of one request beside it all. */
async function sibling(stage: Stage): Promise<number> {
  const startedAt = performance.now();
  const visitor = await stage.call();
  const answer = await visitor.send(head('GET /sibling HTTP/1.1', 'Host: $HOST', 'Connection: close')).answer();
  return answer?.status === 200 ? performance.now() - startedAt : Number.POSITIVE_INFINITY;
}

/** The origin reads nothing of one upload. */
async function stalledOrigin(stage: Stage): Promise<Facts> {
  const bytes = 64 * MIB;
  stage.serve((wire) => wire.send(OK));
  const serve = stage.origin.welcome;
  let stalled: ReturnType<typeof digesting> | undefined;
  stage.welcome((wire) => {
    if (stalled !== undefined) return serve(wire);
    stalled = digesting(wire);
    wire.stall();
  });
  const visitor = await stage.call();
  const growth = watchGrowth(stage.front.pids);
  visitor.send(head('POST / HTTP/1.1', 'Host: $HOST', `Content-Length: ${bytes}`));
  const origin = await stage.origin.take(0, stage.ms);
  const sending = pourKeyed(visitor.wire, bytes / MIB);
  const taken = await blocked(visitor.wire, QUIET_MS);
  const beside = await sibling(stage);
  const grew = growth();
  origin?.resume();
  await origin?.until(() => stalled?.digest()?.bytes === bytes, stage.ms);
  const same = (await sending) === stalled?.digest()?.hex();
  return { blocks: taken < bytes, beside: beside < stage.ms, grew, bounded: grew <= GROWTH_MIB, same };
}

/** The visitor reads nothing of one answer. */
async function stalledVisitor(stage: Stage): Promise<Facts> {
  const mebibytes = stage.patience.full ? 1_024 : 64;
  let sending: Promise<string | undefined> = Promise.resolve(undefined);
  stage.serve((wire, { target }) => {
    if (target !== '/big') return void wire.send(OK);
    wire.send(head('HTTP/1.1 200 OK', `Content-Length: ${mebibytes * MIB}`));
    sending = pourKeyed(wire, mebibytes);
  });
  const growth = watchGrowth(stage.front.pids);
  const visitor = await stage.call();
  const heard = digesting(visitor.wire);
  visitor.wire.stall();
  visitor.wire.send(stage.text(head('GET /big HTTP/1.1', 'Host: $HOST')));
  const origin = (await stage.origin.take(0, stage.ms))!;
  await origin.until(() => origin.socket.writableLength > 0, stage.ms);
  const taken = await blocked(origin, QUIET_MS);
  const beside = await sibling(stage);
  const grew = growth();
  visitor.wire.resume();
  const sent = await sending;
  await visitor.wire.until(() => heard.digest()?.bytes === mebibytes * MIB, stage.ms);
  return {
    blocks: taken < mebibytes * MIB,
    beside: beside < stage.ms,
    grew,
    bounded: grew <= GROWTH_MIB,
    same: sent === heard.digest()?.hex(),
  };
}

const STALLED = { blocks: true, beside: true, bounded: true, same: true };
export const VOLUME_CASES: readonly Case[] = [
  ...uploads,
  {
    id: 'P40',
    name: 'an origin that reads nothing of an upload',
    ref: 'RFC 9113 5.2',
    alone: true,
    play: stalledOrigin,
    wants: STALLED,
  },
  {
    id: 'P75',
    name: 'a visitor that reads nothing of 1 GiB',
    ref: 'RFC 9113 5.2',
    alone: true,
    play: stalledVisitor,
    wants: STALLED,
  },
];
