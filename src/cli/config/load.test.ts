import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TunnelError } from '../../contract/errors.ts';
import { findConfig } from './find.ts';
import { checkConfig, loadConfig } from './load.ts';

const YAML =
  'gateway: gw.example.com:443\nexposures:\n  - target: 3000\n    name: app\n  - target: tcp://localhost:5432\n    port: 20005\n';
const TOML =
  'gateway = "gw.example.com:443"\n[[exposures]]\ntarget = 3000\nname = "app"\n[[exposures]]\ntarget = "tcp://localhost:5432"\nport = 20005\n';
const VALUE = {
  gateway: 'gw.example.com:443',
  exposures: [
    { target: '3000', name: 'app' },
    { target: 'tcp://localhost:5432', port: 20005 },
  ],
};

function refusal(text: string, file: string): string {
  try {
    checkConfig(text, file);
  } catch (error) {
    if (error instanceof TunnelError) return `${error.code} ${error.seen}`;
    throw error;
  }
  return 'accepted';
}

describe('a configuration', () => {
  it('means the same in YAML, TOML and JSON', () => {
    expect(checkConfig(YAML, 'a.yaml').config).toEqual(VALUE);
    expect(checkConfig(TOML, 'a.toml').config).toEqual(VALUE);
    expect(checkConfig(JSON.stringify(VALUE, null, 2), 'a.json').config).toEqual(VALUE);
  });

  it.each([
    [
      'a.yaml',
      'exposures:\n  - target: 3000\n    nmae: app\n',
      'TK-5002 a.yaml:3:5: unknown key "nmae"; did you mean "name"?',
    ],
    [
      'a.toml',
      '[[exposures]]\ntarget = 3000\n[[exposures]]\ntarget = 1\nnmae = "app"\n',
      'TK-5002 a.toml:5:1: unknown key "nmae"; did you mean "name"?',
    ],
    ['a.json', '{\n  "exposure": []\n}', 'TK-5002 a.json:2:3: unknown key "exposure"; did you mean "exposures"?'],
    ['a.yaml', 'serve:\n  htps: ":443"\n', 'TK-5002 a.yaml:2:3: unknown key "htps"; did you mean "https"?'],
    ['a.yaml', 'zzz: 1\n', 'TK-5002 a.yaml:1:1: unknown key "zzz"'],
  ])('in %s with an unknown key names file, line, column and the nearest key', (file, text, expected) => {
    expect(refusal(text, file)).toBe(expected);
  });

  it.each([
    ['a.yaml', 'exposures:\n  - target: 3000\n    port: 70000\n', /^TK-5002 a\.yaml:3:5: exposures\.0\.port: /],
    ['a.toml', '[[exposures]]\ntarget = 3000\nport = "x"\n', /^TK-5002 a\.toml:3:1: exposures\.0\.port: /],
    [
      'a.yaml',
      'exposures:\n  - target: 3000\n    name: My App\n',
      /^TK-5002 a\.yaml:3:5: .*"My App" is no name: 1 to 63/,
    ],
    [
      'a.yaml',
      'exposures:\n  - target: 3000\n    allow-ip: [::1, home]\n',
      /^TK-5002 a\.yaml:3:21: .*"home" is neither/,
    ],
    ['a.yaml', 'exposures:\n  - name: app\n', /^TK-5002 a\.yaml:2:\d+: exposures\.0\.target: /],
    ['a.yaml', 'exposures: [\n', /^TK-5002 a\.yaml:\d+:\d+: /],
    ['a.toml', 'gateway = \n', /^TK-5002 a\.toml:1:\d+: /],
    ['a.json', '{"gateway": "a", "gateway": "b"}', /^TK-5002 a\.json:1:\d+: /],
  ])('in %s with a wrong value says where', (file, text, expected) => {
    expect(refusal(text, file)).toMatch(expected);
  });

  it.each(['__proto__: {a: 1}\n', 'constructor: {prototype: {a: 1}}\n', 'serve: {__proto__: {a: 1}}\n'])(
    'cannot pollute prototypes: %s',
    (text) => {
      refusal(text, 'a.yaml');
      expect(({} as { a?: number }).a).toBeUndefined();
    },
  );

  it('cannot be blown up through aliases', () => {
    const layers = Array.from(
      { length: 9 },
      (_, i) =>
        `l${i + 1}: &l${i + 1} [${Array(9)
          .fill(i ? `*l${i}` : 'x')
          .join(',')}]`,
    );
    expect(() => checkConfig(layers.join('\n'), 'a.yaml')).toThrow();
  });
});

describe('the configuration file', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tunnelkit-config-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is the one asked for, then the environment’s, then one of the usual places', () => {
    const env = { XDG_CONFIG_HOME: join(folder, 'xdg') };
    expect(findConfig('x.toml', env, folder)).toBe(join(folder, 'x.toml'));
    expect(findConfig(undefined, { ...env, TUNNELKIT_CONFIG: 'y.yaml' }, folder)).toBe(join(folder, 'y.yaml'));
    expect(findConfig(undefined, env, folder)).toBeUndefined();
    writeFileSync(join(folder, 'tunnelkit.toml'), TOML);
    expect(findConfig(undefined, env, folder)).toBe(join(folder, 'tunnelkit.toml'));
  });

  it('that is not there is TK-5001 and says which', async () => {
    await expect(loadConfig(join(folder, 'none.yaml'))).rejects.toMatchObject({
      code: 'TK-5001',
      seen: expect.stringContaining('none.yaml does not exist.'),
    });
  });
});
