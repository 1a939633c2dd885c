import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { limitValues } from '../contract/limits.ts';
import { STREAM_CODE } from '../contract/stream.ts';
import { PROTOCOL_FAULT } from './error.ts';
import { EXPOSE_REFUSED_TABLE, EXPOSE_TABLE, EXPOSED_TABLE, WITHDRAW_TABLE } from './expose.ts';
import { FRAME, FRAME_RULE, type FrameName, type FrameRule, frameBounds } from './frame.ts';
import { GOAWAY_TABLE } from './goaway.ts';
import { BODY_KINDS, HEAD_FLAG } from './head.ts';
import { FEATURE, HELLO_TABLE } from './hello.ts';
import { STREAM_KIND } from './open.ts';
import { classify } from './preface.ts';
import { PROOF_LABEL, PROOF_TABLE } from './proof.ts';
import type { TlvRow } from './tlv.ts';
import { WELCOME_TABLE } from './welcome.ts';

interface Table {
  /** The heading it stands under. */
  readonly under: string;
  readonly columns: string;
  readonly rows: readonly string[];
}

const SPEC = readFileSync(new URL('./spec.md', import.meta.url), 'utf8');
const TLV_COLUMNS = 'tag | member | value | absent';
const cells = (line: string) =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim())
    .join(' | ');

/** Every table of the page: a line of columns, a line of dashes, and the rows up to the first line that is none. */
function tablesOf(page: string): Table[] {
  const lines = page.split('\n');
  const tables: Table[] = [];
  let under = '';
  for (const [i, line] of lines.entries()) {
    if (line.startsWith('#')) under = line.replace(/^#+ /, '');
    if (!/^\|[-|]+\|$/.test(line)) continue;
    const behind = lines.slice(i + 1);
    const end = behind.findIndex((row) => !row.startsWith('|'));
    tables.push({ under, columns: cells(lines[i - 1]!), rows: behind.slice(0, end).map(cells) });
  }
  return tables;
}

const TABLES = tablesOf(SPEC);

function table(columns: string, under?: string): readonly string[] {
  const found = TABLES.filter((each) => each.columns === columns && (under === undefined || each.under === under));
  expect(found.length, `tables of ${columns}`).toBe(1);
  return found[0]!.rows;
}

function bytesOf({ least, most }: FrameRule): string {
  return least === most ? `${least}` : `${least}..${most}`;
}

function absence(row: TlvRow<unknown>): string {
  if (row.absent === undefined) return '';
  const { is } = row.absent;
  if (is === undefined) return 'nothing';
  return is === '' || (Array.isArray(is) && is.length === 0) ? 'empty' : `${is}`;
}

const hex = (type: number) => `0x${type.toString(16).padStart(2, '0')}`;

describe('the specification has', () => {
  it('every frame, in order, with its number, its owner and its lengths', () => {
    const rows = table('type | name | of | bytes | payload').map((row) => row.split(' | ').slice(0, 4).join(' | '));
    const code = (Object.keys(FRAME) as FrameName[]).map((name) =>
      [hex(FRAME[name]), name, FRAME_RULE[name].of, bytesOf(FRAME_RULE[name])].join(' | '),
    );
    expect(rows).toEqual(code);
  });

  it.each([
    ['HELLO', HELLO_TABLE],
    ['PROOF', PROOF_TABLE],
    ['WELCOME', WELCOME_TABLE],
    ['GOAWAY', GOAWAY_TABLE],
    ['EXPOSE', EXPOSE_TABLE],
    ['EXPOSED', EXPOSED_TABLE],
    ['EXPOSE_REFUSED', EXPOSE_REFUSED_TABLE],
    ['WITHDRAW', WITHDRAW_TABLE],
  ])('every member of %s, with its tag, its value and what absence means', (name, members) => {
    const code = Object.entries(members as Record<string, TlvRow<unknown>>).map(([member, row]) =>
      [row.tag, member, row.value.spec, absence(row)].join(' | '),
    );
    expect(table(TLV_COLUMNS, name)).toEqual(code);
  });

  it('a TLV table for exactly the frames it calls TLV', () => {
    const frames = table('type | name | of | bytes | payload').map((row) => row.split(' | '));
    const tlv = frames.filter((row) => row[4] === 'TLV').map((row) => row[1]);
    expect(TABLES.filter(({ columns }) => columns === TLV_COLUMNS).map(({ under }) => under)).toEqual(tlv);
  });

  it('the number of every feature, stream kind, body, flag and stream code', () => {
    const pairs = (numbers: Readonly<Record<string, number>>) => Object.entries(numbers);
    expect(table('bit | feature')).toEqual(pairs(FEATURE).map(([name, bit]) => `${bit} | ${name}`));
    expect(table('stream kind | number')).toEqual(pairs(STREAM_KIND).map(([name, number]) => `${name} | ${number}`));
    expect(table('body | number')).toEqual(BODY_KINDS.map((name, number) => `${name} | ${number}`));
    const flags = table('flag | bit | in').map((row) => row.split(' | ').slice(0, 2).join(' | '));
    expect(flags).toEqual(pairs(HEAD_FLAG).map(([name, bit]) => `${name} | ${bit}`));
    expect(table('code | name')).toEqual(pairs(STREAM_CODE).map(([name, code]) => `${code} | ${name}`));
  });

  it('the label that each role signs under', () => {
    expect(table('role | label')).toEqual(Object.entries(PROOF_LABEL).map(([role, label]) => `${role} | ${label}`));
  });

  it('every fault, and how much it ends', () => {
    const code = Object.entries(PROTOCOL_FAULT).map(([fault, { ends, what }]) => `${fault} | ${ends} | ${what}`);
    expect(table('fault | ends | what')).toEqual(code);
  });

  it('the bounds of frames as the limits have them', () => {
    const limits = limitValues();
    const plain = frameBounds(limits, false);
    const crc = frameBounds(limits, true);
    expect(table('bound | limit | bytes')).toEqual([
      `handshake | linkUnauthenticatedBytes | ${plain.most[FRAME.HELLO]}`,
      `control | controlFrameBytes | ${plain.most[FRAME.OPEN]}`,
      `data | frameBytes | ${plain.most[FRAME.DATA]}`,
      `data in CRC mode | frameBytesCrc | ${crc.most[FRAME.DATA]}`,
      `datagram | what UDP carries over IPv4 | ${crc.most[FRAME.DATAGRAM]}`,
    ]);
    expect(plain.most[FRAME.DATA]).toBe(limits.frameBytes);
    expect(crc.most[FRAME.DATA]).toBe(limits.frameBytesCrc);
  });

  it('first bytes that are classed as it says', () => {
    for (const row of table('first bytes | class')) {
      const [bytes, expected] = row.split(' | ') as [string, string];
      expect(classify(Buffer.from(bytes.replaceAll(/[` ]/g, ''), 'hex')), bytes).toBe(expected);
    }
  });

  it('no table that nobody reads, but the two of states, which the session is held to', () => {
    const columns = new Set(TABLES.map((each) => each.columns));
    expect([...columns].sort()).toEqual([
      'bit | feature',
      'body | number',
      'bound | limit | bytes',
      'code | name',
      'fault | ends | what',
      'first bytes | class',
      'flag | bit | in',
      'role | label',
      'step | who | sends | when',
      'stream kind | number',
      TLV_COLUMNS,
      'this side | sends or receives | then',
      'type | name | of | bytes | payload',
    ]);
  });
});
