// The cases of what a server owes, each on a connection of its own.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FramePeer, frame, PREFACE, TYPE } from '../../conformance/raw/frame-peer.ts';
import { CASES, END, get, header, openPost, zeroes } from './frames.cases.testkit.ts';
import { echo, Http2World } from './http2-world.testkit.ts';

let world: Http2World;
beforeAll(async () => {
  world = await Http2World.start();
});
afterAll(() => world.close());

/** Another request is answered. */
async function isServed(peer: FramePeer): Promise<string> {
  await peer.settled();
  if (peer.over) return `the connection ended with ${peer.goaway}`;
  peer.headers(999, echo());
  const { end } = await peer.ended(999);
  return end === 'end' ? `status ${peer.status(999)}` : end;
}

describe(`${CASES.length} cases of what a server owes`, () => {
  it.each(CASES)('%s %s', async (_section, _what, play, outcome) => {
    const peer = world.peer();
    await play(peer);
    if (outcome === 'served') {
      expect(await isServed(peer)).toBe('status 200');
    } else if ('connection' in outcome) {
      await peer.until(() => peer.over);
      expect([...outcome.connection, undefined]).toContain(peer.goaway);
    } else {
      const { end, code } = await peer.ended(outcome.id ?? 1);
      if (end !== 'reset') expect(peer.over).toBe(true);
      expect([...outcome.stream, ...(peer.over ? [undefined] : [])]).toContain(code ?? peer.goaway);
    }
  });

  it('3.4 a preface that is none ends the connection', async () => {
    const script = world.way.visit('PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n');
    await world.way.until(() => script.end !== 'open');
    expect(script.heard).toMatch(/^HTTP\/1\.1 505 /);
  });

  it('3.4 a preface that comes byte by byte is one', async () => {
    const script = world.way.visit('');
    for (const byte of PREFACE) script.send(Buffer.from([byte]));
    script.send(frame(TYPE.settings, 0, 0)).send(header(END, 1, get));
    await world.way.until(() => script.heard.length > 60);
    expect(script.heard).not.toContain('HTTP/1.1');
  });

  it('3.4 a connection that begins with another frame than SETTINGS ends', async () => {
    const script = world.way.visit(PREFACE.toString('latin1'));
    script.send(frame(TYPE.ping, 0, 0, zeroes(8)));
    await world.way.until(() => script.end !== 'open');
  });

  it('6.8 requests under way are finished after the visitor’s GOAWAY', async () => {
    const peer = world.peer();
    openPost(peer);
    peer.send(frame(TYPE.goaway, 0, 0, zeroes(8))).data(1, 'still', true);
    expect(await peer.ended(1)).toMatchObject({ end: 'end', body: Buffer.from('still') });
    await peer.until(() => peer.over);
  });
});
