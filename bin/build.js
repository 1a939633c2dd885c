// Bundles src/main.ts into the one file dist/tunnelkit.js. Written beside and renamed, so that parallel builds never show half a file.
import { mkdir, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
const out = join(root, 'dist');
const fresh = join(out, `tunnelkit.${process.pid}.js`);

await mkdir(out, { recursive: true });
await build({
  entryPoints: [join(root, 'src/main.ts')],
  outfile: fresh,
  bundle: true,
  platform: 'node',
  target: 'node26',
  format: 'esm',
  legalComments: 'none',
  // CommonJS dependencies ask for `require`; ESM has none of its own.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  define: { __TUNNELKIT_VERSION__: JSON.stringify(version) },
  logLevel: 'warning',
});
await rename(fresh, join(out, 'tunnelkit.js'));
