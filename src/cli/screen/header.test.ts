import { describe, expect, it } from 'vitest';
import { headerLines, linesRows } from './header.ts';
import { painter, widthOf } from './line.ts';
import { qrRows } from './qr.ts';
import type { View } from './view.ts';

const URL = 'https://swift-otter-42.example.com';
const VIEW: View = {
  gateway: 'gw.example.com:443',
  link: { kind: 'online', transport: 'tls', rttMs: 12.3 },
  exposures: [{ target: 'http://localhost:3000', url: URL, refused: undefined }],
  originDown: undefined,
  traffic: { visits: '132 requests', perSecond: 4.2, bytes: 1_300_000, failed: 2, p50Ms: 12, p95Ms: 87, open: 3 },
  keys: true,
  notice: undefined,
  panel: undefined,
};

const DOWN = { what: 'localhost:3000 does not answer', todo: 'start it, and traffic flows' };

const plain = painter(0);
const shown = (changes: Partial<View>, columns = 80, rows = 22) =>
  headerLines({ ...VIEW, ...changes }, columns, rows).map(plain);

describe('the header', () => {
  it('names its rows at 80 columns', () => {
    expect(shown({})).toEqual([
      ` URL      ${URL} → http://localhost:3000`,
      ' status   ● online · tls to gw.example.com:443 · 12 ms · inspector off',
      ' traffic  132 requests · 4.2/s · 1.3 MB · 2 failed · p50 12 ms · p95 87 ms',
      '          3 open',
      ' c copy   o open   q QR code   h help   Ctrl-C stops',
    ]);
  });

  it('breaks between facts at 40 columns, and says fewer keys', () => {
    expect(shown({}, 40)).toEqual([
      URL,
      '→ http://localhost:3000',
      '● online · tls to gw.example.com:443',
      '12 ms · inspector off',
      '132 requests · 4.2/s · 1.3 MB · 2 failed',
      'p50 12 ms · p95 87 ms · 3 open',
      'h help   Ctrl-C stops',
    ]);
  });

  it('never passes the width, but for a URL, which wraps whole and is counted so', () => {
    const url = `https://${'a'.repeat(60)}.example.com`;
    const exposures = [{ target: 'http://localhost:3000', url, refused: undefined }];
    for (const columns of [200, 80, 59, 40, 24, 10, 3]) {
      const lines = headerLines({ ...VIEW, exposures }, columns, 1_000);
      expect(lines.map(plain).join('\n')).toContain(url);
      const others = lines.filter((line) => !plain(line).includes(url));
      expect(Math.max(...others.map(widthOf))).toBeLessThanOrEqual(columns);
      if (columns === 40) expect(linesRows(lines, 40)).toBe(lines.length + 1);
    }
  });

  it('keeps to the rows there are; the URL stays to the last', () => {
    for (const columns of [80, 40, 20])
      for (let rows = 2; rows < 10; rows++)
        expect(linesRows(headerLines(VIEW, columns, rows), columns)).toBeLessThanOrEqual(rows);
    expect(shown({}, 80, 3)).toEqual([
      ` URL      ${URL} → http://localhost:3000`,
      ' status   ● online · tls to gw.example.com:443 · 12 ms · inspector off',
    ]);
    expect(shown({}, 80, 1)).toEqual([` URL      ${URL} → http://localhost:3000`]);
  });

  it.each([
    [{ kind: 'connecting', again: false }, ' status   ● connecting · gw.example.com:443'],
    [{ kind: 'connecting', again: true }, ' status   ● reconnecting · gw.example.com:443'],
    [{ kind: 'waiting', seconds: 4, why: 'TK-4001 No.', again: true }, ' status   ● reconnecting in 4 s · TK-4001 No.'],
    [{ kind: 'stopping', underWay: 2 }, ' status   ● stopping · finishing 2 streams · Ctrl-C forces'],
    [{ kind: 'stopping', underWay: 0 }, ' status   ● stopping · saying goodbye · Ctrl-C forces'],
  ] as const)('says of %o what it means', (link, line) => {
    expect(shown({ link })[1]).toBe(line);
  });

  it('says what to start when the service is down, and what was refused', () => {
    expect(shown({ originDown: DOWN })[2]).toBe(
      ' service  localhost:3000 does not answer: start it, and traffic flows',
    );
    expect(shown({ originDown: DOWN }, 40).slice(4, 6)).toEqual([
      'localhost:3000 does not answer:',
      'start it, and traffic flows',
    ]);
    const exposures = [{ target: '3000', url: undefined, refused: 'TK-1005 The name belongs to another account.' }];
    expect(shown({ exposures })[0]).toBe(' URL      TK-1005 The name belongs to another account. → 3000');
    expect(shown({ exposures: [{ ...exposures[0]!, refused: undefined }] })[0]).toContain('not published yet → 3000');
  });

  it('lists a few exposures and counts the rest', () => {
    const exposures = Array.from({ length: 30 }, (_, n) => ({
      target: `${n}`,
      url: `http://${n}/`,
      refused: undefined,
    }));
    const lines = shown({ exposures });
    expect(lines.slice(0, 2)).toEqual([' URL      http://0/ → 0', '          http://1/ → 1']);
    expect(lines).toContain('          and 22 more');
  });

  it('speaks of no keys where there are none, and of no visits before the first', () => {
    expect(shown({ keys: false, traffic: undefined }).slice(2)).toEqual([' traffic  no visits yet', ' Ctrl-C stops']);
  });

  it('shows what strangers say without obeying it', () => {
    const exposures = [{ target: '3000', url: 'http://x\u001b[2J/', refused: undefined }];
    expect(shown({ exposures })[0]).toContain('http://x\\u001b[2J/');
  });
});

describe('a panel', () => {
  it('unfolds help and folds nothing else', () => {
    const lines = shown({ panel: { kind: 'help' } }, 40);
    expect(lines[0]).toBe('c       copy the URL');
    expect(lines.at(-1)).toBe('any key closes this');
  });

  it('shows a QR code of a URL within 40 columns and 24 rows', () => {
    const lines = shown({ panel: { kind: 'qr', url: URL, ink: 'dark' } }, 40);
    expect(lines.slice(0, -1)).toEqual(qrRows(URL, 40, 21, 'dark'));
    expect(lines.length).toBeLessThanOrEqual(22);
  });

  it('says how much room a QR code needs where there is too little', () => {
    expect(shown({ panel: { kind: 'qr', url: URL, ink: 'dark' } }, 20, 22)[0]).toMatch(/^The QR code needs/);
    expect(shown({ panel: { kind: 'qr', url: URL, ink: 'dark' } }, 80, 8)[0]).toBe(
      'The QR code needs 33 columns and 19 rows; here are 80 and 9.',
    );
  });
});
