import { beforeEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../pipe/memory/clock.ts';
import { Entry } from './entry.ts';
import { AcmeFault, faultOfConnection } from './fault.ts';
import { Patience } from './patience.ts';

let clock: VirtualClock;
let patience: Patience;
const entry = (name: string) => new Entry(name, undefined);
beforeEach(() => {
  clock = new VirtualClock();
  patience = new Patience(clock, () => 0);
});

describe('patience with an authority', () => {
  it('leaves a name alone that failed, and no other', () => {
    const [failed, other] = [entry('failed.test'), entry('other.test')];
    patience.failed(failed, new AcmeFault('challenge', 'TK-6003', 'closed'));
    expect([patience.waitMs(failed), patience.waitMs(other)]).toEqual([180_000, 0]);
    expect(patience.trouble).toBeUndefined();
    clock.advance(180_000);
    expect(patience.waitMs(failed)).toBe(0);
    patience.failed(failed, new AcmeFault('challenge', 'TK-6003', 'closed'));
    expect(patience.waitMs(failed)).toBe(360_000);
  });

  it('leaves it alone with every name while it is the one in trouble, and says why', () => {
    const fault = faultOfConnection('the directory', new Error('no route'));
    patience.failed(entry('failed.test'), fault);
    expect(patience.waitMs(entry('other.test'))).toBe(15_000);
    expect(patience.trouble).toBe(fault);
    clock.advance(15_000);
    expect(patience.waitMs(entry('other.test'))).toBe(0);
    expect(patience.trouble).toBeUndefined();
  });
});
