// The bench cannot rot: it runs tiny here. How fast it is, is for `make bench` to say.
import { expect, test } from 'vitest';
import { measure, missed } from './tunnel.ts';

test('the bench measures every path, and knows its floors', async () => {
  const ratios = await measure({ rounds: 1, seconds: 1, bulkBytes: 64 << 20, warm: false });
  expect(Object.keys(ratios)).toEqual(['direct', 'TCP exposure', 'by host name']);
  for (const { requests, bulk, connections } of Object.values(ratios)) {
    expect(Math.min(requests, bulk, connections)).toBeGreaterThan(0);
  }
  const slow = { requests: 0.2, bulk: 0.2, connections: 0.2 };
  expect(missed({ 'TCP exposure': slow, 'by host name': slow })).toEqual([
    'TCP exposure, requests: 0.200 of direct, the floor is 0.25',
  ]);
});
