import { describe, expect, it } from 'vitest';
import type { AgentEvent } from '../../agent/events.ts';
import { exposureSpec } from './specs.ts';
import { Traffic } from './traffic.ts';

const exposure = exposureSpec({ target: '3000' }, '/');
type Request = AgentEvent & { type: 'request' };
const request = (changes: Partial<Request>): Request => ({
  type: 'request',
  exposure,
  method: 'GET',
  path: '/',
  status: 200,
  ms: 1,
  bytes: 0,
  cause: undefined,
  ...changes,
});

describe('traffic', () => {
  it('counts requests and the bytes of their answers', () => {
    const traffic = new Traffic();
    traffic.take(request({ bytes: 10 }));
    traffic.take({ type: 'connecting' });
    traffic.take(request({ bytes: 32 }));
    expect([traffic.requests, traffic.bytes, traffic.failed]).toEqual([2, 42, 0]);
  });

  it('counts what has no whole answer, and what the service could not do, as failed', () => {
    const traffic = new Traffic();
    for (const changes of [{ status: undefined }, { status: 503 }, { cause: 'truncated' as const }, { status: 404 }])
      traffic.take(request(changes));
    expect(traffic.failed).toBe(3);
  });

  it('says nothing of durations before the first request', () => {
    expect(new Traffic().quantileMs(0.5)).toBeUndefined();
  });

  it('takes quantiles by nearest rank, in whatever order the durations came', () => {
    const traffic = new Traffic();
    for (const ms of [40, 10, 30, 20]) traffic.take(request({ ms }));
    expect([0, 0.5, 0.95].map((share) => traffic.quantileMs(share))).toEqual([10, 20, 40]);
  });

  it('forgets durations of long ago', () => {
    const traffic = new Traffic();
    for (let index = 0; index < 3_000; index++) traffic.take(request({ ms: index < 1_000 ? 9_999 : 5 }));
    expect(traffic.quantileMs(1)).toBe(5);
  });
});
