// `make man`: writes the manual pages into man/, from the command table and the configuration's schema, and takes away those of no command.
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { manualPages } from '../src/cli/manual/pages.ts';

const root = join(import.meta.dirname, '..');
const folder = join(root, 'man');
const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
const pages = manualPages(version);

await mkdir(folder, { recursive: true });
for (const name of await readdir(folder)) if (!pages.has(name)) await rm(join(folder, name));
for (const [name, text] of pages) await writeFile(join(folder, name), text);
console.log(`man/: ${pages.size} pages`);
