// `node bin/loaded.js ARGS…`: runs the program with ARGS and, when it ends, prints which modules its bundle ran, one a line: files,
// `node_modules/…` and Node's own as `node:…`. What a command loads is start-up time and memory.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join, relative } from 'node:path';
import { bundle, ROOT } from './bundle/bundle.js';

/** Makes each module say that it runs. */
const recorder = {
  name: 'recorder',
  setup(build) {
    build.initialOptions.banner.js += `
      globalThis.loaded = [];
      process.on('exit', () => {
        const own = process.moduleLoadList.flatMap((entry) => entry.match(/^NativeModule (?!internal|_)(.*)/)?.[1] ?? []);
        const all = [...globalThis.loaded, ...own.map((name) => 'node:' + name)];
        process.getBuiltinModule('node:fs').writeFileSync(process.env.LOADED_FILE, all.join('\\n') + '\\n');
      });`;
    build.onLoad({ filter: /\.(ts|[cm]?js)$/ }, async ({ path }) => {
      const text = (await readFile(path, 'utf8')).replace(/^#!/, '//');
      const name = JSON.stringify(relative(ROOT, path));
      return { contents: `globalThis.loaded.push(${name});${text}`, loader: extname(path) === '.ts' ? 'ts' : 'js' };
    });
  },
};

const folder = await mkdtemp(join(tmpdir(), 'tunnelkit-loaded-'));
try {
  const [program, list] = [join(folder, 'tunnelkit.mjs'), join(folder, 'list')];
  await bundle(program, [recorder]);
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, ...process.argv.slice(2)], {
    env: { ...process.env, LOADED_FILE: list },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  await new Promise((resolve) => child.once('exit', resolve));
  process.stdout.write(await readFile(list));
} finally {
  await rm(folder, { recursive: true });
}
