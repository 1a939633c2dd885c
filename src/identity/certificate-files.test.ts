import { createPrivateKey } from 'node:crypto';
import { mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TunnelError } from '../contract/errors.ts';
import type { Certificate } from '../contract/reactor.ts';
import { VirtualClock } from '../pipe/memory/clock.ts';
import { everythingShown } from './canary.testkit.ts';
import { type CertificateFiles, openCertificateFiles } from './certificate-files.ts';
import { issueRoot } from './issue.ts';

const [one, two] = await Promise.all([pairOf(), pairOf()]);
let directory: string;
let cert: string;
let key: string;
let clock: VirtualClock;
let files: CertificateFiles;
let changes: Certificate[];
let broken: TunnelError[];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'tk-cert-'));
  [cert, key] = [join(directory, 'fullchain.pem'), join(directory, 'privkey.pem')];
  clock = new VirtualClock();
  [changes, broken] = [[], []];
  put(cert, one.cert);
  put(key, one.key);
  files = await open();
});
afterEach(() => {
  files.close();
  rmSync(directory, { recursive: true, force: true });
});

function pairOf(): Certificate {
  return issueRoot({ from: Date.now() - 1_000, until: Date.now() + 86_400_000 });
}

function open(): Promise<CertificateFiles> {
  return openCertificateFiles({
    cert,
    key,
    clock,
    onChange: (pair) => changes.push(pair),
    onBroken: (error) => broken.push(error),
  });
}

function encrypted(key: string): string {
  const options = { format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'CANARY' } as const;
  return createPrivateKey(key).export(options).toString();
}

/** By rename, as certbot and careful people do. */
function put(file: string, text: string): void {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}

/** Lets the files be looked at once; the look reads real files, so its end is waited for. */
async function look(): Promise<void> {
  clock.advance(2_000);
  await vi.waitFor(() => expect(clock.nextAt - clock.now()).toBe(2_000), { interval: 5 });
}

describe('certificate files', () => {
  it('are read at once, and not again while they stay as they are', async () => {
    expect(files.certificate).toEqual(one);
    await look();
    await look();
    expect(changes).toEqual([]);
  });

  it('are taken over when both were replaced', async () => {
    put(cert, two.cert);
    put(key, two.key);
    await look();
    expect(files.certificate).toEqual(two);
    expect(changes).toEqual([two]);
  });

  it('are taken over when they are overwritten in place, and when they are links that turn', async () => {
    writeFileSync(cert, two.cert);
    writeFileSync(key, two.key);
    await look();
    expect(files.certificate).toEqual(two);
    for (const [name, pair] of Object.entries({ one, two })) {
      put(join(directory, `${name}.crt`), pair.cert);
      put(join(directory, `${name}.key`), pair.key);
    }
    symlinkSync(join(directory, 'one.crt'), `${cert}.link`);
    symlinkSync(join(directory, 'one.key'), `${key}.link`);
    renameSync(`${cert}.link`, cert);
    renameSync(`${key}.link`, key);
    await look();
    expect(files.certificate).toEqual(one);
  });

  it('keep the old pair, without a word, between the two replacements', async () => {
    put(cert, two.cert);
    await look();
    expect(files.certificate).toEqual(one);
    put(key, two.key);
    await look();
    expect(files.certificate).toEqual(two);
    expect(broken).toEqual([]);
  });

  it('keep the old pair and tell once when the new one stays broken', async () => {
    put(key, two.key);
    await look();
    await look();
    await look();
    await look();
    expect(files.certificate).toEqual(one);
    expect(broken).toHaveLength(1);
    expect(broken[0]).toMatchObject({ code: 'TK-6001', seen: expect.stringContaining(key) });
    rmSync(key);
    await look();
    await look();
    await look();
    expect(broken).toHaveLength(2);
    put(key, one.key);
    await look();
    expect(changes).toEqual([one]);
  });

  it('are left alone after close', async () => {
    files.close();
    put(cert, two.cert);
    clock.advance(10_000);
    expect(clock.nextAt).toBe(Number.POSITIVE_INFINITY);
  });

  it.each([
    ['there is no certificate', () => rmSync(cert), 'does not exist'],
    ['the certificate is none', () => put(cert, 'CANARY'), 'no certificate'],
    ['the key is none', () => put(key, 'CANARY'), 'no private key'],
    ['the key is encrypted', () => put(key, encrypted(one.key)), 'without a passphrase'],
    ['the key is of another certificate', () => put(key, two.key), 'is not the key of'],
    ['the chain is cut', () => put(cert, `${one.cert}-----BEGIN CERTIFICATE-----\nCANARY\n`), 'a chain'],
  ])('are refused at the start, with no content in the error, when %s', async (_name, spoil, seen) => {
    spoil();
    const error = await open().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'TK-6001', seen: expect.stringContaining(seen) });
    for (const secret of ['CANARY', one.key.split('\n')[1]!, two.key.split('\n')[1]!]) {
      expect(everythingShown(error)).not.toContain(secret);
    }
  });
});
