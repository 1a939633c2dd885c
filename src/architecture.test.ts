// The shape of the house as a test: who may import whom, no cycles, how long files and functions may be, nothing left over.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findCycle, quantile, ROOT, readTree } from './architecture.testkit.ts';
import { COMMANDS } from './cli/commands.ts';

/**
 * What a room may import besides itself and `contract`: another room, one file of it, `node:` (all of Node), one `node:` module, or a package.
 * What a row does not name is refused.
 */
const MATRIX: Readonly<Record<string, readonly string[]>> = {
  contract: [],
  protocol: [],
  router: [],
  http: [],
  'proxy-protocol': ['router/address.ts'],
  session: ['protocol'],
  pipe: ['node:'],
  store: ['node:'],
  observe: ['node:', 'pino', 'prom-client', 'chalk'],
  identity: ['node:', 'acme-client', 'reflect-metadata'],
  admin: ['observe', 'node:', 'hono', '@hono/node-server'],
  transport: ['pipe/duplex.ts', 'pipe/client-contexts.ts', 'pipe/server-identity.ts', 'node:', 'ws'],
  ingress: ['http', 'router', 'observe', 'pipe/duplex.ts', 'pipe/flow.ts', 'node:http2', 'node:crypto', 'node:net'],
  relay: ['session', 'protocol', 'router', 'observe'],
  agent: [
    'session',
    'http',
    'protocol',
    'proxy-protocol',
    'observe',
    'pipe/duplex.ts',
    'pipe/flow.ts',
    'node:',
    'send',
  ],
  cli: ['*'],
  // What judges the product shares nothing with it, and nothing of the product imports it: no row names these rooms.
  faults: ['node:'],
  conformance: ['node:'],
  '': ['cli'],
};

/** Style budgets. They only get tighter: lower them when the tree allows it. */
const BUDGET = {
  fileMedianLines: 70,
  fileMaxLines: 400,
  functionP90Lines: 20,
  functionMaxLines: 70,
  libraries: 19,
};

const files = readTree();
const sources = files.filter((file) => !file.isTest);

function mayImport(room: string, specifier: string): boolean {
  const allowed = MATRIX[room] ?? [];
  if (allowed.includes('*')) return true;
  if (specifier.startsWith('node:')) return allowed.includes('node:') || allowed.includes(specifier);
  if (!specifier.endsWith('.ts')) return allowed.some((name) => specifier === name || specifier.startsWith(`${name}/`));
  const target = specifier.includes('/') ? specifier.slice(0, specifier.indexOf('/')) : '';
  return target === room || target === 'contract' || allowed.includes(target) || allowed.includes(specifier);
}

describe('the house', () => {
  it('has a row of the matrix for every room', () => {
    expect(files.map((file) => file.room).filter((room) => !(room in MATRIX))).toEqual([]);
  });

  it('imports only what the matrix allows', () => {
    const refused = sources.flatMap((file) =>
      file.imports
        .filter((specifier) => !mayImport(file.room, specifier))
        .map((specifier) => `${file.path} → ${specifier}`),
    );
    expect(refused).toEqual([]);
  });

  it('lets only main.ts import the command line', () => {
    const others = sources.filter((file) => file.room !== 'cli' && file.path !== 'main.ts');
    expect(
      others.filter((file) => file.imports.some((name) => name.startsWith('cli/'))).map((file) => file.path),
    ).toEqual([]);
  });

  it('keeps the instruments that judge it out of the product', () => {
    const others = sources.filter((file) => file.room !== 'faults');
    expect(
      others.filter((file) => file.imports.some((name) => name.startsWith('faults/'))).map((file) => file.path),
    ).toEqual([]);
  });

  it('has no cycle of imports', () => {
    expect(findCycle(sources)).toBeUndefined();
  });

  it('keeps the environment and the arguments at the edge', () => {
    const below = sources.filter((file) => !['cli', ''].includes(file.room) && /process\.(env|argv)\b/.test(file.text));
    expect(below.map((file) => file.path)).toEqual([]);
  });
});

