import { describe, expect, it } from 'vitest';
import { type ErrorCode, TunnelError } from '../contract/errors.ts';
import type { Goaway } from '../protocol/goaway.ts';
import { judge, type Parting } from './verdict.ts';

const base: Parting = { detail: 'seen', verified: true, admitted: true, cause: 'link' };
const goaway = (code: Goaway['code'], permanent: boolean, comeBackInMs = 0): Goaway => ({
  code,
  permanent,
  comeBackInMs,
  seen: '',
});

function verdict(
  parting: Partial<Parting>,
  { admittedOnce = false, single = false } = {},
): [string, ErrorCode, number?] {
  const { kind, error, ...rest } = judge({ ...base, ...parting }, admittedOnce, single);
  return 'comeBackInMs' in rest && rest.comeBackInMs !== undefined
    ? [kind, error.code, rest.comeBackInMs]
    : [kind, error.code];
}

describe('an attempt that failed', () => {
  const dial: Partial<Parting> = {
    error: new TunnelError('TK-4002', ''),
    cause: undefined as never,
    admitted: false,
    verified: false,
  };

  it('ends a program whose only attempt it was, with the error of the dial', () => {
    expect(verdict(dial, { single: true })).toEqual(['stop', 'TK-4002']);
    expect(verdict({ ...dial, error: new Error('x') }, { single: true })).toEqual(['stop', 'TK-4001']);
  });

  it('is followed by another where the program waits', () => {
    expect(verdict(dial)).toEqual(['retry', 'TK-4002']);
  });

  it('counts as a gateway not reached when the link broke before the admission', () => {
    const early: Partial<Parting> = { cause: 'link', admitted: false, verified: false };
    expect(verdict(early, { single: true })).toEqual(['stop', 'TK-4001']);
    const said = goaway('TK-4009', false);
    expect(verdict({ ...early, cause: 'protocol', goaway: said }, { single: true })).toEqual(['stop', 'TK-4009']);
  });
});

describe('a session that ended', () => {
  it('is followed by another, whatever it was that broke', () => {
    for (const cause of ['link', 'silent'] as const) {
      expect(verdict({ cause }, { admittedOnce: true, single: true })).toEqual(['retry', 'TK-4003']);
    }
    expect(verdict({ cause: 'protocol' }, { admittedOnce: true })).toEqual(['retry', 'TK-4009']);
  });

  it('is followed by another at the time the gateway gave', () => {
    const draining = { cause: 'draining', goaway: goaway('draining', false, 700) } as const;
    expect(verdict(draining, { admittedOnce: true })).toEqual(['retry', 'TK-4003', 700]);
    const full = { cause: 'refused', goaway: goaway('TK-4007', false, 60_000), admitted: false } as const;
    expect(verdict(full, { single: true })).toEqual(['retry', 'TK-4007', 60_000]);
  });
});

describe('a permanent refusal', () => {
  it.each(['TK-1001', 'TK-1003', 'TK-1005', 'TK-1008', 'TK-1011'] as const)(
    '%s of the gateway ends the program',
    (code) => {
      for (const admittedOnce of [false, true]) {
        expect(verdict({ cause: 'goaway', goaway: goaway(code, true) }, { admittedOnce })).toEqual(['stop', code]);
      }
    },
  );

  it('by somebody who has not proved to be the gateway counts only at the beginning', () => {
    const stranger = { cause: 'goaway', goaway: goaway('TK-1001', true), verified: false, admitted: false } as const;
    expect(verdict(stranger)).toEqual(['stop', 'TK-1001']);
    expect(verdict(stranger, { admittedOnce: true })[0]).toBe('retry');
  });

  it('by this side, of a wrong gateway, ends the program only at the beginning', () => {
    const distrust = { code: 'TK-1002', seen: 'another key' } as const;
    const wrong = { cause: 'refused', distrust, verified: false, admitted: false } as const;
    expect(verdict(wrong)).toEqual(['stop', 'TK-1002']);
    expect(verdict(wrong, { admittedOnce: true })).toEqual(['retry', 'TK-1002']);
  });
});
