import { expect, test } from 'vitest';
import type { RequestHead } from '../../contract/message.ts';
import type { Visit } from '../../contract/policy.ts';
import { plainPath } from './plain-path.ts';

const passes = (path: string) => plainPath.decide({ head: { path } as RequestHead } as Visit).kind === 'pass';

test('what all read alike is not refused without need: letters, dots in names, the query', () => {
  for (const text of ['/', '/a/b.c', '/.well-known/x', '/a..b/...', '/%61/%20', '/a?x=/../;%2f', '*']) {
    expect([text, passes(text)]).toEqual([text, true]);
  }
});
