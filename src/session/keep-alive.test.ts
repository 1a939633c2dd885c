import { describe, expect, it } from 'vitest';
import { KeepAlive } from './keep-alive.ts';

const LIMITS = { pingIdleMs: 5_000, peerSilentMs: 14_000 };
const make = (nonce = 7) => {
  const alive = new KeepAlive(LIMITS, nonce, 0);
  alive.pong(alive.ping(0), 10);
  alive.heard(10);
  return alive;
};

describe('keep-alive', () => {
  it('asks after the idle time, three times before it gives up', () => {
    const alive = make();
    const pings: number[] = [];
    let now = 10;
    for (let due = alive.look(now); due !== 'dead'; due = alive.look(now)) {
      if (due === 'ping') {
        pings.push(now);
        alive.ping(now);
      }
      now += Math.max(1, alive.nextLookMs(now));
    }
    expect(pings).toEqual([5_000, 10_000]);
    expect(now).toBe(14_010);
  });

  it('does not ask while bytes come and go', () => {
    const alive = make();
    for (let now = 100; now < 14_000; now += 100) {
      alive.heard(now);
      alive.sent(now);
      expect(alive.look(now)).toBe('nothing');
    }
  });

  it('asks also when it only listens: the peer must hear something', () => {
    const alive = make();
    alive.heard(4_999);
    expect([alive.look(4_999), alive.look(5_000)]).toEqual(['nothing', 'ping']);
  });

  it('takes a fresh sample of the round trip although bytes flow', () => {
    const alive = make();
    alive.heard(15_010);
    alive.sent(15_010);
    expect(alive.look(15_010)).toBe('ping');
  });

  it('does not ask again and again while the outbox is full', () => {
    const alive = make();
    expect([alive.look(5_000), alive.look(5_001)]).toEqual(['ping', 'nothing']);
    expect(alive.nextLookMs(5_001)).toBe(4_999);
  });

  it('smooths the round trip, and counts only the answer to the last question', () => {
    const alive = make();
    expect(alive.rttMs).toBe(10);
    const old = alive.ping(100);
    const last = alive.ping(200);
    alive.pong(old, 250);
    expect(alive.rttMs).toBe(10);
    alive.pong(last, 218);
    alive.pong(last, 900);
    expect(alive.rttMs).toBe(11);
  });

  it('wraps its nonces', () => {
    const alive = make(0xffff_fffe);
    expect([alive.ping(0), alive.ping(0)]).toEqual([0, 1]);
  });

  it('gives a probed peer only as long as was said, until it is heard', () => {
    const alive = make();
    alive.probe(1_000, 100);
    expect([alive.look(1_099), alive.look(1_100), alive.nextLookMs(1_000)]).toEqual(['nothing', 'dead', 100]);
    alive.heard(1_099);
    expect(alive.look(1_100)).toBe('nothing');
  });
});
