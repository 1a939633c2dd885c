import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TunnelError } from '../contract/errors.ts';
import { parseTarget } from './target.ts';

let here = '';

beforeAll(() => {
  here = mkdtempSync(join(tmpdir(), 'target-'));
  mkdirSync(join(here, 'site'));
  mkdirSync(join(here, '3000'));
  writeFileSync(join(here, 'file.txt'), '');
});
afterAll(() => rmSync(here, { recursive: true }));

function code(text: string): string {
  try {
    parseTarget(text, here);
    return 'parsed';
  } catch (error) {
    return error instanceof TunnelError ? error.code : String(error);
  }
}

describe('a target over the network', () => {
  it.each([
    ['3000', 'http://localhost:3000', 'localhost', 3000, 'localhost:3000', undefined],
    ['app.internal:8080', 'http://app.internal:8080', 'app.internal', 8080, 'app.internal:8080', undefined],
    ['App.Internal:80', 'http://app.internal:80', 'app.internal', 80, 'app.internal', undefined],
    ['[::1]:80', 'http://[::1]:80', '::1', 80, '[::1]', undefined],
    ['[0:0::1]:81', 'http://[::1]:81', '::1', 81, '[::1]:81', undefined],
    ['http://host', 'http://host:80', 'host', 80, 'host', undefined],
    ['HTTP://host:80/', 'http://host:80', 'host', 80, 'host', undefined],
    ['https://host', 'https://host:443', 'host', 443, 'host', 'system'],
    ['https://127.0.0.2:8443', 'https://127.0.0.2:8443', '127.0.0.2', 8443, '127.0.0.2:8443', 'report'],
    ['https://localhost', 'https://localhost:443', 'localhost', 443, 'localhost', 'report'],
    ['https://app.localhost:1', 'https://app.localhost:1', 'app.localhost', 1, 'app.localhost:1', 'report'],
    ['https://[::1]:1', 'https://[::1]:1', '::1', 1, '[::1]:1', 'report'],
    [
      'https://localhost.evil.com',
      'https://localhost.evil.com:443',
      'localhost.evil.com',
      443,
      'localhost.evil.com',
      'system',
    ],
    [
      'https://127.0.0.1.evil.com',
      'https://127.0.0.1.evil.com:443',
      '127.0.0.1.evil.com',
      443,
      '127.0.0.1.evil.com',
      'system',
    ],
  ])('%s is %s', (text, canonical, host, port, authority, verify) => {
    const target = parseTarget(text, here);
    expect(target.text).toBe(canonical);
    expect(target.kind).toBe('http');
    const tls = verify && { serverName: host, verify };
    expect(target.place).toEqual({ type: 'http', at: { host, port }, authority, tls });
  });

  it('is TCP with tcp://, and then needs a port', () => {
    const place = { type: 'tcp', at: { host: 'db', port: 5432 } };
    expect(parseTarget('tcp://db:5432', here)).toEqual({ kind: 'tcp', place, text: 'tcp://db:5432' });
    expect(code('tcp://db')).toBe('TK-5005');
  });

  it('is UDP with udp://, and then needs a port', () => {
    const place = { type: 'udp', at: { host: '::1', port: 53 } };
    expect(parseTarget('udp://[::1]:53', here)).toEqual({ kind: 'udp', place, text: 'udp://[::1]:53' });
    expect(code('udp://db')).toBe('TK-5005');
  });
});

describe('a target on this machine', () => {
  it('is HTTP over a Unix socket with unix:, by absolute path', () => {
    const place = { type: 'http', at: { path: '/run/app.sock' }, authority: 'localhost', tls: undefined };
    for (const text of ['unix:/run/app.sock', 'unix:///run/app.sock', 'unix:/run/../run/app.sock']) {
      expect(parseTarget(text, here)).toEqual({ kind: 'http', place, text: 'unix:/run/app.sock' });
    }
    expect(parseTarget('unix:app.sock', '/run').text).toBe('unix:/run/app.sock');
  });

  it('is a directory when one of that name exists', () => {
    const path = join(here, 'site');
    for (const text of ['site', './site', 'site/', path]) {
      expect(parseTarget(text, here)).toEqual({
        kind: 'http',
        place: { type: 'directory', path },
        text: `dir:${path}`,
      });
    }
    expect(parseTarget('.', here).text).toBe(`dir:${here}`);
  });

  it('is a port rather than a directory of the same name', () => {
    expect(parseTarget('3000', here).text).toBe('http://localhost:3000');
    expect(parseTarget('./3000', here).text).toBe(`dir:${join(here, '3000')}`);
  });

  it('is refused by name when a path leads to no directory', () => {
    expect(code('./absent')).toBe('TK-2008');
    expect(code('/absent/too')).toBe('TK-2008');
    expect(code('file.txt')).toBe('TK-2008');
  });
});

describe('a text that is no target', () => {
  it.each([
    '',
    'absent',
    '0',
    '65536',
    'host:0',
    'host:99999',
    'host:-1',
    'http:3000',
    'tcp:3000',
    'tcp://3000',
    'http://',
    'http://host/path',
    'http://host?query',
    'http://user:password@host',
    'http://ho st',
    'http://[::1',
    'http://[zz]:1',
    'unix:',
    'udp://host',
    'udp:53',
    'mcp:server',
    'ftp://host',
  ])('%j is a usage error', (text) => {
    expect(code(text)).toBe('TK-5005');
  });

  it('says of kinds to come that they are not built yet', () => {
    expect(() => parseTarget('mcp:server', here)).toThrow('not built yet');
  });

  it.each(['http://ann:canary@host', 'ann:canary@host:80', 'tcp://ann:can@ary@host:1', 'http://ann:canary@host/@'])(
    'does not repeat the password in %j',
    (text) => {
      expect(() => parseTarget(text, here)).toThrow(/@/);
      expect(() => parseTarget(text, here)).not.toThrow(/ann|can|ary/);
    },
  );
});
