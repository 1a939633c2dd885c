// Makes dist/tunnelkit.js, the whole program in one file, and the licences of what is in it. Written beside and renamed, so that
// parallel builds never show half a file.
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundle, ROOT } from './bundle/bundle.js';
import { licences } from './bundle/licences.js';

const dist = join(ROOT, 'dist');
const [program, texts] = [join(dist, 'tunnelkit.js'), join(dist, 'LICENSES.txt')];
const fresh = (file) => `${file}.${process.pid}`;

await mkdir(dist, { recursive: true });
const { metafile } = await bundle(fresh(program));
await writeFile(fresh(texts), await licences(Object.keys(metafile.inputs)));
await rename(fresh(texts), texts);
await rename(fresh(program), program);
