// Texts of any kind as configuration files: each is a configuration, or is refused with TK-5002 and a place in the file; nothing else is
// thrown, and what all objects share is as it was.
import fc from 'fast-check';
import { expect, vi } from 'vitest';
import { TunnelError } from '../../contract/errors.ts';
import { fuzzes } from '../../fuzz.testkit.ts';
import { checkConfig } from './load.ts';

const YAML =
  'gateway: gw.example.com:443\ninsecure: true\nexposures:\n  - target: 3000\n    name: app\n    allow-ip: [10.0.0.0/8, "::1"]\n  - {target: tcp://localhost:5432, port: 20005}\nserve:\n  domain: example.com\n  https: 443\n  trusted-proxy:\n    - 127.0.0.1\n';
const TOML =
  'gateway = "gw.example.com:443"\n[[exposures]]\ntarget = 3000\nname = "app"\n[[exposures]]\ntarget = "tcp://localhost:5432"\n[serve]\ndomain = "example.com"\ndrain-spread = 1.5\n';
const JSON_TEXT =
  '{"gateway": "a:1", "exposures": [{"target": 3000, "auth": "u:p"}], "serve": {"admin": "127.0.0.1:1"}}';
const WORDS = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'exposures',
  'serve',
  'target',
  '<<',
  '*a',
  '&a ',
  '!!js/function ',
  '!!binary ',
];
const SIGNS = [
  '\n',
  '\n  ',
  '- ',
  ': ',
  ' = ',
  '[',
  ']',
  '{',
  '}',
  '"',
  "'",
  ',',
  '#',
  '|',
  '>',
  '---\n',
  '...\n',
  '%YAML 9\n',
  '\t',
  '\0',
  '\ufeff',
  '\ud800',
  '1e999',
  '0x',
  'null',
  '~',
  '==',
];

const change = fc.record({ at: fc.nat(400), remove: fc.nat(6), put: fc.constantFrom(...WORDS, ...SIGNS, '') });
const damaged = (sample: string) =>
  fc.array(change, { maxLength: 6 }).map((changes) =>
    changes.reduce((text, { at, remove, put }) => {
      const place = at % (text.length + 1);
      return text.slice(0, place) + put + text.slice(place + remove);
    }, sample),
  );
const noise = fc.array(fc.constantFrom(...WORDS, ...SIGNS, 'a', '1'), { maxLength: 30 }).map((words) => words.join(''));
const file = fc.oneof(
  fc.tuple(fc.constant('a.yaml'), fc.oneof(damaged(YAML), noise)),
  fc.tuple(fc.constant('a.toml'), fc.oneof(damaged(TOML), noise)),
  fc.tuple(fc.constant('a.json'), fc.oneof(damaged(JSON_TEXT), noise)),
);

const shared = () =>
  [Object.prototype, Array.prototype, Function.prototype].map((each) => Reflect.ownKeys(each).length);
const BEFORE = shared();

fuzzes(
  'the fuzzer of configuration files finds none that throws untyped, or leaves anything in what all objects share',
  {
    of: ['cli/config/load.ts', 'cli/config/document.ts', 'cli/config/nearest.ts'],
    input: file,
    runs: 600,
    outcomes: ['a.yaml taken', 'a.yaml TK-5002', 'a.toml taken', 'a.toml TK-5002', 'a.json taken', 'a.json TK-5002'],
    look([name, text]) {
      const warn = vi.spyOn(process, 'emitWarning');
      try {
        const { config } = checkConfig(text, name);
        expect(Object.keys(config).every((key) => Object.hasOwn(config, key))).toBe(true);
        return `${name} taken`;
      } catch (error) {
        if (!(error instanceof TunnelError)) throw error;
        expect(error.seen).toMatch(/^a\.(yaml|toml|json):\d+:\d+: /);
        return `${name} ${error.code}`;
      } finally {
        expect([shared(), warn.mock.calls]).toEqual([BEFORE, []]);
        warn.mockRestore();
      }
    },
  },
);
