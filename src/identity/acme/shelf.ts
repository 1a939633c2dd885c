/**
 * Where certificates of one authority are kept: a file for each name, its key and chain together, 0600, replaced at once or not at all.
 * Knows files and PEM; refuses to know when one is renewed.
 */
import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Certificate } from '../../contract/reactor.ts';
import { replaceFile } from '../secret-file.ts';

export interface Kept {
  readonly name: string;
  readonly pair: Certificate;
  /** Wall-clock milliseconds. */
  readonly from: number;
  readonly until: number;
}

/** File systems take 255 bytes; the draft's name is longer than the file's. */
const NAME_MAX = 200;
const SUFFIX = '.pem';
const LABELS = /^[\w-]+(\.[\w-]+)*$/;
const CERTIFICATE = '-----BEGIN CERTIFICATE-----';

/** Throws where the text is not a key with its certificate. */
export function keptOf(name: string, pair: Certificate): Kept {
  const leaf = new X509Certificate(pair.cert);
  if (!leaf.checkPrivateKey(createPrivateKey(pair.key))) throw new Error('not a pair');
  return { name, pair, from: Date.parse(leaf.validFrom), until: Date.parse(leaf.validTo) };
}

export class Shelf {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Everything whole that is kept; `broken` is told of files that are not, which are left where they are. */
  async load(broken: (file: string) => void): Promise<readonly Kept[]> {
    const files = await readdir(this.#folder).catch(() => []);
    const kept: Kept[] = [];
    for (const file of files.filter((each) => each.endsWith(SUFFIX)).sort()) {
      const path = join(this.#folder, file);
      try {
        kept.push(parse(await readFile(path, 'utf8')));
      } catch {
        broken(path);
      }
    }
    return kept;
  }

  /** Throws TunnelError: TK-8001 unwritable, TK-8002 disk full. */
  put({ name, pair }: Kept): Promise<void> {
    return replaceFile(this.#fileOf(name), pair.key + pair.cert);
  }

  drop(name: string): Promise<void> {
    return rm(this.#fileOf(name), { force: true });
  }

  /** A name that is more than labels and dots, whoever came up with it, is a file of this folder like any other. */
  #fileOf(name: string): string {
    const short = name.length <= NAME_MAX && LABELS.test(name) ? name : createHash('sha256').update(name).digest('hex');
    return join(this.#folder, short + SUFFIX);
  }
}

/** The name is what the certificate is for, whatever the file is called. */
function parse(text: string): Kept {
  const at = text.indexOf(CERTIFICATE);
  const pair = { key: text.slice(0, at), cert: text.slice(at) };
  const name = /DNS:([^\s,]+)/.exec(new X509Certificate(pair.cert).subjectAltName ?? '')?.[1];
  if (at < 0 || name === undefined) throw new Error('no certificate of a name');
  return keptOf(name.toLowerCase(), pair);
}
