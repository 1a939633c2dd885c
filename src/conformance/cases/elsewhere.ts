// S3, S11: names that nobody has published lead nowhere, however they are spelled and in whatever place of the request they stand.
import type { Case, Play } from '../case.ts';
import { exchange, head } from '../plays.ts';
import { SPELLINGS } from '../spellings.ts';

const NOWHERE: Case['wants'] = { status: [400, 404, 405, 421], reached: 0 };
const TWIN = exchange(head('GET http://$HOST/ HTTP/1.1', 'Host: $HOST'));

const row = (name: string, play: Play): Case => ({ id: 'S11', name, ref: 'CVE-2026-44578', play, wants: NOWHERE });

/** The first bytes of SOCKS: no proxy is found. */
const STRANGERS: readonly (readonly [name: string, bytes: string])[] = [
  ['SOCKS 5', '\x05\x01\x00\x05\x01\x00\x01\x7f\x00\x00\x01\x00\x16'],
  ['SOCKS 4', '\x04\x01\x00\x16\x7f\x00\x00\x01\x00'],
];

export const ELSEWHERE_CASES: readonly Case[] = [
  ...SPELLINGS.flatMap((name) => [
    row(`Host: ${name}`, exchange(head('GET / HTTP/1.1', `Host: ${name}`))),
    row(`http://${name}/ as the target`, exchange(head(`GET http://${name}/ HTTP/1.1`, 'Host: $HOST'))),
  ]),
  row('CONNECT to a port of this machine', exchange(head('CONNECT 127.0.0.1:22 HTTP/1.1', 'Host: 127.0.0.1:22'))),
  ...STRANGERS.map(
    ([name, bytes]): Case => ({
      id: 'S11',
      name: `${name} at the port for HTTP`,
      ref: 'open proxy scan',
      play: exchange(bytes),
      twin: TWIN,
      wants: { status: 400, connection: 'closed', reached: 0 },
      code: 'TK-3004',
    }),
  ),
];
