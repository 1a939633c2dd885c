// A gateway and an agent made of bytes, against the real program at the other end: whatever they ask for, however this machine or a
// metadata service is spelled, the agent dials what it exposes and the gateway dials nothing (S3, X22, X27).
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AnpxPeer, Key, number, opening, TYPE, tlv } from '../../conformance/raw/anpx.ts';
import { dial } from '../../conformance/raw/visitor.ts';
import { Wire } from '../../conformance/raw/wire.ts';
import { SPELLINGS } from '../../conformance/spellings.ts';
import { type Gateway, ROOT, type Running, World } from './program.testkit.ts';
import { visit } from './visit.testkit.ts';

const HTTP = 1;
const TCP = 2;
const UDP = 3;
const WATCHED = { NODE_OPTIONS: `--import=${pathToFileURL(`${ROOT}/fixtures/defects/dials.js`)}` };
/** Streams that a gateway opens: odd, a slot each, of the first generation. */
const streamOf = (slot: number) => 2 ** 17 + slot * 2 + 1;

const world = new World();
let gateway: Gateway;
let token: string;
const servers: Server[] = [];

beforeAll(async () => {
  gateway = await world.serve(['--insecure'], WATCHED);
  token = new URL(gateway.ready.join).searchParams.get('token')!;
});
afterAll(async () => {
  for (const server of servers) server.close();
  await world.close();
});

async function listening(onSocket: (wire: Wire) => void): Promise<number> {
  const server = createServer({ allowHalfOpen: true }, (socket) => onSocket(new Wire(socket)));
  servers.push(server.listen(0, '127.0.0.1'));
  await once(server, 'listening');
  return (server.address() as { port: number }).port;
}

/** Where a program went, each place once. */
const dialled = ({ stderr }: Running) =>
  [...new Set([...stderr.matchAll(/^(?:dials|sends|resolves) (.*)$/gm)].map(([, place]) => place!))].toSorted();

it('there are at least 40 spellings', () => {
  expect(new Set(SPELLINGS).size).toBeGreaterThanOrEqual(40);
});

describe('a hostile gateway', () => {
  it('opens what it likes with an agent, which dials its own origin and nothing else', async () => {
    const key = new Key();
    const came = Promise.withResolvers<Wire>();
    const origin = await listening((wire) => {
      wire.heard = () => wire.send('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok').fin();
    });
    const port = await listening((wire) => came.resolve(wire));
    const link = `tk://127.0.0.1:${port}/?token=${token}&pin=${key.pin}`;
    const target = `http://127.0.0.1:${origin}`;
    const args = ['expose', target, '--json', '--transport', 'tcp', '--insecure', '--gateway', link];
    const agent = world.tunnelkit(args, WATCHED);
    const peer = await new AnpxPeer(await came.promise, key).admitted();
    const { payload } = await peer.heard(TYPE.EXPOSE);
    const id = payload.readUInt32BE(3);
    const grant = [tlv(1, number(id, 4)), tlv(2, Buffer.of(HTTP)), tlv(3, `http://127.0.0.1:${port}`)];
    peer.say(TYPE.EXPOSED, 0, Buffer.concat(grant));
    await agent.event('exposed');

    // Whatever host a request names, it is one of this exposure.
    const served = SPELLINGS.flatMap((name) => [
      opening(HTTP, id, { authority: name, path: '/' }),
      opening(HTTP, id, { authority: name, path: `//${name}/` }),
    ]);
    const refused = SPELLINGS.flatMap((name) => [
      opening(HTTP, id, { authority: 'a', path: `http://${name}/` }),
      opening(HTTP, id + 1, { authority: name, path: '/' }),
      opening(TCP, id, { authority: name, path: '/' }),
      opening(TCP, 0),
      opening(UDP, id),
    ]);
    const wishes = [...served, ...refused];
    for (const [slot, wish] of wishes.entries()) {
      peer.say(TYPE.OPEN, streamOf(slot), wish);
      const of = (frame: { readonly stream: number }) => frame.stream === streamOf(slot);
      await peer.wire.until(() => peer.frames.some((frame) => of(frame) && frame.type >= TYPE.OPENED), 20_000);
    }
    const opened = peer.frames.filter(({ type }) => type === TYPE.OPENED).length;
    expect(opened).toBe(served.length);
    expect(peer.frames.filter(({ type }) => type === TYPE.RST).length).toBe(wishes.length - opened);
    expect(dialled(agent)).toEqual([`127.0.0.1:${origin}`, `127.0.0.1:${port}`].toSorted());
    expect(await agent.stop('SIGKILL')).toBe(137);
  });
});

describe('a hostile agent', () => {
  it('announces and opens what it likes with a gateway, which dials nothing and sends it nobody', async () => {
    const peer = new AnpxPeer(
      await dial({ port: Number(gateway.ready.http.split(':').at(-1)) }),
      new Key(),
      Key.ofToken(token),
    );
    await peer.admitted();
    // Its own addresses, to listen at.
    const before = dialled(gateway.running);
    const asked = SPELLINGS.flatMap((name, at) => [
      { id: 3 * at, kind: HTTP, target: `http://${name}`, name },
      { id: 3 * at + 1, kind: HTTP, target: name, name: `${name}.localhost` },
    ]);
    for (const { id, kind, target, name } of asked) {
      const parts = [tlv(1, number(id, 4)), tlv(2, Buffer.of(kind)), tlv(3, target), tlv(4, name)];
      peer.say(TYPE.EXPOSE, 0, Buffer.concat([...parts, tlv(7, ''), tlv(8, Buffer.of(0)), tlv(9, Buffer.of(0))]));
    }
    await peer.heard(TYPE.EXPOSE_REFUSED, ({ payload }) => payload.readUInt32BE(3) === asked.at(-1)!.id);
    for (const [slot, name] of SPELLINGS.entries())
      peer.say(TYPE.OPEN, streamOf(slot) - 1, opening(HTTP, 0, { authority: name, path: `http://${name}/` }));
    await peer.heard(TYPE.RST, ({ stream }) => stream === streamOf(SPELLINGS.length - 1) - 1);
    expect(peer.frames.filter(({ type }) => type === TYPE.RST).length).toBe(SPELLINGS.length);

    // Only what is a name, as `localhost` and `metadata` are, is published, and as a name: visitors of any other get nowhere.
    const taken = peer.frames.filter(({ type }) => type === TYPE.EXPOSED).length;
    expect(taken).toBe(SPELLINGS.filter((name) => /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(name)).length);
    for (const name of SPELLINGS.slice(0, 10)) {
      const { status } = await visit(new URL(`http://${gateway.ready.http}/`), { headers: { host: name } });
      expect([400, 404]).toContain(status);
    }
    expect(peer.frames.filter(({ type }) => type === TYPE.OPEN)).toEqual([]);
    expect(dialled(gateway.running)).toEqual(before);
  });
});
