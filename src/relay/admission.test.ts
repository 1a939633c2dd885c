import { describe, expect, test } from 'vitest';
import { type Limits, limitValues } from '../contract/limits.ts';
import { FailedTries } from '../router/failed-tries.ts';
import { Admission, type Refusal, type Ticket } from './admission.ts';
import { ManualClock } from './manual-clock.testkit.ts';

function make(changes: Partial<Limits> = {}) {
  const clock = new ManualClock();
  const limits = limitValues(changes);
  const tries = new FailedTries(clock, limits, () => {});
  return { clock, admission: new Admission(clock, limits, tries, () => 0.5) };
}

function ticket(answer: Ticket | Refusal): Ticket {
  expect(answer).toHaveProperty('settle');
  return answer as Ticket;
}

function bound(answer: Ticket | Refusal): string | undefined {
  return 'bound' in answer ? answer.bound : undefined;
}

describe('admission', () => {
  test('an address may have as many pending links as the bound and not one more', () => {
    const { admission } = make({ linksPendingPerAddress: 3 });
    const tickets = [1, 2, 3].map((port) => ticket(admission.arrive(`10.0.0.1:${port}`)));
    expect(bound(admission.arrive('10.0.0.1:9'))).toBe('linksPendingPerAddress');
    ticket(admission.arrive('10.0.0.2:9'));
    tickets[0]?.settle('admitted');
    ticket(admission.arrive('10.0.0.1:10'));
  });

  test('all addresses together have a bound', () => {
    const { admission } = make({ linksPending: 2 });
    ticket(admission.arrive('10.0.0.1:1'));
    const second = ticket(admission.arrive('10.0.0.2:1'));
    expect(bound(admission.arrive('10.0.0.3:1'))).toBe('linksPending');
    second.settle('gone');
    ticket(admission.arrive('10.0.0.3:1'));
  });

  test('a ticket counts once however often it is settled', () => {
    const { admission } = make();
    const one = ticket(admission.arrive('10.0.0.1:1'));
    ticket(admission.arrive('10.0.0.1:2'));
    one.settle('gone');
    one.settle('gone');
    expect(admission.pending).toBe(1);
  });

  test('handshakes a second are bounded and come back with time', () => {
    const { clock, admission } = make({ handshakesPerSecond: 2 });
    for (const port of [1, 2]) ticket(admission.arrive(`10.0.0.1:${port}`)).settle('admitted');
    const refusal = admission.arrive('10.0.0.1:3') as Refusal;
    expect(refusal.bound).toBe('handshakesPerSecond');
    expect(refusal.comeBackInMs).toBe(3_000);
    clock.advance(500);
    ticket(admission.arrive('10.0.0.1:4'));
    expect(bound(admission.arrive('10.0.0.1:5'))).toBe('handshakesPerSecond');
  });

  test('an address that failed too often waits a minute from its last failure', () => {
    const { clock, admission } = make({ authFailuresPerMinute: 2 });
    ticket(admission.arrive('10.0.0.1:1')).settle('failed');
    clock.advance(30_000);
    ticket(admission.arrive('10.0.0.1:2')).settle('failed');
    const refusal = admission.arrive('10.0.0.1:3') as Refusal;
    expect(refusal).toEqual({ bound: 'authFailuresPerMinute', comeBackInMs: 60_000 });
    ticket(admission.arrive('10.0.0.2:3'));
    clock.advance(59_999);
    expect(bound(admission.arrive('10.0.0.1:4'))).toBe('authFailuresPerMinute');
    clock.advance(1);
    ticket(admission.arrive('10.0.0.1:5'));
  });

  test('links that arrived before the last failure are told when they ask: many at once are not many tries', () => {
    const { clock, admission } = make({ authFailuresPerMinute: 2 });
    const tickets = [1, 2, 3, 4].map((port) => ticket(admission.arrive(`10.0.0.1:${port}`)));
    const refusals = tickets.map((one) => {
      const refusal = one.refusal();
      if (refusal === undefined) one.settle('failed');
      return refusal?.bound;
    });
    expect(refusals).toEqual([undefined, undefined, 'authFailuresPerMinute', 'authFailuresPerMinute']);
    clock.advance(60_000);
    expect(tickets[3]?.refusal()).toBeUndefined();
  });

  test.each([
    ['[2001:db8:1:2::1]:1', '[2001:db8:1:2:ffff::9]:2', true],
    ['[2001:db8:1:2::1]:1', '[2001:db8:1:3::1]:2', false],
    ['[::1]:1', '[::1]:2', true],
    ['[::ffff:10.0.0.1]:1', '[::ffff:10.0.0.2]:1', false],
  ])('%s and %s share a bound: %s', (one, other, same) => {
    const { admission } = make({ linksPendingPerAddress: 1 });
    ticket(admission.arrive(one));
    expect(bound(admission.arrive(other)) !== undefined).toBe(same);
  });
});
