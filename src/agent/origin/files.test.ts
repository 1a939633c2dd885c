import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { duplexPair } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limitValues } from '../../contract/limits.ts';
import { makeFileServer } from './files.ts';

let base = '';
let root = '';

beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'files-'));
  root = join(base, 'root');
  for (const path of ['root/sub', 'root/bare', 'root/.git', 'root/a b', 'outside'])
    mkdirSync(join(base, path), { recursive: true });
  const write = (path: string, body: string) => writeFileSync(join(base, path), body);
  write('outside/secret', 'SECRET');
  write('root/index.html', '<p>home');
  write('root/sub/index.html', '<p>sub');
  write('root/ten.txt', '0123456789');
  write('root/.env', 'SECRET');
  write('root/.git/config', 'SECRET');
  write('root/a b/ü%.txt', 'odd');
  write('root/big', 'x'.repeat(8_000_000));
  symlinkSync('../outside/secret', join(root, 'escape'));
  symlinkSync('../outside', join(root, 'escape-dir'));
  symlinkSync(join(base, 'outside'), join(root, 'escape-absolute'));
  symlinkSync('.env', join(root, 'to-hidden'));
  symlinkSync('loop', join(root, 'loop'));
  symlinkSync('ten.txt', join(root, 'inner.css'));
  symlinkSync('../../outside/secret', join(root, 'bare', 'index.html'));
  execFileSync('mkfifo', [join(root, 'fifo')]);
});
afterAll(() => rmSync(base, { recursive: true }));

async function ask(target: string, fields = '', { method = 'GET', hidden = false } = {}) {
  const [client, server] = duplexPair();
  makeFileServer(root, hidden, limitValues()).connect(server);
  client.write(`${method} ${target} HTTP/1.1\r\nHost: x\r\n${fields}\r\n`);
  const answer = await text(client);
  const [head = '', body = ''] = answer.split(/\r\n\r\n(.*)/s);
  return { status: Number(head.slice(9, 12)), head, body };
}

describe('files of a shared directory', () => {
  it.each([
    ['/', '<p>home', 'text/html; charset=utf-8'],
    ['/index.html', '<p>home', 'text/html; charset=utf-8'],
    ['/sub/', '<p>sub', 'text/html; charset=utf-8'],
    ['/ten.txt', '0123456789', 'text/plain; charset=utf-8'],
    ['/ten.txt?a=/../b#c', '0123456789', 'text/plain; charset=utf-8'],
    ['//./ten.txt', '0123456789', 'text/plain; charset=utf-8'],
    ['/a%20b/%C3%BC%25.txt', 'odd', 'text/plain; charset=utf-8'],
    ['/inner.css', '0123456789', 'text/css; charset=utf-8'],
  ])('are found: %s', async (target, body, type) => {
    const got = await ask(target);
    expect(got).toMatchObject({ status: 200, body });
    expect(got.head.toLowerCase()).toContain(`content-type: ${type}`);
  });

  it('come with the slash that makes relative links work, and never lead to another site', async () => {
    expect((await ask('/sub?q=1')).head).toContain('Location: /sub/?q=1');
    expect((await ask('//sub')).head).toContain('Location: /sub/\r\n');
    expect((await ask('/%2Fsub')).head).toContain('Location: /sub/\r\n');
  });

  it('are not listed', async () => {
    expect(await ask('/a%20b/')).toMatchObject({ status: 404, body: '404 Not Found\n' });
  });

  it('are sent without a body for HEAD', async () => {
    const got = await ask('/ten.txt', '', { method: 'HEAD' });
    expect(got).toMatchObject({ status: 200, body: '' });
    expect(got.head).toContain('Content-Length: 10');
  });
});

