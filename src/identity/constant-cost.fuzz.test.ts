// What a wrong secret costs does not tell how wrong it was (S9). `make fuzz` measures; the tests see that the measure works.
import { describe, expect, it } from 'vitest';
import { AdminToken } from '../admin/admin-token.ts';
import type { ExposureRequest } from '../contract/exposure.ts';
import type { Visit } from '../contract/policy.ts';
import { policiesFor } from '../ingress/policy/index.ts';
import { sampleOf, timed, welch } from './welch.testkit.ts';

const SECONDS = Number(process.env.FUZZ_SECONDS ?? 0);
/** As promised, in `make fuzz`. Few trials say nothing of time: a machine that does other things as well differs from itself. */
const TRIALS = SECONDS > 0 ? 20_000 : 100;
const SAME = 4.5;
const timeout = 60_000 + SECONDS * 1_000;

const SECRET = 'a'.repeat(64);
const ALMOST = `${'a'.repeat(63)}b`;
const NOTHING_LIKE_IT = 'b'.repeat(64);

function passwords(): (password: string) => () => unknown {
  const exposure = { kind: 'http', auth: `ann:${SECRET}`, allowIp: [] } as unknown as ExposureRequest;
  const policy = policiesFor(exposure, { waitMs: () => 0, failed: () => {} }).at(-1)!;
  return (password) => {
    const fields = ['Authorization', `Basic ${Buffer.from(`ann:${password}`).toString('base64')}`];
    const visit = { head: { fields }, visitorIp: '192.0.2.1' } as unknown as Visit;
    return () => policy.decide(visit);
  };
}

async function adminTokens(): Promise<(change: (token: string) => string) => () => unknown> {
  const kept = new Map<string, string>();
  const token = new AdminToken({
    get: async (key) => kept.get(key),
    setOnce: async (_, value) => value,
    set: async (key, value) => void kept.set(key, value),
  });
  const right = await token.make();
  return (change) => {
    const given = Buffer.from(change(right)).toString();
    return () => token.admits(given);
  };
}

/** What must not be done. */
function letterByLetter(given: string): () => boolean {
  return () => {
    for (let at = 0; at < SECRET.length; at += 1) if (given.charCodeAt(at) !== SECRET.charCodeAt(at)) return false;
    return true;
  };
}

function judge(name: string, { t, meanNs }: Awaited<ReturnType<typeof timed>>): void {
  console.log(`${name}: t ${t.toFixed(2)} over ${TRIALS} trials each, ${meanNs.join(' and ')} ns`);
  expect(Number.isFinite(t)).toBe(true);
  if (SECONDS > 0) expect(t).toBeLessThan(SAME);
}

describe('a wrong secret costs the same however near it comes', () => {
  it('as a password', { timeout }, async () => {
    const of = passwords();
    expect(of(ALMOST)()).toEqual(of(NOTHING_LIKE_IT)());
    expect(of(SECRET)()).toEqual({ kind: 'pass' });
    judge('a password', await timed([of(ALMOST), of(NOTHING_LIKE_IT)], TRIALS));
  });

  it('as an admin token', { timeout }, async () => {
    const of = await adminTokens();
    expect(await of((right) => right)()).toBe(true);
    const wrong = [(right: string) => `${right.slice(0, -1)}.`, (right: string) => `.${right.slice(1)}`] as const;
    expect([await of(wrong[0])(), await of(wrong[1])()]).toEqual([false, false]);
    judge('an admin token', await timed([of(wrong[0]), of(wrong[1])], TRIALS));
  });
});

describe('the measure', () => {
  it('says of a comparison letter by letter that it tells', async () => {
    const { t } = await timed([letterByLetter(ALMOST), letterByLetter(NOTHING_LIKE_IT)], 500, 50);
    console.log(`letter by letter: t ${t.toFixed(1)}`);
    expect(t).toBeGreaterThan(SAME);
  });

  it('is the t of Welch', () => {
    expect(welch(sampleOf([1, 2, 3, 4]), sampleOf([2, 4, 6, 8]))).toBeCloseTo(1.732, 3);
  });
});
