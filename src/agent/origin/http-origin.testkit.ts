import { onTestFinished } from 'vitest';
import { type Limits, limitValues } from '../../contract/limits.ts';
import type { Pipe } from '../../contract/pipe.ts';
import { Later } from '../../http/later.ts';
import { Pool } from '../../pipe/arena.ts';
import { makePair } from '../../pipe/memory/pair.ts';
import { makeNodeReactor } from '../../pipe/node/reactor.ts';
import type { OriginPlace } from '../target.ts';
import type { HttpPool } from './http-pool.ts';
import { makeOrigin } from './index.ts';
import { type Meter, newMeter } from './meter.ts';
import type { Exchange, OriginParts } from './origin.ts';

const ARENA_BYTES = 131_072;

export interface TestOrigin {
  readonly origin: HttpPool;
  /** Exchanges that ended, in order. */
  readonly exchanges: Exchange[];
  readonly meter: Meter;
}

/** An origin as an agent makes it, over real sockets; directories over pairs. Closed when the test is over. */
export function httpOrigin(
  place: OriginPlace | number,
  changes: Partial<Limits> = {},
  {
    hostHeader = 'preserve',
    hidden = false,
    introduce,
  }: Partial<Pick<OriginParts, 'hostHeader' | 'hidden' | 'introduce'>> = {},
): TestOrigin {
  const limits = limitValues(changes);
  const reactor = makeNodeReactor(limits);
  const exchanges: Exchange[] = [];
  const meter = newMeter();
  const parts: OriginParts = {
    dial: (to, options): Pipe => reactor.dial(to, options),
    callDatagrams: (to) => reactor.callDatagrams(to),
    pair: () => makePair(setImmediate),
    clock: reactor.clock,
    limits,
    http: { limits, arenas: new Pool(ARENA_BYTES, 8), later: new Later(reactor) },
    hostHeader,
    hidden,
    introduce,
    meter,
    ended: (exchange) => exchanges.push(exchange),
  };
  const at = typeof place === 'number' ? localPlace(place) : place;
  const origin = makeOrigin(at, parts) as HttpPool;
  onTestFinished(() => origin.close());
  return { origin, exchanges, meter };
}

function localPlace(port: number): OriginPlace {
  return { type: 'http', at: { host: '127.0.0.1', port }, authority: `127.0.0.1:${port}`, tls: undefined };
}
