// Node's own modules, loaded when the module that imports them first runs. As plain imports of an ESM file all of them would load before
// the first line runs: `--version` would pay for HTTP/2 and SQLite.
import { isBuiltin } from 'node:module';

export const lateBuiltins = {
  name: 'late-builtins',
  setup(build) {
    build.onResolve({ filter: /.*/ }, ({ path }) =>
      isBuiltin(path) ? { path: path.replace(/^node:/, ''), namespace: 'builtin', sideEffects: false } : undefined,
    );
    // `globalThis`: the module named `process` is one of them.
    build.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = globalThis.process.getBuiltinModule('node:${path}');`,
    }));
  },
};
