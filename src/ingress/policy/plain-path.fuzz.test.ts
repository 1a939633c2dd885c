// What stands behind protection must be one path for every server that could stand there (X25).
import fc from 'fast-check';
import { expect } from 'vitest';
import type { RequestHead } from '../../contract/message.ts';
import type { Visit } from '../../contract/policy.ts';
import { fuzzes } from '../../fuzz.testkit.ts';
import { plainPath } from './plain-path.ts';

const passes = (path: string) => plainPath.decide({ head: { path } as RequestHead } as Visit).kind === 'pass';

// What servers do with a path before they look at it, each for itself.
const decode = (path: string) =>
  path.replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
const undot = (path: string) => {
  const kept: string[] = [];
  for (const segment of path.split('/').slice(1)) {
    if (segment === '..') kept.pop();
    else if (segment !== '.') kept.push(segment);
  }
  return `/${kept.join('/')}`;
};
const merge = (path: string) => path.replace(/\/{2,}/g, '/');
const bare = (path: string) => path.replace(/;[^/]*/g, '');
const slashes = (path: string) => path.replaceAll('\\', '/');
const short = (path: string) => path.split('\0', 1)[0]!;
const STEPS = [decode, undot, merge, bare, slashes, short];

/** The path as a server sees it that does this in this order. */
function read(path: string, order: readonly number[]): string {
  return order.reduce((sofar, step) => STEPS[step]!(sofar), path);
}

const piece = fc.constantFrom(
  ...[
    '/',
    '/',
    '/',
    '.',
    '..',
    ';x',
    '\\',
    'a',
    'admin',
    '%61',
    '%2e',
    '%2E',
    '%2f',
    '%2F',
    '%5c',
    '%00',
    '%20',
    '%',
    '~',
    '.a',
  ],
);
const path = fc.array(piece, { maxLength: 10 }).map((pieces) => `/${pieces.join('')}`);
/** Every server decodes once, before or after what else it does. */
const order = fc
  .tuple(fc.shuffledSubarray([1, 2, 3, 4, 5]), fc.nat(5))
  .map(([others, at]) => others.toSpliced(Math.min(at, others.length), 0, 0));

fuzzes('the fuzzer of paths finds none that passes and is another path for another server', {
  of: ['ingress/policy/plain-path.ts'],
  input: fc.tuple(path, order, order),
  runs: 100_000,
  outcomes: ['passed', 'refused'],
  look([text, one, other]) {
    if (!passes(text)) return 'refused';
    expect(read(text, one)).toBe(read(text, other));
    return 'passed';
  },
});
