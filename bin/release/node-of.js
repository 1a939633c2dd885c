// Where a target's Node is: what npm installed for this machine, else npm's package of it, fetched once and checked against the lock file.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { extract } from 'tar';
import { MANIFEST, ROOT } from '../bundle/bundle.js';

const exists = (path) =>
  access(path).then(
    () => true,
    () => false,
  );

/** Throws when the archive is not the one the lock file knows: what is built from it is handed to others. */
async function checkArchive(name, archive) {
  const { packages } = JSON.parse(await readFile(join(ROOT, 'package-lock.json'), 'utf8'));
  const { integrity } = packages[`node_modules/${name}`];
  const found = `sha512-${createHash('sha512')
    .update(await readFile(archive))
    .digest('base64')}`;
  if (found !== integrity) throw new Error(`${archive} is ${found}, and package-lock.json says ${integrity}`);
}

/** Unpacks the package into `folder`, whole or not at all. */
async function fetchPackage(name, version, folder) {
  const fresh = `${folder}.${process.pid}`;
  await mkdir(fresh, { recursive: true });
  const args = ['pack', `${name}@${version}`, '--pack-destination', fresh, '--silent', '--ignore-scripts'];
  const { stdout } = await promisify(execFile)('npm', args, { cwd: ROOT, shell: process.platform === 'win32' });
  const archive = join(fresh, stdout.trim());
  await checkArchive(name, archive);
  await extract({ file: archive, cwd: fresh, strip: 1, strict: true });
  await rm(archive);
  await rename(fresh, folder);
}

/** The folder of a target's Node package. */
export async function nodePackageOf(target) {
  const installed = join(ROOT, 'node_modules', target.package);
  if (await exists(join(installed, target.node))) return installed;
  const version = MANIFEST.optionalDependencies[target.package];
  const folder = join(ROOT, 'dist/cache', `${target.package}-${version}`);
  if (!(await exists(folder))) await fetchPackage(target.package, version, folder);
  return folder;
}
