// Field sections that are not legal in HTTP/2 (X3, P91, P92): none reaches the origin, and its twin without the offending bytes does.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CODE } from '../../conformance/raw/frame-peer.ts';
import type { Pairs } from '../../conformance/raw/hpack.ts';
import { echo, Http2World } from './http2-world.testkit.ts';

let world: Http2World;
beforeAll(async () => {
  world = await Http2World.start();
});
afterAll(() => world.close());

/** Sent on a connection of its own: what it was answered, and how often the origin was asked for it. */
async function outcome(fields: Pairs): Promise<{ readonly said: string; readonly reached: number }> {
  const before = world.asked.length;
  const peer = world.peer().headers(1, fields);
  const { end, code } = await peer.ended(1);
  const said = peer.over ? 'closed' : end === 'reset' ? `reset ${code}` : `${peer.status(1)}`;
  return { said, reached: world.asked.length - before };
}

const REFUSED = ['400', `reset ${CODE.protocol}`];

const ILLEGAL: readonly (readonly [what: string, fields: Pairs, twin: Pairs])[] = [
  ['a name in upper case', echo({}, ['X-Name', 'v']), echo({}, ['x-name', 'v'])],
  ['one upper-case letter in a name', echo({}, ['x-namE', 'v']), echo({}, ['x-name', 'v'])],
  ['an empty name', echo({}, ['', 'v']), echo({}, ['v', 'v'])],
  ['a blank in a name', echo({}, ['x name', 'v']), echo({}, ['x-name', 'v'])],
  ['a blank behind a name', echo({}, ['x-name ', 'v']), echo({}, ['x-name', 'v'])],
  ['a colon in a name', echo({}, ['x:name', 'v']), echo({}, ['x-name', 'v'])],
  ['CR LF in a name', echo({}, ['x\r\nhost', 'v']), echo({}, ['xhost', 'v'])],
  ['NUL in a name', echo({}, ['x\0y', 'v']), echo({}, ['xy', 'v'])],
  ['a byte above 127 in a name', echo({}, ['x\xe9', 'v']), echo({}, ['xe', 'v'])],
  ['CR LF in a value', echo({}, ['x-name', 'v\r\nhost: evil']), echo({}, ['x-name', 'vhost: evil'])],
  ['LF in a value', echo({}, ['x-name', 'v\nx: y']), echo({}, ['x-name', 'vx: y'])],
  ['CR in a value', echo({}, ['x-name', 'v\rx']), echo({}, ['x-name', 'vx'])],
  ['NUL in a value', echo({}, ['x-name', 'v\0x']), echo({}, ['x-name', 'vx'])],
  ['a blank before a value', echo({}, ['x-name', ' v']), echo({}, ['x-name', 'v'])],
  ['a tab behind a value', echo({}, ['x-name', 'v\t']), echo({}, ['x-name', 'v'])],
  ['connection', echo({}, ['connection', 'close']), echo({}, ['x-connection', 'close'])],
  ['keep-alive', echo({}, ['keep-alive', 'timeout=5']), echo({}, ['x-keep-alive', 'timeout=5'])],
  ['proxy-connection', echo({}, ['proxy-connection', 'close']), echo({}, ['x-proxy', 'close'])],
  ['transfer-encoding', echo({}, ['transfer-encoding', 'chunked']), echo({}, ['x-encoding', 'chunked'])],
  ['upgrade', echo({}, ['upgrade', 'websocket']), echo({}, ['x-upgrade', 'websocket'])],
  ['te other than trailers', echo({}, ['te', 'gzip']), echo({}, ['te', 'trailers'])],
  ['no :method', echo({ ':method': undefined }), echo()],
  ['no :scheme', echo({ ':scheme': undefined }), echo()],
  ['no :path', echo({ ':path': undefined }), echo()],
  ['an empty :path', echo({ ':path': '' }), echo()],
  ['a :path without /', echo({ ':path': 'x' }), echo({ ':path': '/x' })],
  ['a :path with a blank', echo({ ':path': '/x y' }), echo({ ':path': '/x%20y' })],
  ['a :path with CR LF', echo({ ':path': '/ HTTP/1.1\r\nhost: evil' }), echo({ ':path': '/HTTP/1.1host:evil' })],
  ['a :path with a fragment', echo({ ':path': '/x#y' }), echo({ ':path': '/x' })],
  ['a :path with a byte above 127', echo({ ':path': '/\xe9' }), echo({ ':path': '/%e9' })],
  ['* without OPTIONS', echo({ ':path': '*' }), echo({ ':path': '*', ':method': 'OPTIONS' })],
  ['another :scheme', echo({ ':scheme': 'https' }), echo()],
  ['a :method with CR LF', echo({ ':method': 'GET / HTTP/1.1\r\nx:' }), echo({ ':method': 'PURGE' })],
  ['an empty :method', echo({ ':method': '' }), echo()],
  ['no authority at all', echo({ ':authority': undefined }), echo({ ':authority': undefined }, ['host', 'echo.gw'])],
  ['host other than :authority', echo({}, ['host', 'web.gw']), echo({}, ['host', 'echo.gw'])],
  ['an authority with userinfo', echo({ ':authority': 'u@echo.gw' }), echo({ ':authority': 'echo.gw:80' })],
  ['an authority that is a list', echo({ ':authority': 'echo.gw,web.gw' }), echo({ ':authority': 'ECHO.gw.' })],
  ['an authority with CR LF', echo({ ':authority': 'echo.gw\r\nx: y' }), echo()],
  ['host twice', echo({}, ['host', 'echo.gw'], ['host', 'echo.gw']), echo({}, ['host', 'echo.gw'])],
  ['a pseudo-field twice', [[':path', '/a'], ...echo()], echo()],
  ['an unknown pseudo-field', [[':x', 'y'], ...echo()], echo()],
  [':status', [[':status', '200'], ...echo()], echo()],
  ['a pseudo-field behind a field', [['x', 'y'], ...echo()], [...echo(), ['x', 'y']]],
  [':protocol without CONNECT', echo({ ':protocol': 'websocket' }), echo()],
  [
    'content-length twice',
    echo({}, ['content-length', '0'], ['content-length', '0']),
    echo({}, ['content-length', '0']),
  ],
  ['a content-length that is no number', echo({}, ['content-length', '+0']), echo({}, ['content-length', '0'])],
  ['a content-length that is a list', echo({}, ['content-length', '0, 0']), echo({}, ['content-length', '0'])],
  ['a content-length without content', echo({}, ['content-length', '10']), echo({}, ['content-length', '0'])],
];

