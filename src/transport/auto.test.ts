import { beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../contract/clock.ts';
import { limitValues } from '../contract/limits.ts';
import type { Link, Transport } from '../contract/link.ts';
import { autoTransport, type Choice } from './auto.ts';
import { TransportError } from './error.ts';

const TARGET = { host: 'gate.example', port: 8443 };
const never = new AbortController().signal;
const limits = limitValues();

/** A clock that a test moves. */
class HandClock implements Clock {
  #now = 0;
  readonly #timers = new Set<{ at: number; fire: () => void }>();
  now = () => this.#now;
  wall = () => this.#now;
  after(delayMs: number, fire: () => void) {
    const timer = { at: this.#now + delayMs, fire };
    this.#timers.add(timer);
    return { cancel: () => void this.#timers.delete(timer) };
  }
  advance(ms: number): void {
    this.#now += ms;
    for (const timer of [...this.#timers]) {
      if (timer.at > this.#now || !this.#timers.delete(timer)) continue;
      timer.fire();
    }
  }
  get pending(): number {
    return this.#timers.size;
  }
}

type Outcome = 'link' | 'silence' | TransportError;

/** A transport whose outcome a test sets; silence ends, as in every transport, with the signal. */
class Scripted implements Transport {
  readonly name: string;
  outcome: Outcome;
  dials = 0;
  constructor(name: string, outcome: Outcome) {
    this.name = name;
    this.outcome = outcome;
  }
  async dial(_: unknown, signal: AbortSignal): Promise<Link> {
    this.dials++;
    if (this.outcome === 'link') return { peer: { transport: this.name } } as Link;
    if (this.outcome !== 'silence') throw this.outcome;
    const { promise, reject } = Promise.withResolvers<Link>();
    signal.addEventListener('abort', () => reject(new TransportError('local', 'no longer waited for')));
    return promise;
  }
}

const refused = () => new TransportError('refused', 'gate.example:8443 refused the connection.');

let clock: HandClock;
let tls: Scripted;
let ws: Scripted;
let choices: Choice[];
let proxied: boolean;
let auto: Transport;

beforeEach(() => {
  clock = new HandClock();
  tls = new Scripted('tls', 'link');
  ws = new Scripted('ws', 'link');
  choices = [];
  proxied = false;
  const chose = (choice: Choice) => void choices.push(choice);
  auto = autoTransport({ first: tls, fallback: ws, clock, limits, proxied: () => proxied, chose });
});

describe('auto', () => {
  it('takes tls where it works, and leaves no timer', async () => {
    expect((await auto.dial(TARGET, never)).peer.transport).toBe('tls');
    expect(choices).toEqual([{ chosen: 'tls', why: 'It works.' }]);
    expect([ws.dials, clock.pending]).toEqual([0, 0]);
  });

  it('falls back to ws after a refusal and says why', async () => {
    tls.outcome = refused();
    expect((await auto.dial(TARGET, never)).peer.transport).toBe('ws');
    expect(choices).toEqual([{ chosen: 'ws', why: 'tls: gate.example:8443 refused the connection.' }]);
  });

  it('falls back to ws after 3 s of silence, not before', async () => {
    tls.outcome = 'silence';
    const dialling = auto.dial(TARGET, never);
    clock.advance(2_999);
    await Promise.resolve();
    expect(ws.dials).toBe(0);
    clock.advance(1);
    expect((await dialling).peer.transport).toBe('ws');
    expect(choices[0]?.why).toContain('3000 ms');
    expect(clock.pending).toBe(0);
  });

  it('does not fall back where the name does not resolve', async () => {
    tls.outcome = new TransportError('dns', 'gate.example is no name that resolves.');
    await expect(auto.dial(TARGET, never)).rejects.toMatchObject({ cause: 'dns', code: 'TK-4002' });
    expect(ws.dials).toBe(0);
  });

  it('does not fall back once the signal is aborted', async () => {
    tls.outcome = 'silence';
    const control = new AbortController();
    const dialling = auto.dial(TARGET, control.signal);
    control.abort();
    await expect(dialling).rejects.toMatchObject({ cause: 'local' });
    expect([ws.dials, clock.pending]).toEqual([0, 0]);
  });

  it('starts with ws where ws worked before, for an hour', async () => {
    tls.outcome = refused();
    await auto.dial(TARGET, never);
    await auto.dial(TARGET, never);
    expect([tls.dials, ws.dials]).toEqual([1, 2]);
    expect(choices[1]).toEqual(choices[0]);
    clock.advance(limits.linkFallbackKeptMs);
    await auto.dial(TARGET, never);
    expect([tls.dials, ws.dials]).toEqual([2, 3]);
  });

  it('starts with tls for another gateway', async () => {
    tls.outcome = refused();
    await auto.dial(TARGET, never);
    await auto.dial({ ...TARGET, port: 9 }, never);
    expect(tls.dials).toBe(2);
  });

  it('forgets ws when ws fails, and tells both failures in one line', async () => {
    tls.outcome = refused();
    await auto.dial(TARGET, never);
    ws.outcome = new TransportError('timeout', 'gate.example:8443 did not answer in time.');
    await expect(auto.dial(TARGET, never)).rejects.toMatchObject({
      cause: 'timeout',
      seen: 'tls: gate.example:8443 refused the connection. ws: gate.example:8443 did not answer in time.',
    });
    await expect(auto.dial(TARGET, never)).rejects.toThrow(TransportError);
    expect(tls.dials).toBe(2);
  });

  it('goes straight to ws where a proxy applies', async () => {
    proxied = true;
    expect((await auto.dial(TARGET, never)).peer.transport).toBe('ws');
    expect(choices).toEqual([{ chosen: 'ws', why: 'A proxy stands before the gateway.' }]);
    expect(tls.dials).toBe(0);
  });
});
