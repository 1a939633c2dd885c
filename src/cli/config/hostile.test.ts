// Files that want more than to be a configuration (X39): each is refused with a place, in its time, and what all objects share is as it was.
import { describe, expect, it } from 'vitest';
import { TunnelError } from '../../contract/errors.ts';
import { checkConfig } from './load.ts';

const SHARED = [Object.prototype, Array.prototype, String.prototype, Function.prototype];
const inherited = () => SHARED.map((each) => Reflect.ownKeys(each).map(String).toSorted().join());
const BEFORE = inherited();

const deep = (open: string, times = 10_000) => open.repeat(times);
const many = (one: (n: number) => string, times = 20_000) => Array.from({ length: times }, (_, n) => one(n)).join('');

const YAML: readonly (readonly [what: string, text: string])[] = [
  ['__proto__', '__proto__: {polluted: 1}\n'],
  ['__proto__ as a complex key', '? __proto__\n: {polluted: 1}\n'],
  ['"__proto__" in quotes', '"\\x5f_proto__": {polluted: 1}\n'],
  ['__proto__ in a section', 'serve: {__proto__: {insecure: true}}\n'],
  ['__proto__ in an exposure', 'exposures: [{target: 1, __proto__: {hidden: true}}]\n'],
  ['constructor.prototype', 'constructor: {prototype: {polluted: 1}}\n'],
  ['constructor in a section', 'serve: {constructor: {prototype: {polluted: 1}}}\n'],
  ['a merge', '<<: {__proto__: {polluted: 1}}\n'],
  ['an alias of a prototype', 'a: &a {__proto__: {polluted: 1}}\nserve: *a\n'],
  ['an alias of nothing', 'gateway: *nothing\n'],
  ['an alias of itself', 'gateway: &a [*a]\n'],
  ['a tag of code', 'gateway: !!js/function "function () { globalThis.polluted = 1; }"\n'],
  ['lists in lists', `gateway: ${deep('[')}`],
  ['maps in maps', deep('{a: ', 3_000)],
  ['one key twice', 'insecure: false\ninsecure: true\n'],
  ['one key many times', many(() => 'a: 1\n')],
  ['many keys', many((n) => `k${n}: 1\n`)],
  ['many exposures', `exposures:\n${many((n) => `- {target: ${n + 1}}\n`, 3_000)}`],
  ['two documents', 'gateway: a\n---\ngateway: b\n'],
  ['a text above all bounds', `gateway: ${'x'.repeat(900_000)}\n`],
];
const TOML: readonly (readonly [what: string, text: string])[] = [
  ['__proto__', '__proto__ = 1\n'],
  ['a table of __proto__', '[__proto__]\npolluted = 1\n'],
  ['a dotted __proto__', 'serve.__proto__.insecure = true\n'],
  ['__proto__ in an exposure', '[[exposures]]\ntarget = 1\n[exposures.__proto__]\nhidden = true\n'],
  ['constructor.prototype', '[constructor.prototype]\npolluted = 1\n'],
  ['lists in lists', `gateway = ${deep('[')}`],
  ['tables in tables', `[${deep('a.')}b]\n`],
  ['one key twice', 'insecure = false\ninsecure = true\n'],
  ['many keys', many((n) => `k${n} = 1\n`)],
];
const JSON_TEXTS: readonly (readonly [what: string, text: string])[] = [
  ['__proto__', '{"__proto__": {"polluted": 1}}'],
  ['an escaped __proto__', '{"\\u005f_proto__": {"polluted": 1}}'],
  ['__proto__ in a section', '{"serve": {"__proto__": {"insecure": true}}}'],
  ['constructor.prototype', '{"constructor": {"prototype": {"polluted": 1}}}'],
  ['toString', '{"toString": "x"}'],
  ['lists in lists', `{"gateway": ${deep('[')}${deep(']')}}`],
  ['one key twice', '{"insecure": false, "insecure": true}'],
  ['a list for the whole', '[{"insecure": true}]'],
  ['many exposures', `{"exposures": [${many(() => '{"target": 1},', 3_000)}{"target": 1}]}`],
];

describe.each([
  ['a.yaml', YAML],
  ['a.toml', TOML],
  ['a.json', JSON_TEXTS],
] as const)('%s', (file, payloads) => {
  it.each(payloads)('with %s is refused, and nothing has changed', (_what, text) => {
    let refusal: unknown;
    try {
      checkConfig(text, file);
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(TunnelError);
    expect(refusal).toMatchObject({ code: 'TK-5002', seen: expect.stringMatching(/^a\.(yaml|toml|json):\d+:\d+: /) });
    expect([inherited(), (globalThis as { polluted?: number }).polluted]).toEqual([BEFORE, undefined]);
  });
});
