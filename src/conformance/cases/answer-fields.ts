// P66–P72: which fields pass, in which order, and what the gateway says of itself.
import type { Answer } from '../answer.ts';
import type { Case, Facts } from '../case.ts';
import { answered, exchange, head, passes, reply } from '../plays.ts';
import { type Field, values } from '../reading.ts';

const ok = (...fields: readonly string[]) => `${head('HTTP/1.1 200 OK', 'Content-Length: 2', ...fields)}ok`;
const get = (...fields: readonly string[]) => head('GET / HTTP/1.1', 'Host: $HOST', ...fields);
const all = (fields: readonly Field[], ...names: readonly string[]): Facts =>
  Object.fromEntries(names.map((name) => [name, values(fields, name).join(' | ')]));

const REPEATED = ['X-A: 1', 'X-B: 2', 'X-A: 3'];
const COOKIES = ['Set-Cookie: a=1; Path=/', 'X: y', 'Set-Cookie: b=2, c', 'Set-Cookie: a=3'];

const ORDER: readonly Case[] = [
  reply(
    'P66',
    'three Set-Cookie',
    'RFC 9110 5.3',
    { says: ok(...COOKIES), sees: ({ fields }) => all(fields, 'set-cookie') },
    { status: 200, 'set-cookie': 'a=1; Path=/ | b=2, c | a=3' },
  ),
  reply(
    'P67',
    'other repeated fields of an answer',
    'RFC 9110 5.3',
    { says: ok(...REPEATED), sees: ({ fields }) => all(fields, 'x-a') },
    { status: 200, 'x-a': ['1 | 3', '1, 3'] },
  ),
  passes(
    'P67',
    'repeated fields of a request',
    'RFC 9110 5.3',
    get(...REPEATED, 'Cookie: a=1', 'Cookie: b=2'),
    ({ fields }) => all(fields, 'x-a', 'cookie'),
    { 'x-a': ['1 | 3', '1, 3'], cookie: ['a=1 | b=2', 'a=1; b=2'] },
  ),
];

const CHUNKS = `${head('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked')}2\r\nok\r\n0\r\nX-Sum: 7\r\nContent-Length: 9\r\nSet-Cookie: late=1\r\n\r\n`;
const trailers = ({ fields, trailers: late }: Answer) => ({
  late: late.map(([name]) => name.toLowerCase()).join(' '),
  merged: fields.some(([name, value]) => name.toLowerCase() === 'x-sum' || value === 'late=1'),
});
const TRAILERS: readonly Case[] = [
  reply(
    'P68',
    'trailers for a visitor that takes them',
    'RFC 9110 6.5.2, 10.1.4',
    {
      ask: {
        fields: [
          ['TE', 'trailers'],
          ['Connection', 'TE'],
        ],
      },
      says: CHUNKS,
      sees: trailers,
    },
    { status: 200, body: 'ok', late: 'x-sum', merged: false },
  ),
  reply(
    'P68',
    'trailers for a visitor that takes none',
    'RFC 9110 6.5.2',
    { says: CHUNKS, sees: trailers },
    { status: 200, body: 'ok', late: ['', 'x-sum'], merged: false },
  ),
];

const HOPS = [
  'Connection: close, X-Hop',
  'X-Hop: 1',
  'Keep-Alive: timeout=5',
  'Proxy-Connection: keep-alive',
  'Upgrade: h2c',
];
const HOP_NAMES = ['x-hop', 'keep-alive', 'proxy-connection', 'upgrade'];
const NONE = Object.fromEntries(HOP_NAMES.map((name) => [name, '']));
const HOP_BY_HOP: readonly Case[] = [
  passes(
    'P69',
    'hop-by-hop fields of a request',
    'RFC 9110 7.6.1',
    get(...HOPS, 'TE: gzip'),
    ({ fields }) => all(fields, ...HOP_NAMES, 'te'),
    { ...NONE, te: '' },
  ),
  reply(
    'P69',
    'hop-by-hop fields of an answer',
    'RFC 9110 7.6.1',
    { says: ok(...HOPS), ends: 'fin', sees: ({ fields }) => all(fields, ...HOP_NAMES) },
    { status: 200, ...NONE, 'keep-alive': ['', 'timeout=65'] },
  ),
  passes(
    'P70',
    'Connection that nominates our fields',
    'CVE-2026-39858',
    get(
      'Connection: X-Forwarded-For, X-Real-IP, Host, Authorization, Content-Length, close',
      'Authorization: Basic eA==',
      'X-Forwarded-For: 6.6.6.6',
      'X-User: a',
    ),
    ({ fields }) => ({
      ...all(fields, 'x-forwarded-for', 'authorization', 'x-user'),
      hosts: values(fields, 'host').length,
    }),
    { 'x-forwarded-for': '127.0.0.1', authorization: 'Basic eA==', hosts: 1, 'x-user': 'a' },
  ),
];

const VIA = Array.from({ length: 8 }, () => '1.1 tunnelkit');
const OURS: readonly Case[] = [
  {
    id: 'P71',
    name: 'Via with us in it eight times',
    ref: 'RFC 9110 7.6.3',
    play: exchange(get(`Via: ${VIA.join(', ')}`)),
    twin: exchange(get(`Via: ${VIA.slice(1).join(', ')}`)),
    wants: { status: [508, 502], reached: 0 },
    code: 'TK-3010',
  },
  {
    id: 'P71',
    name: 'Via with us in it eight times, in eight lines',
    ref: 'RFC 9110 7.6.3',
    play: exchange(get(...VIA.map((value) => `Via: ${value}`))),
    twin: exchange(get(...VIA.slice(1).map((value) => `Via: ${value}`))),
    wants: { status: [508, 502], reached: 0 },
    code: 'TK-3010',
  },
  {
    id: 'P72',
    name: 'an error page of the gateway',
    ref: 'RFC 9209',
    play: async (stage) => {
      const page = async (bytes: string) => (await (await stage.call()).send(bytes).answer())!;
      const unknown = await page(head('GET / HTTP/1.1', "Host: a'b&c.test"));
      const facts = await answered({
        ask: { method: 'POST', body: 'x' },
        says: 'nonsense\r\n\r\n',
        sees: ({ fields, body }) => ({
          ...all(fields, 'proxy-status'),
          leaks:
            body.includes(String(stage.origin.port)) ||
            fields.some(([, value]) => value.includes(String(stage.origin.port))),
        }),
      })(stage);
      return {
        told: values(unknown.fields, 'proxy-status').join(),
        raw: unknown.body.includes("'b&c"),
        status: facts.status,
        leaks: facts.leaks,
        origin: facts['proxy-status'],
      };
    },
    wants: { told: /error=/, raw: false, status: 502, leaks: false, origin: /error=/ },
  },
];

export const ANSWER_FIELD_CASES: readonly Case[] = [...ORDER, ...TRAILERS, ...HOP_BY_HOP, ...OURS];
