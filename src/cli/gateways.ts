// The gateways this user has logged in to, by name, in one file of mode 0600; and the pins of gateways met without a link.
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { TunnelError } from '../contract/errors.ts';
import { fileWords } from '../contract/file-words.ts';

export interface Gateways {
  readonly v: 1;
  /** The one to use when none is named: the last login. */
  readonly default?: string | undefined;
  /** Join links by name. */
  readonly links: Readonly<Record<string, string>>;
  /** Pins by `host:port`, kept at the first meeting with a gateway whose certificate verified. */
  readonly pins: Readonly<Record<string, string>>;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const holdsTexts = (value: unknown) =>
  isObject(value) && Object.values(value).every((text) => typeof text === 'string');

/** By hand: a library for it would be an eighth of an agent's memory. */
function checked(value: unknown): Gateways {
  if (!isObject(value)) throw new TypeError('no object');
  const { v, default: preferred, links, pins, ...others } = value;
  const isRight =
    v === 1 && ['string', 'undefined'].includes(typeof preferred) && holdsTexts(links) && holdsTexts(pins);
  if (!isRight || Object.keys(others).length > 0) throw new TypeError('no gateways');
  return value as unknown as Gateways;
}

const NONE: Gateways = { v: 1, links: {}, pins: {} };
const FILE_BYTES_MAX = 1_048_576;

/** What the file says; nothing when it is not there. Throws TK-5001 or TK-5002. */
export async function readGateways(file: string): Promise<Gateways> {
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined;
    throw new TunnelError('TK-5001', `${file} ${fileWords(cause)}.`, { cause });
  });
  if (text === undefined) return NONE;
  try {
    if (text.length > FILE_BYTES_MAX) throw new Error('too large');
    return checked(JSON.parse(text));
  } catch (cause) {
    // The text holds tokens: it is not repeated, whatever is wrong with it.
    throw new TunnelError('TK-5002', `${file}: not a file of gateways; move it away and log in again`, { cause });
  }
}

/** Writes beside and renames, so that a crash leaves the old file or the new one. Throws TK-5001. */
export async function writeGateways(file: string, gateways: Gateways): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    const fresh = `${file}.${process.pid}`;
    await writeFile(fresh, `${JSON.stringify(gateways, null, 2)}\n`, { mode: 0o600 });
    await chmod(fresh, 0o600);
    await rename(fresh, file);
  } catch (cause) {
    throw new TunnelError('TK-5001', `${file}: ${(cause as NodeJS.ErrnoException).code ?? 'cannot be written'}`, {
      cause,
    });
  }
}
