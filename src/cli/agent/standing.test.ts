import { describe, expect, it } from 'vitest';
import type { ExposureGrant } from '../../contract/exposure.ts';
import { exposureSpec } from './specs.ts';
import { Standing } from './standing.ts';

const web = exposureSpec({ target: '3000' }, '/');
const other = exposureSpec({ target: '3001' }, '/');
const grant = (url: string) => ({ kind: 'http', url, name: 'n', port: undefined }) as unknown as ExposureGrant;
const connected = { type: 'connected', transport: 'tls', handshakeMs: 1, publicHost: 'gw' } as const;
const lost = { type: 'lost', code: 'TK-4003', cause: 'gone' } as const;

describe('how an agent stands', () => {
  it('is connecting from the start, then connected, each since it began', () => {
    let now = 100;
    const standing = new Standing(() => now);
    expect(standing).toMatchObject({ state: 'connecting', sinceMs: 100, transport: undefined });
    now = 250;
    standing.tell(connected);
    expect(standing).toMatchObject({ state: 'connected', sinceMs: 250, transport: 'tls' });
  });

  it('without a session it counts from the loss, through every attempt, and says why', () => {
    let now = 0;
    const standing = new Standing(() => now);
    standing.tell(connected);
    now = 500;
    standing.tell(lost);
    standing.tell({ type: 'retrying', inMs: 250 });
    now = 750;
    standing.tell({ type: 'connecting' });
    standing.tell({ type: 'retrying', inMs: 500 });
    expect(standing).toMatchObject({ state: 'retrying', sinceMs: 500, transport: undefined });
    expect(standing.trouble).toEqual({ code: 'TK-4003', seen: 'gone' });
    standing.tell(connected);
    expect(standing.trouble).toBeUndefined();
  });

  it('knows what became of each exposure: its URL, or why it has none', () => {
    const standing = new Standing(() => 0);
    standing.tell({ type: 'exposed', exposure: web, grant: grant('http://a') });
    standing.tell({ type: 'refused', exposure: other, code: 'TK-1005', seen: 'b', permanent: true });
    expect(standing.of(web)).toMatchObject({ url: 'http://a', refused: undefined });
    expect(standing.of(other)).toMatchObject({ url: undefined, refused: { code: 'TK-1005', seen: 'b' } });
    standing.tell({ type: 'refused', exposure: web, code: 'TK-1007', seen: '', permanent: true });
    standing.tell({ type: 'exposed', exposure: other, grant: grant('http://b') });
    expect([standing.of(web).url, standing.of(other).refused]).toEqual([undefined, undefined]);
  });

  it('counts requests to the exposure they were for', () => {
    const standing = new Standing(() => 0);
    const request = {
      type: 'request',
      method: 'GET',
      path: '/',
      status: 200,
      bytes: 7,
      ms: 3,
      cause: undefined,
    } as const;
    standing.tell({ ...request, exposure: web });
    expect([standing.of(web).traffic.bytes, standing.of(other).traffic.bytes]).toEqual([7, 0]);
  });
});
