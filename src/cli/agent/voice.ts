// What `expose` and `connect` say to their person while they run: on a terminal by a screen, elsewhere by lines. Types and the choice.
import type { AgentEvent } from '../../agent/events.ts';
import type { ExposureSpec } from '../../agent/exposures.ts';
import type { ErrorCode } from '../../contract/errors.ts';
import type { Choice } from '../../transport/auto.ts';
import { formatAddress, type HostPort } from '../address.ts';
import type { Invocation } from '../command.ts';
import type { Level } from '../talk.ts';
import { Lines } from './lines.ts';
import type { Runtime } from './runtime.ts';

export interface Voice {
  say(text: string, level?: Level): void;
  tell(event: AgentEvent): void;
  chose(choice: Choice): void;
  /** The agent whose figures are looked at now and then. */
  watch(runtime: Runtime): void;
  /** The origin of an exposure did not answer when it was asked. */
  down(exposure: ExposureSpec, code: ErrorCode): void;
  /** It answers now. */
  up(exposure: ExposureSpec): void;
  /** From the first signal on; a second one forces. */
  stopping(): void;
  /** The last line: what it was good for. */
  stopped(): void;
  /** Leaves the terminal as it was. Nothing is said afterwards. */
  close(): Promise<void>;
}

/** `exposures`: those asked for at the start. */
export async function makeVoice(
  invocation: Invocation,
  gateway: HostPort,
  exposures: readonly ExposureSpec[],
): Promise<Voice> {
  if (!invocation.terminal.live) return new Lines(invocation.talk);
  const { openScreen } = await import('../screen/open.ts');
  return openScreen(invocation, formatAddress(gateway), exposures);
}
