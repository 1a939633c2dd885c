// P33, P34: what is matched, guarded and forwarded is one and the same path.
import type { Case } from '../case.ts';
import { exchange, head, passes } from '../plays.ts';
import type { Recorded } from '../request.ts';

const AUTH = `Authorization: Basic ${Buffer.from('user:pass').toString('base64')}`;
const seen = ({ target }: Recorded) => ({ target });

/** What two servers may read as two paths. */
const AMBIGUOUS = [
  '/%2e%2e/admin',
  '/a/%2E./b',
  '/a%2fb',
  '/a%2Fb',
  '/a%5cb',
  '/a%5Cb',
  '/a%00b',
  '//admin',
  '/a;x/b',
  '/./admin',
  '/a/../admin',
  '/a/..',
  '/a\\b',
];

function ambiguous(path: string): readonly Case[] {
  const ref = 'CVE-2026-40912';
  const asked = (host: string, ...fields: readonly string[]) =>
    exchange(head(`GET ${path} HTTP/1.1`, `Host: ${host}`, ...fields), seen);
  return [
    {
      id: 'P33',
      name: `${path} where nothing is guarded`,
      ref,
      play: asked('$HOST'),
      wants: { status: 200, target: path },
    },
    {
      id: 'P33',
      name: `${path} behind a password`,
      ref,
      play: asked('$GUARDED', AUTH),
      twin: exchange(head('GET /admin HTTP/1.1', 'Host: $GUARDED', AUTH)),
      wants: { status: 400, reached: 0 },
      code: 'TK-3017',
    },
    {
      id: 'P33',
      name: `${path} without the password`,
      ref,
      play: asked('$GUARDED'),
      wants: { status: [400, 401], reached: 0 },
    },
  ];
}

const ODD = [
  "/a!$&'()*+,=:@-._~b",
  '/%C3%a9/%7E/%20?x=%zz&y=%',
  '/?a=b/../c&d=//e;f?g',
  '/a?b=[c]&d={e}|"f"',
  '/a/%41/?',
  '/a+b/~c/-d',
  '/...//..a/'.replace('//', '/'),
];

export const PATH_CASES: readonly Case[] = [
  ...AMBIGUOUS.flatMap(ambiguous),
  ...ODD.map((path) =>
    passes('P34', `the path ${path}`, 'RFC 9110 7.7', head(`GET ${path} HTTP/1.1`, 'Host: $HOST'), seen, {
      target: path,
    }),
  ),
  ...[
    ['', '/'],
    ['?a=b', '/?a=b'],
    ['/a/./b', '/a/./b'],
  ].map(([path, target]) =>
    passes(
      'P34',
      `http://HOST${path} as the target`,
      'RFC 9112 3.2.1',
      head(`GET http://$HOST${path} HTTP/1.1`, 'Host: $HOST'),
      seen,
      { target },
    ),
  ),
];
