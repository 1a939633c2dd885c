import { expect, it } from 'vitest';
import { Tally } from './tally.ts';

const made = () =>
  new Tally(
    ['tcp', 'http'],
    [
      ['reset', 'link', 'tcp'],
      ['kill', 'agent', 'tcp'],
      ['reset', 'link', 'http'],
      ['kill', 'agent', 'http'],
      ['reset', 'agent–origin', 'http'],
    ],
  );

it('counts what landed, cell by cell, and apart from it what did not', () => {
  const tally = made();
  tally.add('reset', 'link', 'tcp', 1);
  tally.add('reset', 'link', 'tcp', 1);
  tally.add('reset', 'link', 'http', 0);
  expect([tally.landed, tally.missed, tally.count('reset', 'link', 'tcp')]).toEqual([2, 1, 2]);
});

it('names every cell in which nothing landed', () => {
  const tally = made();
  tally.add('reset', 'link', 'tcp', 1);
  tally.add('reset', 'link', 'http', 0);
  expect(tally.empty).toEqual([
    'kill × agent × tcp',
    'reset × link × http',
    'kill × agent × http',
    'reset × agent–origin × http',
  ]);
});

it('is a table, a row for each kind and place, with a dash where there is no such cell', () => {
  const tally = made();
  tally.add('kill', 'agent', 'http', 1);
  expect(
    String(tally)
      .split('\n')
      .map((line) => line.split(/\s+/)),
  ).toEqual([
    ['fault', 'where', 'tcp', 'http', 'effect'],
    ['reset', 'link', '0', '0', '0', 'RST'],
    ['reset', 'agent–origin', '–', '0', '0', 'RST'],
    ['kill', 'agent', '0', '1', '1', 'gone'],
  ]);
});
