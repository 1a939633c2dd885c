import { expect, it } from 'vitest';
import { STREAM_CODE } from '../contract/stream.ts';
import { type ExposureSpec, Exposures, requestFor } from './exposures.ts';
import { parseTarget } from './target.ts';

const closed: string[] = [];
const make = (spec: ExposureSpec) => ({
  open: () => STREAM_CODE.refused,
  close: () => void closed.push(spec.target.text),
});

function spec(target: string, changes: Partial<ExposureSpec> = {}): ExposureSpec {
  const base = { name: undefined, port: undefined, auth: undefined, allowIp: [], takeOver: false, pool: false };
  const local = {
    hostHeader: 'preserve',
    sendProxyProtocol: undefined,
    originTimeoutMs: undefined,
    hidden: false,
  } as const;
  return { target: parseTarget(target, '/'), ...base, ...local, ...changes };
}

it('a new list names what it adds and removes, and leaves the rest alone', () => {
  const exposures = new Exposures(make);
  expect(exposures.set([spec('1001'), spec('1002')]).added).toHaveLength(2);
  const [kept] = exposures;
  const { added, removed } = exposures.set([spec('1001'), spec('1003')]);
  expect(added.map((each) => each.spec.target.text)).toEqual(['http://localhost:1003']);
  expect(removed.map((each) => each.spec.target.text)).toEqual(['http://localhost:1002']);
  expect([...exposures][0]).toBe(kept);
  expect(closed).toEqual(['http://localhost:1002']);
});

it('the same list in another order of members changes nothing, and any changed member changes its exposure', () => {
  const exposures = new Exposures(make);
  exposures.set([spec('1001', { name: 'a' })]);
  const turned = Object.fromEntries(Object.entries(spec('1001', { name: 'a' })).reverse()) as unknown as ExposureSpec;
  expect(exposures.set([turned])).toEqual({ added: [], removed: [] });
  const changes: Partial<ExposureSpec>[] = [
    { name: 'b' },
    { name: 'b', auth: 'u:p' },
    { name: 'b', allowIp: ['10.0.0.0/8'] },
    { name: 'b', hostHeader: { value: 'x' } },
    { name: 'b', hidden: true },
    { name: 'b', originTimeoutMs: 5 },
  ];
  for (const change of changes) {
    const { added, removed } = exposures.set([spec('1001', change)]);
    expect([added.length, removed.length], JSON.stringify(change)).toEqual([1, 1]);
  }
});

it('nothing changes when an origin cannot be made', () => {
  const exposures = new Exposures((of) => {
    if (of.target.text.endsWith('1009')) throw new Error('no');
    return make(of);
  });
  exposures.set([spec('1001')]);
  expect(() => exposures.set([spec('1002'), spec('1009')])).toThrow('no');
  expect([...exposures].map((each) => each.spec.target.text)).toEqual(['http://localhost:1001']);
});

it('the gateway is asked for what it needs to know and no more', () => {
  expect(requestFor(3, spec('tcp://db:5432', { port: 20_001, hidden: true }))).toEqual({
    id: 3,
    kind: 'tcp',
    target: 'tcp://db:5432',
    name: undefined,
    port: 20_001,
    auth: undefined,
    allowIp: [],
    takeOver: false,
    pool: false,
  });
});
