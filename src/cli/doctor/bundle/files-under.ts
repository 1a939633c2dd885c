// The files of a directory, to a depth and a number: whoever names the wrong data directory does not wait for a walk over a whole disk.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Certificates by ACME lie three directories below the data directory. */
const DEPTH_MAX = 4;
const FILES_MAX = 500;

/** Paths of plain files, those nearest first; none where the directory cannot be read. */
export async function filesUnder(directory: string): Promise<readonly string[]> {
  const files: string[] = [];
  let level = [directory];
  for (let depth = 0; depth < DEPTH_MAX && files.length < FILES_MAX; depth++) {
    const found = await Promise.all(level.map((each) => readdir(each, { withFileTypes: true }).catch(() => [])));
    const entries = found.flat();
    const pathsOf = (wanted: typeof entries) => wanted.map(({ parentPath, name }) => join(parentPath, name));
    files.push(...pathsOf(entries.filter((entry) => entry.isFile())));
    level = pathsOf(entries.filter((entry) => entry.isDirectory())).slice(0, FILES_MAX);
  }
  return files.slice(0, FILES_MAX);
}