describe('budgets', () => {
  it('keeps files short', () => {
    expect(
      files.filter((file) => file.lines > BUDGET.fileMaxLines).map((file) => `${file.path}: ${file.lines}`),
    ).toEqual([]);
    expect(
      quantile(
        sources.map((file) => file.lines),
        0.5,
      ),
    ).toBeLessThanOrEqual(BUDGET.fileMedianLines);
  });

  it('keeps functions short, but for hot loops that say why', () => {
    const functions = sources.flatMap((file) => file.functions.map((fn) => ({ ...fn, file })));
    const long = functions.filter(
      (fn) => fn.lines > BUDGET.functionMaxLines && !fn.file.text.includes(`hot loop: ${fn.name} `),
    );
    expect(long.map((fn) => `${fn.file.path} ${fn.name}: ${fn.lines}`)).toEqual([]);
    expect(
      quantile(
        functions.map((fn) => fn.lines),
        0.9,
      ),
    ).toBeLessThanOrEqual(BUDGET.functionP90Lines);
  });

  it('keeps the ratchet: a budget that is far from the tree is lowered', () => {
    expect(
      quantile(
        sources.map((file) => file.lines),
        0.5,
      ),
    ).toBeGreaterThan(BUDGET.fileMedianLines * 0.7);
  });
});

describe('libraries', () => {
  it('are few, and all of them in the bundle: whoever installs the package installs nothing but Node', () => {
    const used = new Set(
      sources.flatMap((file) =>
        file.imports.flatMap((name) => (/^node:|\.ts$/.test(name) ? [] : (/^(@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? []))),
      ),
    );
    expect(used.size).toBeLessThanOrEqual(BUDGET.libraries);
    const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Record<string, object>;
    expect(Object.keys(manifest.dependencies ?? {})).toEqual([]);
    expect(Object.keys(manifest.optionalDependencies ?? {}).filter((name) => !name.startsWith('node-'))).toEqual([]);
    expect([...used].filter((name) => !(name in manifest.devDependencies!))).toEqual([]);
  });
});

describe('secrets', () => {
  /** Something that is named as a secret beside what is no constant. */
  const COMPARED =
    /\b(?:token|secret|password|auth|authorization|cookie|credentials|digest|userPass|seed|signature)\s*[!=]==?(?!=|\s*(?:undefined\b|''|\d))/;

  it('are compared as digests and in constant time only', () => {
    expect(sources.filter((file) => COMPARED.test(file.text)).map((file) => file.path)).toEqual([]);
    const inConstantTime = sources.filter((file) => file.text.includes('timingSafeEqual('));
    expect(inConstantTime.map((file) => file.path)).toEqual(['admin/admin-token.ts', 'ingress/policy/basic-auth.ts']);
    for (const { text } of inConstantTime)
      expect(text.match(/timingSafeEqual\(digest\(\w+\), expected\)/g)).toHaveLength(1);
  });

  it('that are compared in another way would be found', () => {
    for (const line of ['token === given', 'if (password !== kept)', 'secret == other.secret'])
      expect(line).toMatch(COMPARED);
  });
});

describe('leftovers', () => {
  it('skips and focuses no test', () => {
    const marked = files.filter((file) =>
      /\b(it|test|describe|suite)\.(only|skip|todo|skipIf|runIf|fails)\b|\bx(it|describe)\(/.test(file.text),
    );
    expect(marked.map((file) => file.path).filter((path) => path !== 'architecture.test.ts')).toEqual([]);
  });

  it('leaves no note of unfinished work', () => {
    const marked = files.filter((file) => /\b(TODO|FIXME|XXX|HACK)\b/.test(file.text));
    expect(marked.map((file) => file.path).filter((path) => path !== 'architecture.test.ts')).toEqual([]);
  });

  it('uses erasable TypeScript only: no enum, no namespace, no default export', () => {
    const marked = sources.filter((file) =>
      /^(export )?(const )?enum |^(export )?namespace |^export default /m.test(file.text),
    );
    expect(marked.map((file) => file.path)).toEqual([]);
  });
});

describe('documentation', () => {
  it('names every command in the README', () => {
    const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
    expect(
      COMMANDS.filter((command) => !readme.includes(`| \`${command.name}`)).map((command) => command.name),
    ).toEqual([]);
  });

  it('has a test beside every room', () => {
    const tested = new Set(files.filter((file) => file.path.endsWith('.test.ts')).map((file) => file.room));
    const untested = Object.keys(MATRIX).filter((room) => room !== 'contract' && !tested.has(room));
    expect(untested).toEqual([]);
  });
});
