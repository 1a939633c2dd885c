// An admitted agent that says whatever it likes instead of an answer: it may answer wrongly, but only once, and never in framing.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../cli/limits/driver.testkit.ts';
import { exposing } from '../cli/limits/links.testkit.ts';
import { LimitWorld } from '../cli/limits/world.testkit.ts';
import { answersIn } from '../conformance/answer.ts';
import { dial } from '../conformance/raw/visitor.ts';
import type { ResponseHead } from '../contract/message.ts';
import { FRAME } from '../protocol/frame.ts';
import { encodeResponseHead } from '../protocol/head.ts';
import { payloadOf } from '../session/payload.ts';
import type { RawPeer } from '../session/raw-peer.testkit.ts';

const PATIENCE_MS = 30_000;
const INJECTED = 'HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\ninjected';
const HEAD: ResponseHead = { kind: 'response', status: 200, fields: [], body: 'length', length: 2, upgrade: undefined };

type Say = (peer: RawPeer, stream: number) => void;
const head = (changes: Partial<ResponseHead>) => payloadOf(encodeResponseHead, { ...HEAD, ...changes }, 60_000);
const says =
  (changes: Partial<ResponseHead>, ...data: readonly string[]): Say =>
  (peer, stream) => {
    peer.frame(FRAME.HEAD, stream, head(changes));
    for (const text of data) peer.frame(FRAME.DATA, stream, Buffer.from(text, 'latin1'));
    peer.frame(FRAME.FIN, stream);
  };
const field = (name: string, value: string) => says({ fields: ['A', 'b', name, value] }, 'ok');

const SPLITS: readonly (readonly [what: string, say: Say])[] = [
  ['CR LF in a value', field('X', 'a\r\nInjected: 1')],
  ['two CR LF and an answer in a value', field('X', `a\r\n\r\n${INJECTED}`)],
  ['CR in a value', field('X', 'a\rInjected: 1')],
  ['LF in a value', field('X', 'a\nInjected: 1')],
  ['NUL in a value', field('X', 'a\0b')],
  ['CR LF in a name', field('X: a\r\nInjected', '1')],
  ['a colon in a name', field('Injected: a', '1')],
  ['a space in a name', field('Injected ', '1')],
  ['an empty name', field('', 'a')],
  ['a length among the fields', field('Content-Length', '0')],
  ['a coding among the fields', field('Transfer-Encoding', 'chunked')],
  ['Connection among the fields', field('Connection', 'upgrade')],
  ['Upgrade among the fields', field('Upgrade', 'websocket')],
  ['a status of 99', says({ status: 99 }, 'ok')],
  ['a status of 999', says({ status: 999 }, 'ok')],
  ['101 that nobody asked for', says({ status: 101, body: 'upgrade', length: -1, upgrade: 'websocket' }, INJECTED)],
  ['an upgrade with CR LF', says({ status: 101, body: 'upgrade', length: -1, upgrade: 'a\r\nInjected: 1' }, 'ok')],
  ['more bytes than the length', says({}, `ok${INJECTED}`)],
  ['more bytes than the length, in two frames', says({}, 'ok', INJECTED)],
  ['fewer bytes than the length', says({ length: 20 }, 'ok')],
  ['a body behind 204', says({ status: 204, body: 'none', length: -1 }, INJECTED)],
  ['a body behind 304', says({ status: 304, body: 'none', length: -1 }, INJECTED)],
  ['a body where there is none', says({ body: 'none', length: -1 }, INJECTED)],
  ['bytes before the head', (peer, stream) => peer.frame(FRAME.DATA, stream, Buffer.from(INJECTED))],
  [
    'bytes behind FIN',
    (peer, stream) => {
      says({}, 'ok')(peer, stream);
      peer.frame(FRAME.DATA, stream, Buffer.from(INJECTED));
    },
  ],
  [
    'two heads',
    (peer, stream) => {
      peer.frame(FRAME.HEAD, stream, head({}));
      says({}, 'ok')(peer, stream);
    },
  ],
  [
    'trailers with CR LF',
    (peer, stream) => {
      peer.frame(FRAME.HEAD, stream, head({ body: 'chunked', length: -1 }));
      peer.frame(FRAME.TRAILERS, stream, head({ fields: ['X', 'a\r\nInjected: 1'] }));
      peer.frame(FRAME.FIN, stream);
    },
  ],
  [
    '17 interim heads',
    (peer, stream) => {
      for (let at = 0; at < 17; at++) peer.frame(FRAME.HEAD, stream, head({ status: 103, body: 'none', length: -1 }));
      says({}, 'ok')(peer, stream);
    },
  ],
];

describe('an answer of a hostile agent', () => {
  let world: LimitWorld;
  beforeAll(async () => {
    world = await LimitWorld.start({ handshakesPerSecond: 1_000 });
  });
  afterAll(() => world.close());

  /** What a visitor hears of it, who asks again on the same connection. */
  async function heard(say: Say) {
    const peer = await exposing(world, 'evil');
    const visitor = await dial({ port: world.port('http') });
    visitor.send('GET /1 HTTP/1.1\r\nHost: evil.localhost\r\n\r\n');
    await until(() => peer.all('OPEN').length === 1);
    peer.together(() => {
      peer.frame(FRAME.OPENED, peer.last('OPEN').stream);
      say(peer, peer.last('OPEN').stream);
    });
    const settled = () =>
      ['whole', 'cut'].includes(answersIn(visitor.received, [], visitor.ending).answers[0]?.state ?? '');
    await visitor.until(settled, PATIENCE_MS);
    // Whatever was said too much has been read when the session has answered this, or has ended.
    peer.frame(FRAME.PING, 0, Buffer.alloc(4));
    await until(() => peer.names.includes('PONG') || peer.ended !== 'open');
    peer.close();
    visitor.fin();
    await visitor.ends(PATIENCE_MS);
    visitor.socket.destroy();
    return answersIn(visitor.received, [], visitor.ending);
  }

  it('that is good arrives', async () => {
    const { answers, rest } = await heard(says({ fields: ['X', 'a'] }, 'ok'));
    expect(answers.map(({ status, body }) => [status, body])).toEqual([[200, 'ok']]);
    expect([answers[0]?.fields, rest.length]).toEqual([expect.arrayContaining([['X', 'a']]), 0]);
  });

  it.each(SPLITS)('with %s is one answer at most, and nothing of it is framing', async (_what, say) => {
    const { answers, fault, rest } = await heard(say);
    expect([fault, rest.length, answers.length <= 1]).toEqual([undefined, 0, true]);
    expect(answers[0]?.interims.length ?? 0).toBeLessThanOrEqual(16);
    expect(answers[0]?.fields.filter(([name]) => /injected/i.test(name)) ?? []).toEqual([]);
    const framing = answers[0]?.fields.filter(([name]) => /^(content-length|transfer-encoding|upgrade)$/i.test(name));
    expect(framing?.length ?? 0).toBeLessThanOrEqual(1);
  });
});
