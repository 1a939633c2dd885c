// The one recipe of the bundle: `src/main.ts` and every library as one ESM file, for the npm package and for the executable alike.
// It knows what may load late; it knows nothing of executables.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { ascii } from './ascii.js';
import { lateBuiltins } from './late-builtins.js';
import { leftOut } from './left-out.js';

export const ROOT = join(import.meta.dirname, '../..');

/** Version, engines and the like, as package.json has them. */
export const MANIFEST = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));

/** Resolves with esbuild's result; its `metafile` names every file that went in. `plugins` see each file before it is parsed. */
export function bundle(outfile, plugins = []) {
  return build({
    entryPoints: [join(ROOT, 'src/main.ts')],
    outfile,
    absWorkingDir: ROOT,
    bundle: true,
    platform: 'node',
    target: 'node26',
    // What is imported by `import()` alone becomes a function that runs at the first import.
    format: 'esm',
    // A third less to read and to keep in memory. Names stay: the stack of a defect is of use only with them.
    minifyWhitespace: true,
    minifySyntax: true,
    lineLimit: 500,
    legalComments: 'none',
    metafile: true,
    // A few CommonJS libraries ask for `require` itself; ESM has none.
    banner: { js: "const require = process.getBuiltinModule('node:module').createRequire(import.meta.url);" },
    define: { __TUNNELKIT_VERSION__: JSON.stringify(MANIFEST.version) },
    plugins: [...plugins, leftOut, lateBuiltins, ascii],
    logLevel: 'warning',
  });
}
