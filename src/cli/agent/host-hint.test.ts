import { expect, it } from 'vitest';
import type { AgentEvent } from '../../agent/events.ts';
import { HostHint } from './host-hint.ts';
import { exposureSpec } from './specs.ts';

const answered = (status: number | undefined, hostHeader = 'preserve'): AgentEvent => ({
  type: 'request',
  exposure: exposureSpec({ target: '5173', 'host-header': hostHeader }, '/'),
  method: 'GET',
  path: '/',
  status,
  ms: 1,
  bytes: 0,
  cause: undefined,
});

it('names --host-header rewrite when the first answer of a service refuses, once', () => {
  const hint = new HostHint();
  expect(hint.look(answered(undefined))).toBeUndefined();
  expect(hint.look(answered(403))).toMatch(/localhost:5173 answers 403.*--host-header rewrite/);
  expect(hint.look(answered(403))).toBeUndefined();
});

it('says nothing where the first answer is another, or the host is rewritten already', () => {
  const hint = new HostHint();
  expect([hint.look(answered(200)), hint.look(answered(403))]).toEqual([undefined, undefined]);
  expect(new HostHint().look(answered(400, 'rewrite'))).toBeUndefined();
});
