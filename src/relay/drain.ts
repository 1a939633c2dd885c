import type { Clock } from '../contract/clock.ts';
import type { Goaway } from '../protocol/goaway.ts';

/** Sending every agent away without losing what it serves. Knows sessions only as things that can be told to go. */

export interface Drainable {
  /** No new streams; it ends by itself with its last one. */
  goaway(goaway: Goaway): void;
  /** It ends now. */
  close(goaway?: Goaway): void;
}

export interface DrainPlan {
  readonly clock: Clock;
  /** What is left after this long is cut. */
  readonly graceMs: number;
  /** Agents are told to come back at moments spread over this long, so that they do not come as a herd. */
  readonly spreadMs: number;
  /** A number in [0, 1). */
  chance(): number;
}

/** What agents that come while the gateway drains are told, too. */
export function drainingGoaway(plan: Pick<DrainPlan, 'spreadMs' | 'chance'>): Goaway {
  return {
    code: 'draining',
    permanent: false,
    comeBackInMs: Math.floor(plan.chance() * plan.spreadMs),
    seen: 'The gateway is restarting.',
  };
}

/** Settles when `remaining` has nobody left, at the latest when the grace is over and the rest was cut. */
export function drain(plan: DrainPlan, remaining: ReadonlySet<Drainable>, emptied: Promise<void>): Promise<void> {
  for (const session of [...remaining]) session.goaway(drainingGoaway(plan));
  if (remaining.size === 0) return Promise.resolve();
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = plan.clock.after(plan.graceMs, () => {
    for (const session of [...remaining]) session.close();
    resolve();
  });
  void emptied.then(() => {
    timer.cancel();
    resolve();
  });
  return promise;
}
