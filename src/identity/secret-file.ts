/**
 * Files that hold a secret and are made once: 0600, whole or not there, and the same for whoever starts in parallel.
 * Refuses to know what is inside.
 */
import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { TunnelError } from '../contract/errors.ts';

/**
 * The text of `file`; when there is none, `make` is asked for it and it is written first.
 * The text returned is always what stands in the file, so that processes starting together agree on the one that came first.
 * Throws TunnelError: TK-5001 unreadable, TK-8001 unwritable, TK-8002 disk full.
 */
export async function readOrMake(file: string, make: () => string | Promise<string>): Promise<string> {
  const text = await readIfThere(file);
  if (text !== undefined) return text;
  await write(file, await make(), linkUnlessThere);
  const written = await readIfThere(file);
  if (written === undefined) throw new TunnelError('TK-5001', `${file} went away while it was made.`);
  return written;
}

/** Puts `text` in the place of the file, at once and whole. Throws TunnelError: TK-8001 unwritable, TK-8002 disk full. */
export function replaceFile(file: string, text: string): Promise<void> {
  return write(file, text, rename);
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = codeOf(error);
    // ENOTDIR: a file stands where a directory should; making the file will say so in the words for writing.
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new TunnelError('TK-5001', `${file}: ${code}.`, { cause: error });
  }
}

/** Writes a draft beside the file, then gives it its name by `place`. */
async function write(file: string, text: string, place: (from: string, to: string) => Promise<void>): Promise<void> {
  const draft = `${file}.${randomBytes(6).toString('hex')}.new`;
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await writeThrough(draft, text);
    await place(draft, file);
    await syncDirectory(dirname(file));
  } catch (error) {
    const code = codeOf(error);
    throw new TunnelError(code === 'ENOSPC' ? 'TK-8002' : 'TK-8001', `${file}: ${code}.`, { cause: error });
  } finally {
    await unlink(draft).catch(() => {});
  }
}

/**
 * A hard link is the one step that both fails when the name is taken and shows the file only with all its bytes;
 * rename would replace the key of a process that came first.
 */
async function linkUnlessThere(draft: string, file: string): Promise<void> {
  try {
    await link(draft, file);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
}

async function writeThrough(file: string, text: string): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes the name itself survive a power cut. Windows cannot open a directory, and needs no such thing. */
async function syncDirectory(directory: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown error';
}