describe(`${ILLEGAL.length} field sections that are not legal`, () => {
  it.each(ILLEGAL)('%s', async (_what, fields, twin) => {
    const refused = await outcome(fields);
    expect(REFUSED).toContain(refused.said);
    expect(refused.reached).toBe(0);
    expect(await outcome(twin)).toEqual({ said: '200', reached: 1 });
  });
});

describe('field sections that are answered by the gateway', () => {
  const answers: readonly (readonly [string, Pairs, string])[] = [
    [
      'CONNECT',
      [
        [':method', 'CONNECT'],
        [':authority', 'echo.gw:80'],
      ],
      '405',
    ],
    ['CONNECT of another protocol', echo({ ':method': 'CONNECT', ':protocol': 'connect-udp' }), '405'],
    ['TRACE', echo({ ':method': 'TRACE' }), '405'],
    ['an unknown expectation', echo({}, ['expect', 'foo']), '417'],
    ['a path of 9 KiB', echo({ ':path': `/${'a'.repeat(9_216)}` }), '414'],
    ['17 KiB of fields', echo({}, ['x', 'a'.repeat(17_408)]), '431'],
    ['101 fields', echo({}, ...Array.from({ length: 101 }, (_, i) => [`x${i}`, 'y'] as const)), '431'],
    ['a host that nobody has', echo({ ':authority': 'nobody.gw' }), '404'],
    ['the path of agents', echo({ ':path': '/.tunnelkit/link' }), '404'],
  ];
  it.each(answers)('%s', async (_what, fields, status) => {
    expect(await outcome(fields)).toEqual({ said: status, reached: 0 });
  });

  it('names that mean something in JavaScript are names like others', async () => {
    const odd = ['constructor', 'tostring', '__proto__', 'hasownproperty'].map((name) => [name, 'x'] as const);
    expect(await outcome(echo({}, ...odd))).toEqual({ said: '200', reached: 1 });
  });

  it('names with an underscore are dropped, and 100 fields pass', async () => {
    expect(await outcome(echo({}, ['content_length', '5'], ['x_forwarded_for', '1.2.3.4']))).toEqual({
      said: '200',
      reached: 1,
    });
    const hundred = Array.from({ length: 100 }, (_, i) => [`x${i}`, 'y'] as const);
    expect(await outcome(echo({}, ...hundred))).toEqual({ said: '200', reached: 1 });
  });
});
