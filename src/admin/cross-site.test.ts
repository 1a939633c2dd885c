// What a web page of somebody else can have a browser send, in the bytes in which browsers send it: twelve kinds, to this machine by its
// address, by its name, and by a name of theirs that was bent to it. Each is refused with its code; its twin, with nothing foreign in it, is let in.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Reply, World } from './admin.testkit.ts';

let world: World;
let token: string;
beforeAll(async () => {
  world = await World.start();
  const made = ['POST /admin-token HTTP/1.1', 'Host: localhost', 'Connection: close', 'Content-Length: 0'];
  token = JSON.parse((await world.raw(`${made.join('\r\n')}\r\n\r\n`, 'socket')).body).token;
});
afterAll(() => world.stop());

type Fields = Readonly<Record<string, string | undefined>>;

interface Kind {
  readonly what: string;
  readonly method: 'GET' | 'POST' | 'OPTIONS';
  /** Of the Fetch standard: where it comes from is added. `no-cors` is what only a foreign page says. */
  readonly mode: 'navigate' | 'no-cors' | 'cors' | 'websocket';
  readonly dest: string;
  readonly fields?: Fields;
  readonly body?: string;
  /** `null`: from a sandbox, or behind a redirect to elsewhere. */
  readonly origin?: 'page' | 'null';
}

const JSON_BODY = '{"account":"evil","names":["*"]}';
const form = (type: string, body: string): Pick<Kind, 'fields' | 'body' | 'origin'> => ({
  fields: { 'Content-Type': type },
  body,
  origin: 'page',
});
const PREFLIGHT = { 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'authorization' };
const UPGRADE = {
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
};

const KINDS: readonly Kind[] = [
  { what: 'a link', method: 'GET', mode: 'navigate', dest: 'document' },
  { what: 'a frame in a sandbox', method: 'GET', mode: 'navigate', dest: 'iframe', origin: 'null' },
  { what: 'an image', method: 'GET', mode: 'no-cors', dest: 'image' },
  { what: 'a script', method: 'GET', mode: 'no-cors', dest: 'script' },
  {
    what: 'a form',
    method: 'POST',
    mode: 'navigate',
    dest: 'document',
    ...form('application/x-www-form-urlencoded', 'account=evil'),
  },
  {
    what: 'a form with files',
    method: 'POST',
    mode: 'navigate',
    dest: 'document',
    ...form('multipart/form-data; boundary=b', '--b--'),
  },
  {
    what: 'a form of text that is JSON',
    method: 'POST',
    mode: 'navigate',
    dest: 'document',
    ...form('text/plain', JSON_BODY),
  },
  {
    what: 'fetch without CORS',
    method: 'POST',
    mode: 'no-cors',
    dest: 'empty',
    ...form('text/plain;charset=UTF-8', JSON_BODY),
  },
  { what: 'fetch with CORS', method: 'GET', mode: 'cors', dest: 'empty', origin: 'page' },
  {
    what: 'the question before a fetch',
    method: 'OPTIONS',
    mode: 'cors',
    dest: 'empty',
    fields: PREFLIGHT,
    origin: 'page',
  },
  { what: 'a WebSocket', method: 'GET', mode: 'websocket', dest: 'empty', fields: UPGRADE, origin: 'page' },
  {
    what: 'a redirect of theirs',
    method: 'POST',
    mode: 'navigate',
    dest: 'document',
    ...form('text/plain', JSON_BODY),
    origin: 'null',
  },
];

/** Where the request goes, and what the browser says of the page that makes it. A bent name makes page and listener one site to it. */
const WAYS = [
  { way: 'by its address', host: '127.0.0.1:8081', page: 'http://evil.example', site: 'cross-site' },
  { way: 'by its name', host: 'localhost:8081', page: 'http://evil.localhost:3000', site: 'same-site' },
  { way: 'by a name bent to it', host: 'evil.example:8081', page: 'http://evil.example:8081', site: 'same-origin' },
] as const;
type Way = (typeof WAYS)[number];

function send(
  { method, fields = {}, body = '' }: Kind,
  said: Fields,
  path: string,
  over: 'tcp' | 'socket',
): Promise<Reply> {
  const upgrades = 'Upgrade' in fields ? { Connection: 'Upgrade, close' } : { Connection: 'close' };
  const all = {
    ...said,
    ...fields,
    ...upgrades,
    Authorization: `Bearer ${token}`,
    'Content-Length': String(body.length),
  };
  const lines = Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}\r\n`]));
  return world.raw(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`, over);
}

function fromPage({ mode, dest, origin }: Kind, { host, page, site }: Way): Fields {
  const pages = { page, null: 'null', none: undefined } as const;
  return {
    Host: host,
    Origin: pages[origin ?? 'none'],
    'Sec-Fetch-Site': site,
    'Sec-Fetch-Mode': mode,
    'Sec-Fetch-Dest': dest,
  };
}

/** The same of a page of ours: of this very origin, and without the mode in which only others are asked. */
function ours(kind: Kind): Fields {
  const host = '127.0.0.1:8081';
  const mode = kind.mode === 'no-cors' ? 'same-origin' : kind.mode;
  const of = fromPage(
    { ...kind, mode } as Kind,
    { way: 'by its address', host, page: `http://${host}`, site: 'same-origin' } as unknown as Way,
  );
  return { ...of, Origin: of.Origin === undefined ? undefined : `http://${host}` };
}

/** What comes of it where it is let in: reports are read, and nothing but JSON is. */
const LET_IN = { GET: 200, POST: 404, OPTIONS: 404 } as const;

describe.each(KINDS)('$what', (kind) => {
  it.each(WAYS)(
    'of a foreign page to this machine $way is refused with TK-1016 on both listeners, and reaches nothing',
    async (way) => {
      const before = world.metrics.errors['TK-1016'];
      for (const over of ['tcp', 'socket'] as const) {
        const reply = await send(kind, fromPage(kind, way), kind.method === 'POST' ? '/tokens' : '/status', over);
        expect([reply.status, JSON.parse(reply.body).code]).toEqual([403, 'TK-1016']);
        expect(reply.head).not.toMatch(/access-control|set-cookie|101 Switching/i);
      }
      expect([world.metrics.errors['TK-1016'], world.calls]).toEqual([before + 2, []]);
    },
  );

  it('of ours is let in', async () => {
    const reply = await send(kind, ours(kind), '/status', 'tcp');
    expect(reply.status).toBe(LET_IN[kind.method]);
  });
});

it('what changes things takes JSON that says so, from here alone', async () => {
  const kind: Kind = { what: '', method: 'POST', mode: 'cors', dest: 'empty', body: JSON_BODY };
  const said = { Host: 'localhost' };
  expect((await send({ ...kind, fields: { 'Content-Type': 'text/plain' } }, said, '/tokens', 'socket')).status).toBe(
    400,
  );
  expect(world.calls).toEqual([]);
  expect(
    (await send({ ...kind, fields: { 'Content-Type': 'application/json' } }, said, '/tokens', 'socket')).status,
  ).toBe(201);
  expect(world.calls).toHaveLength(1);
});
