import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createSecureContext, createServer } from 'node:tls';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { VirtualClock } from '../pipe/memory/clock.ts';
import { type Authority, openAuthority } from './authority.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
let directory: string;
let file: string;
let clock: VirtualClock;
let authority: Authority;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'tk-authority-'));
  file = join(directory, 'data', 'authority.pem');
  clock = new VirtualClock(Date.now());
  authority = await openAuthority(file, clock);
});
afterEach(() => {
  authority.close();
  rmSync(directory, { recursive: true, force: true });
});

function written(name: string, text: string): string {
  writeFileSync(join(directory, name), text);
  return join(directory, name);
}

function openssl(...parameters: readonly string[]): string {
  return execFileSync('openssl', parameters, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

function daysOf(pem: string): { from: number; until: number } {
  const { validFrom, validTo } = new X509Certificate(pem);
  return { from: Date.parse(validFrom), until: Date.parse(validTo) };
}

describe('the own authority', () => {
  it('is made once, in a file for its owner alone, and found again', async () => {
    const again = await openAuthority(file, clock);
    expect(again.root).toBe(authority.root);
    again.close();
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(directory, 'data'))).toEqual(['authority.pem']);
  });

  it('is one for all who open it at once', async () => {
    const other = join(directory, 'other', 'authority.pem');
    const all = await Promise.all(Array.from({ length: 8 }, () => openAuthority(other, clock)));
    expect(new Set(all.map(({ root }) => root)).size).toBe(1);
    for (const one of all) one.close();
  });

  it('lasts ten years, signs certificates only, and is not printed with its key', () => {
    const { from, until } = daysOf(authority.root);
    expect(Math.round((until - from) / DAY_MS)).toBe(3_650);
    const text = openssl('x509', '-in', written('root.pem', authority.root), '-noout', '-text');
    expect(text).toMatch(/Basic Constraints: critical\s+CA:TRUE, pathlen:0/);
    expect(text).toMatch(/Key Usage: critical\s+Certificate Sign, CRL Sign/);
    const key = readFileSync(file, 'utf8').split('\n')[1]!;
    expect(inspect(authority, { showHidden: true, depth: 9 }) + authority.root).not.toContain(key);
  });

  it('makes certificates that OpenSSL verifies for each of their names and no other', async () => {
    const { cert } = await authority.certificateFor(['localhost', 'example.com', '*.Example.com', '127.0.0.1', '::1']);
    const leaf = written('leaf.pem', cert);
    const root = written('root.pem', authority.root);
    const verify = (kind: string, name: string) =>
      openssl('verify', '-x509_strict', '-purpose', 'sslserver', '-CAfile', root, `-verify_${kind}`, name, leaf);
    for (const name of ['localhost', 'example.com', 'a.example.com']) expect(verify('hostname', name)).toContain('OK');
    for (const address of ['127.0.0.1', '::1']) expect(verify('ip', address)).toContain('OK');
    for (const name of ['a.b.example.com', 'example.org', 'a.localhost']) {
      expect(() => verify('hostname', name)).toThrow(/hostname mismatch/);
    }
    expect(() => verify('ip', '127.0.0.2')).toThrow(/IP address mismatch/);
  });

  it('makes leaves that are no authority, of 90 days, begun an hour ago, each with a serial of its own', async () => {
    const { cert } = await authority.certificateFor(['localhost']);
    const other = await authority.certificateFor(['other.localhost']);
    const { from, until } = daysOf(cert);
    expect(Math.round((clock.wall() - from) / 60_000)).toBe(60);
    expect(Math.round((until - clock.wall()) / DAY_MS)).toBe(90);
    expect(new X509Certificate(cert).ca).toBe(false);
    expect(new X509Certificate(cert).serialNumber).not.toBe(new X509Certificate(other.cert).serialNumber);
  });

  it('serves node:tls, by name, by wildcard and by address', async () => {
    await authority.certificateFor(['127.0.0.1', 'example.com', '*.example.com']);
    await authority.certificateFor(['one.localhost']);
    expect(await handshake('example.com')).toContain('DNS:example.com');
    expect(await handshake('a.example.com')).toContain('DNS:example.com');
    expect(await handshake('one.localhost')).toBe('DNS:one.localhost');
    expect(await handshake(undefined)).toContain('IP Address:127.0.0.1');
    await expect(handshake('two.localhost')).rejects.toThrow();
  });

  it('has nothing for names it was not asked for, however odd', async () => {
    expect(authority.certificate(undefined)).toBeUndefined();
    await authority.certificateFor(['example.com', '*.example.com']);
    for (const name of ['', '.', '.com', 'com', '*', '__proto__', 'constructor', 'x'.repeat(300), 'a.b.example.com']) {
      expect(authority.certificate(name)).toBeUndefined();
    }
    expect(authority.certificate('A.EXAMPLE.COM')).toBe(authority.certificate('example.com'));
  });

  it('gives the same certificate again until two thirds of its life have passed, and then another by itself', async () => {
    const first = await authority.certificateFor(['localhost', '127.0.0.1']);
    expect(await authority.certificateFor(['localhost', '127.0.0.1'])).toBe(first);
    await pass(59);
    expect(authority.certificate('localhost')).toBe(first);
    await pass(1);
    expect(authority.certificate('localhost')).not.toBe(first);
    expect(authority.certificate(undefined)).toBe(authority.certificate('127.0.0.1'));
    expect(daysOf(authority.certificate('localhost')!.cert).until).toBeGreaterThan(clock.wall() + 89 * DAY_MS);
  });

  it('replaces its root before it ends, so that no leaf outlives its root', async () => {
    const root = authority.root;
    await pass(3_400);
    expect(authority.root).toBe(root);
    await pass(100);
    expect(authority.root).not.toBe(root);
    expect(readFileSync(file, 'utf8')).toContain(authority.root.trim());
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const { cert } = await authority.certificateFor(['localhost']);
    expect(new X509Certificate(cert).verify(new X509Certificate(authority.root).publicKey)).toBe(true);
    expect(daysOf(authority.root).until).toBeGreaterThan(daysOf(cert).until);
  });

  it('goes on with what it has when the new root cannot be written', async () => {
    const root = authority.root;
    rmSync(file);
    mkdirSync(file);
    await pass(3_500);
    expect(authority.root).toBe(root);
    rmSync(file, { recursive: true });
    await pass(1);
    expect(authority.root).not.toBe(root);
  });

  it('says TK-6001 for a file that holds something else, or a key of another certificate', async () => {
    const key = readFileSync(file, 'utf8');
    const other = join(directory, 'other.pem');
    const { cert } = await authority.certificateFor(['localhost']);
    for (const text of ['', 'CANARY', key.slice(0, key.indexOf('-----BEGIN CERTIFICATE')) + cert]) {
      writeFileSync(other, text);
      const error = await openAuthority(other, clock).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'TK-6001', seen: expect.stringContaining(other) });
      expect(inspect(error, { depth: 9 })).not.toMatch(new RegExp(`CANARY|${key.split('\n')[1]!.slice(0, 20)}`));
    }
  });
});

/** Connects to a server that looks its certificate up as the reactor does; the names in the certificate it was shown. */
async function handshake(serverName: string | undefined): Promise<string> {
  const server = createServer({
    SNICallback: (name, done) => {
      const pair = authority.certificate(name);
      done(pair ? null : new Error('unknown name'), pair && createSecureContext(pair));
    },
    ...authority.certificate(undefined),
  }).listen(0, '127.0.0.1');
  server.on('tlsClientError', () => {});
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const named = serverName === undefined ? {} : { servername: serverName };
  const socket = connect({ host: '127.0.0.1', port, ca: authority.root, ...named });
  try {
    await once(socket, 'secureConnect');
    return socket.getPeerCertificate().subjectaltname ?? '';
  } finally {
    socket.destroy();
    server.close();
  }
}

/** Moves the clock on, and waits for what the next look at the leaves sets going: real signatures, so real time. */
async function pass(days: number): Promise<void> {
  for (const ms of [days * DAY_MS, HOUR_MS, HOUR_MS]) {
    clock.advance(ms);
    await vi.waitFor(() => expect(clock.nextAt - clock.now()).toBe(HOUR_MS));
  }
}
