// What transports are made of. Types only.
import type { Limits } from '../contract/limits.ts';
import type { Reactor } from '../contract/reactor.ts';
import type { Choice } from './auto.ts';
import type { Environment } from './proxy.ts';

export interface TransportOptions {
  readonly reactor: Reactor;
  readonly limits: Limits;
  /** PEM texts trusted besides the system's authorities. */
  readonly authorities?: readonly string[] | undefined;
  /** `--insecure` was spelled out: `ws` goes without TLS, `auto` tries `tcp` instead of `tls`. */
  readonly insecure: boolean;
  /** Where HTTPS_PROXY and NO_PROXY are looked up. */
  readonly environment: Environment;
  /** Told by `auto` for each link which transport made it and why. */
  chose(choice: Choice): void;
}
