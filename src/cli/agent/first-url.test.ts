import { beforeEach, describe, expect, it } from 'vitest';
import type { AgentEvent } from '../../agent/events.ts';
import { VirtualClock } from '../../pipe/memory/clock.ts';
import { firstUrl } from './first-url.ts';

type Exposed = AgentEvent & { readonly type: 'exposed' };

let clock: VirtualClock;
let told: string[];
let granted: (event: Exposed) => void;
beforeEach(() => {
  clock = new VirtualClock();
  told = [];
  granted = firstUrl(clock, 15_000, ({ grant }) => told.push(grant.url));
});

const grant = (url: string, coming?: true) =>
  granted({ type: 'exposed', exposure: {}, grant: { id: 1, kind: 'http', url, coming } } as unknown as Exposed);

describe('the URL that is told', () => {
  it('is the granted one, at once and once', () => {
    grant('https://app.example.com');
    grant('https://app.example.com');
    expect(told).toEqual(['https://app.example.com']);
  });

  it('is the better one where that comes in time', () => {
    grant('http://app.example.com', true);
    clock.advance(14_000);
    expect(told).toEqual([]);
    grant('https://app.example.com');
    clock.advance(60_000);
    expect(told).toEqual(['https://app.example.com']);
  });

  it('is the one there is, where the better one does not come in time', () => {
    grant('http://app.example.com', true);
    clock.advance(15_000);
    grant('https://app.example.com');
    expect(told).toEqual(['http://app.example.com']);
  });

  it('is waited for from the first promise on, however often it is repeated', () => {
    grant('http://app.example.com', true);
    clock.advance(10_000);
    grant('http://app.example.com', true);
    clock.advance(5_000);
    expect(told).toEqual(['http://app.example.com']);
  });
});
