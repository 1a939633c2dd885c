// What is handed out for a target: the executable with what belongs beside it, in one archive; and the sums of all archives.
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { create } from 'tar';
import { MANIFEST, ROOT } from '../bundle/bundle.js';
import { nodePackageOf } from './node-of.js';
import { NATIVE, TARGETS } from './targets.js';

const DIST = join(ROOT, 'dist');
const BESIDE = ['README.md', 'LICENSE', 'CHANGELOG.md'];

/** The time in archives: of the commit when the build says so, else fixed, so that the same source makes the same bytes. */
const MTIME = new Date(Number(process.env.SOURCE_DATE_EPOCH ?? 1_577_836_800) * 1_000);

/** Node's own text is that of this machine's package: it is the same everywhere, and the one for Windows lacks it. */
async function licenceTexts() {
  const node = await readFile(join(await nodePackageOf(TARGETS[NATIVE]), 'LICENSE'), 'utf8');
  return `${await readFile(join(DIST, 'LICENSES.txt'), 'utf8')}\n${'-'.repeat(80)}\n\nNode.js\n\n${node}`;
}

async function manPages() {
  const pages = await readdir(join(ROOT, 'man')).catch(() => []);
  return pages.filter((page) => /\.\d$/.test(page)).sort();
}

/** Packs `executable`; resolves with the archive's name in `into`. */
export async function makeArchive(name, target, executable, into) {
  const folder = `tunnelkit-${MANIFEST.version}-${name}`;
  const staged = join(into, folder);
  await rm(staged, { recursive: true, force: true });
  await mkdir(join(staged, 'man'), { recursive: true });
  await copyFile(executable, join(staged, `tunnelkit${target.suffix ?? ''}`));
  for (const file of BESIDE) await copyFile(join(ROOT, file), join(staged, file));
  for (const page of await manPages()) await copyFile(join(ROOT, 'man', page), join(staged, 'man', page));
  await writeFile(join(staged, 'LICENSES.txt'), await licenceTexts());
  const archive = `${folder}.tar.gz`;
  const entries = (await readdir(staged, { recursive: true })).sort().map((entry) => join(folder, entry));
  await create({ file: join(into, archive), cwd: into, gzip: true, portable: true, mtime: MTIME, noDirRecurse: true }, [
    folder,
    ...entries,
  ]);
  await rm(staged, { recursive: true });
  return archive;
}

/** Writes SHA256SUMS of what is in `folder`, as `sha256sum --check` reads it. */
export async function writeSums(archives, folder) {
  const lines = await Promise.all(
    archives.map(async (archive) => {
      const sum = createHash('sha256').update(await readFile(join(folder, archive)));
      return `${sum.digest('hex')}  ${archive}\n`;
    }),
  );
  await writeFile(join(folder, 'SHA256SUMS'), lines.join(''));
}

export async function megabytes(file) {
  return `${((await stat(file)).size / 1e6).toFixed(1)} MB`;
}
