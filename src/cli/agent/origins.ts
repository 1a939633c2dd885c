// Local services that are not up when an agent starts: told at once, asked again, and told when they answer.
import { setTimeout as pause } from 'node:timers/promises';
import type { ExposureSpec } from '../../agent/exposures.ts';
import { probeOrigin } from '../../agent/probe.ts';
import type { Limits } from '../../contract/limits.ts';
import type { Runtime } from './runtime.ts';
import type { Voice } from './voice.ts';

/** Soon enough for whoever looks at the screen while starting the service. */
const AGAIN_MS = 1_000;

export interface Asking {
  readonly reactor: Runtime['reactor'];
  readonly limits: Limits;
  readonly voice: Voice;
}

/** Tells of an origin that is down, and follows it until it is up; connections to it carry nothing. */
export async function followOrigin(spec: ExposureSpec, { reactor, limits, voice }: Asking): Promise<void> {
  const probe = () => probeOrigin(spec, reactor, limits);
  const down = await probe();
  if (down === undefined) return;
  voice.down(spec, down.code);
  do await pause(AGAIN_MS, undefined, { ref: false });
  while ((await probe()) !== undefined);
  voice.up(spec);
}
