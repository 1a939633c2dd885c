// P62–P65: answers before the answer.
import type { Case } from '../case.ts';
import { head, reply } from '../plays.ts';

const interim = (status: string, ...fields: readonly string[]) => head(`HTTP/1.1 ${status}`, ...fields);
const OK = `${head('HTTP/1.1 200 OK', 'Content-Length: 2')}ok`;
const THREE = interim('100 Continue') + interim('102 Processing') + interim('103 Early Hints', 'Link: </a.css>');

export const INTERIM_CASES: readonly Case[] = [
  reply(
    'P62',
    '100, 102 and 103 before 200',
    'RFC 9110 15.2, RFC 8297',
    { says: THREE + OK },
    { status: 200, interims: '100 102 103', body: 'ok' },
  ),
  reply(
    'P62',
    '100, 102 and 103 before 200, for HTTP/1.0',
    'RFC 9110 15.2',
    { ask: { version: '1.0' }, says: THREE + OK },
    { status: 200, interims: '', body: 'ok' },
  ),
  reply(
    'P63',
    '103 and then the end',
    'RFC 8297',
    { says: interim('103 Early Hints'), ends: 'fin' },
    { status: 502, interims: ['103', ''] },
    'TK-2005',
  ),
  reply(
    'P64',
    '1,000 times 103',
    'bound',
    { says: interim('103 Early Hints').repeat(1_000) + OK },
    { status: 502, interims: /^(103 ?){0,16}$/ },
    'TK-2006',
  ),
  reply(
    'P64',
    '16 times 103',
    'bound',
    { says: interim('103 Early Hints').repeat(16) + OK },
    { status: 200, interims: /^(103 ?){16}$/ },
  ),
  reply(
    'P65',
    '101 to a request without Upgrade',
    'RFC 9110 15.2.2, 7.8',
    { says: interim('101 Switching Protocols', 'Connection: Upgrade', 'Upgrade: websocket') },
    { status: 502 },
    'TK-2006',
  ),
];
