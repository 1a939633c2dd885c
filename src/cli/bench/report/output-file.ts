// Writes a report where it was asked for: whole or not at all. Knows files, not what is in them.
import { constants } from 'node:fs';
import { access, rename, stat, unlink, writeFile } from 'node:fs/promises';
import { unwritable } from '../../unwritable.ts';

/** A terminal, a pipe or /dev/null is written into; it cannot be replaced. */
async function isStream(file: string): Promise<boolean> {
  const found = await stat(file).catch(() => undefined);
  if (found?.isDirectory()) throw Object.assign(new Error('a directory'), { code: 'EISDIR' });
  return found !== undefined && !found.isFile();
}

/** Not yet whole: beside the file, so that it can take its place. */
const draftOf = (file: string) => `${file}.${process.pid}.new`;

/** Fails now rather than after minutes of measuring. Throws TK-8005, TK-8002. */
export async function refuseUnwritable(file: string): Promise<void> {
  try {
    if (await isStream(file)) return await access(file, constants.W_OK);
    // Tried, not asked for: permissions alone do not say it.
    await writeFile(draftOf(file), '');
    await unlink(draftOf(file));
  } catch (cause) {
    throw unwritable(file, cause as NodeJS.ErrnoException);
  }
}

/** Writes beside and renames, so that nobody reads half a report. Throws TK-8005, TK-8002. */
export async function writeOutput(file: string, text: string): Promise<void> {
  const draft = draftOf(file);
  try {
    if (await isStream(file)) return await writeFile(file, text);
    await writeFile(draft, text, { flush: true });
    await rename(draft, file);
  } catch (cause) {
    await unlink(draft).catch(() => {});
    throw unwritable(file, cause as NodeJS.ErrnoException);
  }
}
