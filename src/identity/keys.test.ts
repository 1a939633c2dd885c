import { execFileSync, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeCrypto } from './crypto.ts';
import { keyFromSeed, loadOrMakeKey, makeKey } from './keys.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tk-keys-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

describe('a signing key', () => {
  it('is the same for the same seed, and another for another', () => {
    const seed = Buffer.alloc(32, 7);
    expect(keyFromSeed(seed).publicKey).toEqual(keyFromSeed(seed).publicKey);
    expect(keyFromSeed(seed).publicKey).not.toEqual(keyFromSeed(Buffer.alloc(32, 8)).publicKey);
    expect(makeKey().publicKey).not.toEqual(makeKey().publicKey);
  });

  it('does not show its private half', () => {
    const seed = Buffer.from('0123456789abcdef0123456789abcdef');
    expect(inspect(keyFromSeed(seed), { showHidden: true, depth: 9 })).not.toContain(seed.toString('hex').slice(0, 8));
  });

  it('is refused for seeds of another length than 32', () => {
    expect(() => keyFromSeed(Buffer.alloc(31))).toThrow(RangeError);
  });
});

describe('loadOrMakeKey', () => {
  it('makes the key once, readable by its owner alone, with the directories before it', async () => {
    const file = join(directory, 'a', 'b', 'agent.key');
    const first = await loadOrMakeKey(file);
    const second = await loadOrMakeKey(file);
    expect(second.publicKey).toEqual(first.publicKey);
    expect(nodeCrypto.verify(first.publicKey, Buffer.from('m'), second.sign(Buffer.from('m')))).toBe(true);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(directory, 'a', 'b'))).toEqual(['agent.key']);
  });

  it('writes a key that OpenSSL can read', async () => {
    const file = join(directory, 'agent.key');
    const key = await loadOrMakeKey(file);
    const spki = execFileSync('openssl', ['pkey', '-in', file, '-pubout', '-outform', 'DER']);
    expect(spki.subarray(-32)).toEqual(key.publicKey);
  });

  it('gives all who ask at once in one process the same key', async () => {
    const keys = await Promise.all(Array.from({ length: 30 }, () => loadOrMakeKey(join(directory, 'agent.key'))));
    expect(new Set(keys.map(({ publicKey }) => publicKey.toString('hex'))).size).toBe(1);
  });

  it('gives six processes that start together one key', async () => {
    const file = join(directory, 'agent.key');
    const keys = await Promise.all(Array.from({ length: 6 }, () => keyInOtherProcess(file)));
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]).toBe((await loadOrMakeKey(file)).publicKey.toString('hex'));
    expect(readdirSync(directory)).toEqual(['agent.key']);
  }, 30_000);

  it('names the file when it holds no key, or one of another kind', async () => {
    const file = join(directory, 'agent.key');
    writeFileSync(file, '-----BEGIN PRIVATE KEY-----\nCANARYCANARY\n-----END PRIVATE KEY-----\n');
    const error = await loadOrMakeKey(file).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'TK-5001', seen: expect.stringContaining(file) });
    expect(inspect(error, { depth: 9 })).not.toContain('CANARY');
    writeFileSync(
      file,
      generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'pem', type: 'pkcs8' }),
    );
    await expect(loadOrMakeKey(file)).rejects.toMatchObject({ code: 'TK-5001', seen: expect.stringContaining('ec') });
  });

  it('says TK-5001 for a file that cannot be read and TK-8001 for a place that cannot be written', async () => {
    await expect(loadOrMakeKey(directory)).rejects.toMatchObject({ code: 'TK-5001' });
    const blocked = join(directory, 'file');
    writeFileSync(blocked, '');
    await expect(loadOrMakeKey(join(blocked, 'agent.key'))).rejects.toMatchObject({ code: 'TK-8001' });
  });
});

function keyInOtherProcess(file: string): Promise<string> {
  const code = `
    import { loadOrMakeKey } from ${JSON.stringify(new URL('./keys.ts', import.meta.url).href)};
    console.log((await loadOrMakeKey(${JSON.stringify(file)})).publicKey.toString('hex'));`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (bytes) => {
      text += bytes;
    });
    child.on('error', reject);
    child.on('close', (status) => (status === 0 ? resolve(text.trim()) : reject(new Error(`exit ${status}`))));
  });
}
