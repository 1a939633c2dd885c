import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProtocolError } from '../protocol/error.ts';
import { OWES, WireState } from './wire-state.ts';

type Frame = 'fin' | 'rst' | 'rstAck';

/** A stream's state with what it has sent and the peer has not read yet: links keep their order. */
class Side {
  readonly state = new WireState();
  readonly sent: Frame[] = [];

  /** Its pipe said END, or broke; or there is room for what it owes; or it reads what the peer sent. */
  step(what: 'end' | 'break' | 'settle' | 'hear', peer: Side): void {
    if (what === 'end' && !this.state.finSent) this.state.owe(OWES.fin);
    if (what === 'break') this.state.breakOff();
    if (what === 'settle') for (const frame of ['fin', 'rst', 'rstAck'] as const) this.#pay(frame);
    if (what === 'hear') this.#hear(peer.sent.shift());
  }

  #pay(frame: Frame): void {
    if (this.state.pay(OWES[frame])) this.sent.push(frame);
  }

  /** A slot that is free drops what is late. */
  #hear(frame: Frame | undefined): void {
    if (frame === undefined || this.state.over) return;
    if (frame === 'fin') this.state.peerFin();
    if (frame === 'rst') this.state.peerReset();
    if (frame === 'rstAck') this.state.peerResetAck();
  }
}

const STEPS = ['end', 'break', 'settle', 'hear'] as const;

describe('two ends of a stream', () => {
  it('never take each other for a breaker of rules, and always come to an end, whatever crosses', () => {
    const moves = fc.array(fc.tuple(fc.boolean(), fc.constantFrom(...STEPS)), { maxLength: 30 });
    fc.assert(
      fc.property(moves, (steps) => {
        const sides = [new Side(), new Side()] as const;
        for (const [second, step] of steps) sides[second ? 1 : 0].step(step, sides[second ? 0 : 1]);
        // In the end both have nothing more to say, and everything arrives.
        for (let round = 0; round < 4; round++) {
          for (const [at, side] of sides.entries())
            for (const step of ['end', 'settle', 'hear', 'hear'] as const) side.step(step, sides[1 - at]!);
        }
        expect(sides.map(({ state }) => state.over)).toEqual([true, true]);
      }),
      { numRuns: 3_000 },
    );
  });

  it('are over at the opener only when the acceptor is, or will be before it reads the next OPEN', () => {
    const moves = fc.array(fc.tuple(fc.boolean(), fc.constantFrom(...STEPS)), { maxLength: 30 });
    fc.assert(
      fc.property(moves, (steps) => {
        const [opener, acceptor] = [new Side(), new Side()];
        for (const [second, step] of steps) (second ? acceptor : opener).step(step, second ? opener : acceptor);
        if (!opener.state.over) return;
        // The next OPEN stands behind what the opener has sent; the acceptor reads that first.
        while (opener.sent.length > 0) acceptor.step('hear', opener);
        expect(acceptor.state.over).toBe(true);
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('the state of a stream on the wire', () => {
  it('never tells the peer of a stream whose OPEN has not left', () => {
    const state = new WireState();
    state.owe(OWES.open);
    expect(state.breakOff()).toBe(true);
    expect([state.over, state.owes(OWES.rst)]).toEqual([true, false]);
  });

  it('owes nothing any more once it is broken, but the reset', () => {
    const state = new WireState();
    state.owe(OWES.credit);
    state.breakOff();
    expect([state.owe(OWES.credit), state.owes(OWES.credit), state.pay(OWES.rst), state.pay(OWES.rst)]).toEqual([
      false,
      false,
      true,
      false,
    ]);
  });

  it('breaks once', () => {
    const state = new WireState();
    expect([state.breakOff(), state.breakOff()]).toEqual([true, false]);
  });

  it('answers an RST in the place of its own that has not left', () => {
    const state = new WireState();
    state.breakOff();
    state.peerReset();
    expect([state.owes(OWES.rst), state.pay(OWES.rstAck), state.over]).toEqual([false, true, true]);
  });

  it.each<[string, (state: WireState) => void]>([
    ['a second FIN', (state) => [state.peerFin(), state.peerFin()]],
    ['a second RST', (state) => [state.peerReset(), state.peerReset()]],
    ['an answer to no reset', (state) => state.peerResetAck()],
    ['an answer to a reset that has not left', (state) => [state.breakOff(), state.peerResetAck()]],
  ])('does not accept %s', (_what, act) => {
    expect(() => act(new WireState())).toThrow(ProtocolError);
  });
});
