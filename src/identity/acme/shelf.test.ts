import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { issueLeaf, issueRoot, issuerOf } from '../issue.ts';
import { keptOf, Shelf } from './shelf.ts';

const HOUR = 3_600_000;
const from = Math.floor(Date.now() / 1_000) * 1_000;
const validity = { from, until: from + HOUR };
const issuer = issuerOf(issueRoot(validity));
const keptFor = async (name: string) => keptOf(name, issueLeaf(issuer, [name], validity));
const [app, docs] = await Promise.all([keptFor('app.example.com'), keptFor('docs.example.com')]);

let folder: string;
let shelf: Shelf;
let broken: string[];
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'tk-shelf-')), 'certificates');
  shelf = new Shelf(folder);
  broken = [];
});
afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }));
const load = () => shelf.load((file) => broken.push(file));

describe('the shelf of certificates', () => {
  it('is empty before anything was put there', async () => {
    expect(await load()).toEqual([]);
  });

  it('gives back what was put there, with its times', async () => {
    await shelf.put(app);
    await shelf.put(docs);
    expect(await load()).toEqual([app, docs]);
    expect(app).toMatchObject({ name: 'app.example.com', ...validity });
    expect(broken).toEqual([]);
  });

  it('keeps each for its owner alone, in a file called like the name', async () => {
    await shelf.put(app);
    expect(readdirSync(folder)).toEqual(['app.example.com.pem']);
    expect(statSync(join(folder, 'app.example.com.pem')).mode & 0o777).toBe(0o600);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  it('holds one certificate of a name: the last', async () => {
    const newer = await keptFor('app.example.com');
    await shelf.put(app);
    await shelf.put(newer);
    expect(await load()).toEqual([newer]);
  });

  it('keeps names that are longer than a file name may be', async () => {
    const long = await keptFor(`${'a'.repeat(60)}.${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.com`);
    await shelf.put(long);
    expect(await load()).toEqual([long]);
    await shelf.drop(long.name);
    expect(await load()).toEqual([]);
  });

  it('keeps what is no name, wherever it comes from, in its folder', async () => {
    const names = [
      '../../out',
      '/tmp/out',
      '..',
      '.',
      '',
      '.hidden',
      'a/b',
      'a\\b',
      'a\0b',
      '__proto__',
      'constructor',
    ];
    for (const name of names) await shelf.put({ ...app, name });
    expect(readdirSync(join(folder, '..'))).toEqual(['certificates']);
    expect(readdirSync(folder).every((file) => /^(?:[0-9a-f]{64}|__proto__|constructor)\.pem$/.test(file))).toBe(true);
    for (const name of names) await shelf.drop(name);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('tells of what is no certificate with its key, leaves it there, and loads the rest', async () => {
    await shelf.put(app);
    await shelf.put(docs);
    const path = join(folder, 'docs.example.com.pem');
    const whole = readFileSync(path, 'utf8');
    for (const text of ['', 'nothing', whole.slice(0, 200), whole.slice(0, -200), app.pair.key + docs.pair.cert]) {
      broken = [];
      writeFileSync(path, text);
      expect(await load()).toEqual([app]);
      expect(broken).toEqual([path]);
      expect(readFileSync(path, 'utf8')).toBe(text);
    }
  });

  it('passes over what a write that was cut short left behind', async () => {
    await shelf.put(app);
    writeFileSync(join(folder, 'app.example.com.pem.12345.tmp'), 'half');
    expect(await load()).toEqual([app]);
    expect(broken).toEqual([]);
  });

  it('drops what is there, and what is not', async () => {
    await shelf.put(app);
    await shelf.drop(app.name);
    await shelf.drop(app.name);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('a pair', () => {
  it('that does not belong together is refused', () => {
    expect(() => keptOf('app.example.com', { cert: app.pair.cert, key: docs.pair.key })).toThrow('not a pair');
  });
});
