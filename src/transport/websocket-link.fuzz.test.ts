// Frames of any kind, whole, cut and damaged, at the gateway's end of a WebSocket: nothing is thrown, nothing is read that no binary
// message held, the link is over when its connection is, and the next one is served.
import fc from 'fast-check';
import { afterAll, beforeAll, expect } from 'vitest';
import { limitValues } from '../contract/limits.ts';
import type { Link } from '../contract/link.ts';
import { END } from '../contract/pipe.ts';
import { fuzzes } from '../fuzz.testkit.ts';
import { makeNodeReactor } from '../pipe/node/reactor.ts';
import { startGateway, type TestGateway } from './gateway.testkit.ts';
import { frame, OPCODE, rawClient, upgradeText } from './raw-websocket.testkit.ts';

const limits = limitValues({ linkMessageBytes: 300, linkMessageFragments: 4, linkUnreadBytes: 400 });
const reactor = makeNodeReactor(limits);
let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway(reactor, limits, undefined);
});
afterAll(() => gateway.close());

/** What links may read; anything else is of no binary message. */
const SAID = 'b';
const shape = fc.record({
  final: fc.constantFrom(true, true, false),
  masked: fc.constantFrom(true, true, true, true, false),
});
const opcode = fc.constantFrom(...Object.values(OPCODE), OPCODE.binary, OPCODE.binary, OPCODE.continuation, 3, 15);
const someFrame = fc.tuple(opcode, fc.constantFrom(0, 1, 2, 125, 126, 200, 301), shape).map(([kind, length, how]) => {
  // 1000 to 1002.
  if (kind === OPCODE.close) return frame(kind, Buffer.from([0x03, 0xe8 + (length % 3)]), how);
  return frame(kind, Buffer.alloc(length, kind === OPCODE.binary || kind === OPCODE.continuation ? SAID : 'x'), how);
});
const damage = fc.option(fc.record({ at: fc.nat(600), to: fc.nat(255) }), { freq: 3 });
const sent = fc.tuple(fc.array(someFrame, { maxLength: 8 }), damage).map(([frames, damaged]) => {
  const bytes = Buffer.concat(frames);
  if (damaged !== null && bytes.length > 0) bytes[damaged.at % bytes.length] = damaged.to;
  return { bytes, damaged: damaged !== null };
});

/** All that the link gives until its end, and which that was. */
function readAll(link: Link): Promise<{ readonly text: string; readonly end: string }> {
  const arena = { bytes: Buffer.alloc(128), size: 128 };
  let text = '';
  const { promise, resolve } = Promise.withResolvers<{ text: string; end: string }>();
  const readable = () => {
    const count = link.read(arena, 0, arena.size);
    if (count > 0) text += arena.bytes.toString('latin1', 0, count);
    if (count < 0) resolve({ text, end: count === END ? 'end' : link.cause! });
  };
  link.owner = { readable, writable() {} };
  link.want(true, false);
  return promise;
}

fuzzes('the fuzzer of WebSocket links finds no bytes that throw, are read as what they are not, or keep a link', {
  of: ['transport/websocket-link.ts', 'transport/unread-messages.ts', 'transport/websocket-accept.ts'],
  input: fc.record({ sent, glued: fc.boolean(), fin: fc.boolean() }),
  runs: 60,
  outcomes: ['malformed', 'truncated'],
  async look({ sent: { bytes, damaged }, glued, fin }) {
    const socket = glued
      ? rawClient(gateway.port, Buffer.concat([Buffer.from(upgradeText()), bytes]))
      : rawClient(gateway.port, upgradeText(), bytes);
    const link = await gateway.next();
    if (fin) socket.end();
    else socket.destroySoon();
    const { text, end } = await readAll(link);
    link.reset();
    expect(text.length).toBeLessThanOrEqual(bytes.length);
    if (!damaged) expect(text).toMatch(new RegExp(`^${SAID}*$`));
    return end;
  },
});
