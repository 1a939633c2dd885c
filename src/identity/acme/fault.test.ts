import { describe, expect, it } from 'vitest';
import { faultOfChallenge, faultOfConnection, faultOfReply } from './fault.ts';

const problem = (type: string, detail = 'said so') => ({ type: `urn:ietf:params:acme:error:${type}`, detail });
const replied = (status: number, data: unknown, retryAfterMs?: number) => {
  const { kind, code, everybody, retryAfterMs: wish } = faultOfReply('app.example.com', status, data, retryAfterMs);
  return [kind, code, everybody, wish];
};

describe('an answer of the authority', () => {
  it('that is a rate limit is patience, for this name alone, until it says', () => {
    expect(replied(429, problem('rateLimited'), 60_000)).toEqual(['busy', 'TK-6004', false, 60_000]);
    expect(replied(400, problem('rateLimited'))).toEqual(['busy', 'TK-6004', false, undefined]);
  });

  it('that is 429 without a problem is patience with everything', () => {
    expect(replied(429, 'slow down', 5_000)).toEqual(['busy', 'TK-6004', true, 5_000]);
  });

  it('that is an error of its own is trouble of everybody, whatever it calls it', () => {
    expect(replied(503, problem('serverInternal'))).toEqual(['network', 'TK-6005', true, undefined]);
    expect(replied(500, problem('rejectedIdentifier'))).toEqual(['network', 'TK-6005', true, undefined]);
  });

  it('tells a refused name from a refused account', () => {
    expect(replied(403, problem('rejectedIdentifier'))).toEqual(['refused', 'TK-6006', false, undefined]);
    expect(replied(403, problem('caa'))).toEqual(['refused', 'TK-6006', false, undefined]);
    expect(replied(403, problem('externalAccountRequired'))).toEqual(['refused', 'TK-6007', false, undefined]);
    expect(replied(403, problem('unauthorized'))).toEqual(['refused', 'TK-6007', false, undefined]);
  });

  it('with subproblems is what the first of them is', () => {
    const compound = { ...problem('malformed'), subproblems: [problem('caa'), problem('dns')] };
    expect(replied(403, compound)).toEqual(['refused', 'TK-6006', false, undefined]);
  });

  it.each([
    null,
    undefined,
    'text',
    7,
    [],
    { type: 5 },
    { detail: { toString: 1 } },
    { type: 'constructor' },
    problem('constructor'),
  ])('that nobody understands (%j) is tried again soon', (data) => {
    expect(replied(404, data)).toEqual(['network', 'TK-6005', false, undefined]);
  });
});

describe('a challenge that failed', () => {
  const failed = (type: string) => {
    const { kind, code, seen } = faultOfChallenge('app.example.com', problem(type));
    expect(seen).toBe('app.example.com: said so');
    return [kind, code];
  };

  it('tells a name that leads elsewhere from a port that is closed', () => {
    expect(failed('dns')).toEqual(['challenge', 'TK-6002']);
    expect(failed('unauthorized')).toEqual(['challenge', 'TK-6002']);
    expect(failed('incorrectResponse')).toEqual(['challenge', 'TK-6002']);
    expect(failed('connection')).toEqual(['challenge', 'TK-6003']);
    expect(failed('caa')).toEqual(['refused', 'TK-6006']);
  });

  it('without a reason says that there is none', () => {
    expect(faultOfChallenge('app.example.com', {}).seen).toBe('app.example.com: the authority does not say why');
  });
});

describe('what an authority says', () => {
  it('is one line without control characters, and not long', () => {
    const { seen } = faultOfChallenge('a.test', { detail: `first\r\nsecond\u001b[2J${'x'.repeat(1_000)}` });
    expect(seen).toMatch(/^a\.test: first second \[2Jx+…$/);
    expect(seen.length).toBeLessThanOrEqual(301);
  });
});

describe('the address of a challenge', () => {
  it('is told without its token', () => {
    const detail = 'Fetching http://a.test/.well-known/acme-challenge/4t3P7BgQFQb9lxXn1z2fDnGzMFm: Timeout';
    expect(faultOfChallenge('a.test', { detail }).seen).toBe(
      'a.test: Fetching http://a.test/.well-known/acme-challenge/…: Timeout',
    );
  });
});

describe('a connection that failed', () => {
  it('is trouble of everybody, and says why', () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    const fault = faultOfConnection('the directory', refused);
    expect([fault.kind, fault.code, fault.everybody, fault.seen]).toEqual([
      'network',
      'TK-6005',
      true,
      'the directory: ECONNREFUSED',
    ]);
  });
});
