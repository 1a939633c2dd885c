// Parts of libraries that the program never uses and that no tree-shaking finds, because they are looked up by name at run time.

/** What is imported (a regular expression), by which package, what stands in its place, and why nobody misses it. */
const LEFT_OUT = [
  {
    // 60 languages of error messages; the program's own messages are English.
    filter: /^\.\.\/locales\/index\.js$/,
    importer: /\/zod\//,
    contents: 'export {};',
  },
  {
    // Lays out the help that yargs keeps for each command and nobody asks it for: `--help` is made from the command table.
    filter: /^cliui$/,
    importer: /\/yargs\//,
    contents: "export default () => ({ div() {}, span() {}, toString: () => '' });",
  },
  {
    // Measures that help; its `Intl.Segmenter` alone costs 20 ms.
    filter: /^string-width$/,
    importer: /\/yargs\//,
    contents: 'export default (text) => text.length;',
  },
  {
    // Metrics of the process, of a cluster and to a push gateway: the program counts by itself and is scraped.
    filter: /^\.\/lib\/(defaultMetrics|cluster|pushgateway)$/,
    importer: /\/prom-client\//,
    contents: 'module.exports = {};',
  },
  {
    // Forms with files, and the table of all media types with them: ACME is spoken in JSON.
    filter: /^form-data$/,
    importer: /\/axios\//,
    contents: 'export default class {}',
  },
  {
    // The browser's fetch, sockets and caches, and what is for tests: the program asks with `request` alone.
    filter: /^\.\/lib\/(cache|interceptor|mock|web)\b/,
    importer: /\/undici\/index\.js$/,
    contents: 'module.exports = { CacheStorage: class {} };',
  },
];

export const leftOut = {
  name: 'left-out',
  setup(build) {
    for (const [index, { filter, importer, contents }] of LEFT_OUT.entries()) {
      build.onResolve({ filter }, (asked) =>
        importer.test(asked.importer) ? { path: String(index), namespace: 'left-out', sideEffects: false } : undefined,
      );
      build.onLoad({ filter: new RegExp(`^${index}$`), namespace: 'left-out' }, () => ({ contents }));
    }
  },
};
