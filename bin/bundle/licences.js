// The licence texts of the libraries in the bundle: they ask to be passed on with every copy.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from './bundle.js';

const PACKAGE = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/;

async function licenceOf(folder) {
  const { name, version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const file = (await readdir(folder)).find((entry) => /^(licen[cs]e|copying)/i.test(entry));
  const text = file === undefined ? `Licence: ${license}` : await readFile(join(folder, file), 'utf8');
  return `${name} ${version}\n\n${text.trim()}\n`;
}

/** `inputs`: the bundled files, relative to the root. The text, a library after the other. */
export async function licences(inputs) {
  const folders = [...new Set(inputs.flatMap((input) => PACKAGE.exec(input)?.[0] ?? []))].sort();
  const texts = await Promise.all(folders.map((folder) => licenceOf(join(ROOT, folder))));
  return texts.join(`\n${'-'.repeat(80)}\n\n`);
}
