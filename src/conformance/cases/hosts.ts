// P18–P23: which name is asked for.
import type { Case } from '../case.ts';
import { exchange, head, passes, rejects } from '../plays.ts';
import { values } from '../reading.ts';
import type { Recorded } from '../request.ts';

const GOOD = head('GET / HTTP/1.1', 'Host: $HOST');
const hosts = ({ fields, target }: Recorded) => ({ host: values(fields, 'host').join(' | '), target });

const MISSING: readonly Case[] = [
  rejects('P18', 'no Host in HTTP/1.1', 'RFC 9112 3.2', { bad: head('GET / HTTP/1.1', 'Hosx: $HOST'), twin: GOOD }),
  rejects('P18', 'no Host beside an absolute target', 'RFC 9112 3.2', {
    bad: head('GET http://$HOST/ HTTP/1.1', 'Hosx: $HOST'),
    twin: head('GET http://$HOST/ HTTP/1.1', 'Host: $HOST'),
  }),
  {
    id: 'P18',
    name: 'no Host in HTTP/1.0',
    ref: 'RFC 9112 3.2',
    play: exchange(head('GET / HTTP/1.0', 'Hosx: $HOST')),
    twin: exchange(head('GET / HTTP/1.0', 'Host: $HOST')),
    wants: { status: 404, reached: 0 },
    code: 'TK-3001',
  },
  ...['$HOST', 'other.localhost'].map((host) =>
    rejects('P19', `two Host lines, ${host === '$HOST' ? 'equal' : 'different'}`, 'RFC 9112 3.2', {
      bad: head('GET / HTTP/1.1', 'Host: $HOST', `Host: ${host}`),
      twin: head('GET / HTTP/1.1', 'Host: $HOST', `Hosx: ${host}`),
    }),
  ),
];

const ILLEGAL = [
  ...['$NAME b', '$NAME,b', 'u@$NAME', '$NAME/b', '[::1', '$NAME:99999', '$NAME:1.2', '', '$NAME:b', '$NAME\\b'],
  ...['$NAME"', '\xe9$NAME', '$NAME%4', '$NAME#', '$NAME?', '[::1]$NAME', ':80', '$NAME:80:80', '$NAME|', '<$NAME>'],
].map((host) =>
  rejects('P20', `Host ${JSON.stringify(host)}`, 'RFC 9110 7.2, RFC 9112 3.2', {
    bad: head('GET / HTTP/1.1', `Host: ${host}`),
    twin: head('GET / HTTP/1.1', 'Host: $NAME'),
  }),
);

const SPELLINGS: readonly (readonly [name: string, host: string])[] = [
  ['in capitals', '$NAME'],
  ['with a dot at its end', '$NAME.'],
  ['with a port', '$NAME:443'],
  ['with an empty port', '$NAME:'],
  ['with a dot and a port', '$NAME.:8080'],
];

const absolute = (name: string, target: string, wants: Case['wants']) =>
  passes('P22', name, 'RFC 9112 3.2.2', head(`GET ${target} HTTP/1.1`, 'Host: other.localhost'), hosts, wants);

export const HOST_CASES: readonly Case[] = [
  ...MISSING,
  ...ILLEGAL,
  ...SPELLINGS.map(([name, host]) => {
    const bytes = head('GET / HTTP/1.1', `Host: ${host}`);
    const play: Case['play'] = (stage) => {
      const words = stage.text(bytes);
      return exchange(name === 'in capitals' ? words.toUpperCase() : words)(stage);
    };
    return { id: 'P21', name: `a name ${name}`, ref: 'RFC 9110 4.2.3', play, wants: { status: 200, reached: 1 } };
  }),
  absolute('an absolute target beside another Host', 'http://$HOST/x?y', {
    host: /^lane\d+\.localhost:\d+$/,
    target: '/x?y',
  }),
  absolute('an absolute target in capitals', 'HTTP://$HOST/x', { host: /^lane/, target: '/x' }),
  ...[
    ['userinfo in the target', 'http://u@$HOST/'],
    ['a user and a password in the target', 'http://u:p@$HOST/'],
    ['a foreign scheme', 'ftp://$HOST/'],
    ['the scheme of the other port', 'https://$HOST/'],
    ['no authority in the target', 'http:///'],
    ['a foreign scheme without authority', 'file:/etc/passwd'],
  ].map(([name = '', target]) =>
    rejects('P23', name, 'RFC 9110 4.2.4, 7.4', {
      bad: head(`GET ${target} HTTP/1.1`, 'Host: $HOST'),
      twin: head('GET http://$HOST/ HTTP/1.1', 'Host: $HOST'),
      status: [400, 421],
    }),
  ),
];
