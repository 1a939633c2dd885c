// Every bound of the table is driven to its value, where things work, and one past it, where they end as the table says, and are counted.
import { afterEach, describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../contract/errors.ts';
import { LIMITS, type LimitName } from '../../contract/limits.ts';
import { AGENT_DRIVERS } from './agents.testkit.ts';
import { BALANCER_DRIVERS } from './balancers.testkit.ts';
import { DATAGRAM_DRIVERS } from './datagrams.testkit.ts';
import type { Driver } from './driver.testkit.ts';
import { HTTP2_DRIVERS } from './http2.testkit.ts';
import { OPERATOR_DRIVERS } from './operators.testkit.ts';
import { ORIGIN_DRIVERS } from './origins.testkit.ts';
import { OVERLOAD_DRIVERS } from './overload.testkit.ts';
import { VISITOR_DRIVERS } from './visitors.testkit.ts';
import { type Counters, LimitWorld } from './world.testkit.ts';

const DRIVERS: Readonly<Partial<Record<LimitName, Driver>>> = {
  ...OVERLOAD_DRIVERS,
  ...VISITOR_DRIVERS,
  ...BALANCER_DRIVERS,
  ...HTTP2_DRIVERS,
  ...DATAGRAM_DRIVERS,
  ...ORIGIN_DRIVERS,
  ...AGENT_DRIVERS,
  ...OPERATOR_DRIVERS,
};

const codeOf = (name: LimitName) => /TK-\d{4}/.exec(LIMITS[name].hit)?.[0] as ErrorCode | undefined;
const names = Object.keys(LIMITS) as LimitName[];

/** Counting comes a little behind the reply that it is for; 0 if it does not come. */
const PATIENCE_MS = 5_000;

async function counted(world: LimitWorld, read: (counters: Counters) => number, before: Counters): Promise<number> {
  const giveUpAt = performance.now() + PATIENCE_MS;
  for (;;) {
    const more = read(await world.counters()) - read(before);
    if (more > 0 || performance.now() > giveUpAt) return more;
  }
}

describe('the table of limits', () => {
  it('has a driver for every row that names a code', () => {
    expect(names.filter((name) => codeOf(name) !== undefined && DRIVERS[name] === undefined)).toEqual([]);
  });
});

describe('the bound', () => {
  let world: LimitWorld | undefined;
  afterEach(async () => {
    await world?.close();
    world = undefined;
  });

  it.each(names.filter((name) => DRIVERS[name] !== undefined))(
    '%s works at its value, and ends as the table says past it',
    async (name) => {
      const driver = DRIVERS[name]!;
      world = await LimitWorld.start(driver.limits);
      await driver.at(world);
      const before = await world.counters();
      const code = await driver.past(world);
      expect(code).toBe(codeOf(name));
      if (code !== undefined) expect(await counted(world, (now) => now.errors(code), before)).toBe(1);
      if (driver.isCounted !== false) expect(await counted(world, (now) => now.limitsHit(name), before)).toBe(1);
    },
  );
});
