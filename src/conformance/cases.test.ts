import { expect, it } from 'vitest';
import { differences } from './case.ts';
import { CASES } from './cases.ts';

/** P90 to P99 belong to HTTP/2. */
const PROMISES = [...Array.from({ length: 89 }, (_, at) => `P${at + 1}`), 'P100', 'P101'];

it('there is a case for every promise of HTTP/1.1', () => {
  const ids = new Set(CASES.map(({ id }) => id));
  expect(PROMISES.filter((id) => !ids.has(id))).toEqual([]);
});

it('no two cases have one name', () => {
  const names = CASES.map(({ id, name }) => `${id} ${name}`);
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
});

it('whatever is refused for its bytes has a twin, and we say a code', () => {
  const bare = CASES.filter(({ wants, twin, code }) => {
    const refused = wants.connection === 'closed' && wants.reached === 0;
    return refused && !wants.status?.toString().startsWith('2') && (code === undefined || twin === undefined);
  });
  expect(bare.map(({ id, name }) => `${id} ${name}`).filter((text) => !text.startsWith('P84'))).toEqual([]);
});

it('a fact fits a value, a form, or one of several values, and else is told', () => {
  expect(differences({ a: 1, b: 'xy', c: 2 }, { a: 1, b: /^x/, c: [1, 2] })).toEqual([]);
  expect(differences({ a: 1, b: 'xy' }, { a: 2, b: /^y/, c: [1, 2] })).toEqual([
    'a 1, not 2',
    'b "xy", not /^y/',
    'c undefined, not 1 or 2',
  ]);
});