describe('ranges and conditions', () => {
  it.each([
    ['bytes=2-4', 206, '234', 'bytes 2-4/10'],
    ['bytes=-3', 206, '789', 'bytes 7-9/10'],
    ['bytes=8-', 206, '89', 'bytes 8-9/10'],
  ])('%s gives a part', async (range, status, body, contentRange) => {
    const got = await ask('/ten.txt', `Range: ${range}\r\n`);
    expect(got).toMatchObject({ status, body });
    expect(got.head).toContain(`Content-Range: ${contentRange}`);
  });

  it('a range past the end is 416 and says how long the file is', async () => {
    const got = await ask('/ten.txt', 'Range: bytes=10-\r\n');
    expect(got.status).toBe(416);
    expect(got.head).toContain('Content-Range: bytes */10');
  });

  it('a validator that still holds gives 304, one that does not gives the file or 412', async () => {
    const etag = /ETag: (.*)\r\n/.exec((await ask('/ten.txt')).head)?.[1];
    expect(etag).toBeDefined();
    expect(await ask('/ten.txt', `If-None-Match: ${etag}\r\n`)).toMatchObject({ status: 304, body: '' });
    expect(await ask('/ten.txt', 'If-None-Match: "other"\r\n')).toMatchObject({ status: 200 });
    expect(await ask('/ten.txt', 'If-Match: "other"\r\n')).toMatchObject({ status: 412 });
    expect(await ask('/ten.txt', 'If-Range: "other"\r\nRange: bytes=1-2\r\n')).toMatchObject({ status: 200 });
  });
});

describe('what lies outside a shared directory', () => {
  it.each([
    '/../outside/secret',
    '/sub/../../outside/secret',
    '/%2e%2e/outside/secret',
    '/%2E./outside/secret',
    '/..%2foutside%2fsecret',
    '/sub/..%2f..%2foutside/secret',
    '/%252e%252e/outside/secret',
    '/..%5coutside%5csecret',
    '/..\\outside\\secret',
    '/%c0%ae%c0%ae/outside/secret',
    '/escape',
    '/escape-dir/secret',
    '/escape-dir/',
    '/escape-absolute/secret',
    '/bare/',
    '/bare/index.html',
    '/loop',
    '/fifo',
    '/ten.txt/',
    '/ten.txt/x',
    `/${'a'.repeat(300)}`,
    '/ten.txt%00.html',
    '/%zz',
    'http://x/ten.txt',
    '*',
  ])('cannot be had by %s', async (target) => {
    const got = await ask(target);
    expect([400, 404]).toContain(got.status);
    expect(got.body).not.toContain('SECRET');
  });

  it.each(['/.env', '/.git/config', '/%2eenv', '/sub/../.env', '/to-hidden', '/.git/'])(
    'hidden: %s looks absent',
    async (target) => {
      expect((await ask(target)).status).toBe(404);
    },
  );

  it('hidden files are served when asked for, and links out of the directory still are not', async () => {
    expect(await ask('/.env', '', { hidden: true })).toMatchObject({ status: 200, body: 'SECRET' });
    expect(await ask('/escape', '', { hidden: true })).toMatchObject({ status: 404 });
  });
});

describe('a directory is for reading', () => {
  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE'])('%s is 405', async (method) => {
    expect((await ask('/ten.txt', 'Content-Length: 0\r\n', { method })).head).toMatch(
      /^HTTP\/1.1 405 .*Allow: GET, HEAD\r\n/s,
    );
  });

  it('an upload that waits for a go-ahead is told no', async () => {
    expect((await ask('/x', 'Expect: 100-continue\r\nContent-Length: 5\r\n', { method: 'PUT' })).status).toBe(405);
    expect((await ask('/x', 'Expect: miracles\r\n')).status).toBe(417);
  });

  it('an upgrade is answered as if it had not been asked for', async () => {
    expect(await ask('/ten.txt', 'Connection: Upgrade\r\nUpgrade: websocket\r\n')).toMatchObject({ status: 200 });
  });

  it('a file that shrinks while it is sent ends the connection short of its length', async () => {
    const [client, server] = duplexPair();
    makeFileServer(root, false, limitValues()).connect(server);
    client.write('GET /big HTTP/1.1\r\nHost: x\r\n\r\n');
    await new Promise((resolve) => client.once('readable', resolve));
    truncateSync(join(root, 'big'), 1);
    expect((await text(client)).length).toBeLessThan(8_000_000);
  });

  it('must exist', () => {
    expect(() => makeFileServer(join(base, 'absent'), false, limitValues())).toThrow('TK-2008');
  });
});
