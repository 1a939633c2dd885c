// Which transport works from here: tried in order, told, remembered. Makes no connection itself.
import type { Clock, Timer } from '../contract/clock.ts';
import type { Limits } from '../contract/limits.ts';
import type { GatewayTarget, Link, Transport } from '../contract/link.ts';
import { TransportError } from './error.ts';
import { addressText } from './link.ts';

/** Which transport made the link, and why not the first choice. */
export interface Choice {
  readonly chosen: string;
  readonly why: string;
}

export interface AutoOptions {
  readonly first: Transport;
  readonly fallback: Transport;
  readonly clock: Clock;
  readonly limits: Limits;
  /** The way to this target leads through a proxy, which only the fallback can take. */
  proxied(target: GatewayTarget): boolean;
  /** Told of each link made. */
  chose(choice: Choice): void;
}

/**
 * Dials `first`, and after its refusal (any cause but `dns`) or `linkFallbackMs` without success `fallback`. What worked for a
 * target is where its next dial starts; a fallback that fails, or is older than `linkFallbackKeptMs`, is forgotten.
 */
export function autoTransport({ first, fallback, clock, limits, proxied, chose }: AutoOptions): Transport {
  const remembered = new Map<string, { readonly why: string; readonly until: number }>();

  async function told(link: Promise<Link>, chosen: string, why: string): Promise<Link> {
    const made = await link;
    chose({ chosen, why });
    return made;
  }

  /** `why` names what failed before, for the message if this fails too. */
  async function fallBack(target: GatewayTarget, why: string, signal: AbortSignal): Promise<Link> {
    const key = addressText(target);
    try {
      const link = await told(fallback.dial(target, signal), fallback.name, why);
      if (!remembered.has(key)) remembered.set(key, { why, until: clock.now() + limits.linkFallbackKeptMs });
      return link;
    } catch (error) {
      remembered.delete(key);
      if (!(error instanceof TransportError)) throw error;
      throw new TransportError(error.cause, `${why} ${fallback.name}: ${error.seen}`, error.code);
    }
  }

  return {
    name: 'auto',
    async dial(target, signal) {
      if (proxied(target)) {
        return told(fallback.dial(target, signal), fallback.name, 'A proxy stands before the gateway.');
      }
      const key = addressText(target);
      const before = remembered.get(key);
      if (before && clock.now() < before.until) return fallBack(target, before.why, signal);
      remembered.delete(key);
      try {
        return await told(dialWithin(first, target, clock, limits.linkFallbackMs, signal), first.name, 'It works.');
      } catch (error) {
        if (!(error instanceof TransportError) || error.cause === 'dns' || signal.aborted) throw error;
        return fallBack(target, `${first.name}: ${error.seen}`, signal);
      }
    },
  };
}

/** Dials, and gives up after `ms` with cause `timeout`. */
async function dialWithin(
  transport: Transport,
  target: GatewayTarget,
  clock: Clock,
  ms: number,
  signal: AbortSignal,
): Promise<Link> {
  const deadline = new AbortController();
  let late = false;
  const timer: Timer = clock.after(ms, () => {
    late = true;
    deadline.abort();
  });
  try {
    return await transport.dial(target, AbortSignal.any([signal, deadline.signal]));
  } catch (error) {
    if (!late) throw error;
    throw new TransportError('timeout', `${addressText(target)} did not answer in ${ms} ms.`);
  } finally {
    timer.cancel();
  }
}
