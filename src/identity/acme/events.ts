// What is told of the certificates of one authority.
import type { TunnelError } from '../../contract/errors.ts';
import type { LimitName } from '../../contract/limits.ts';

export type KeeperEvent =
  /** One attempt for a name is over, or it was put off; `state` says how it stands. */
  | { readonly type: 'settled'; readonly state: NameState }
  /** A file that holds no certificate. */
  | { readonly type: 'broken'; readonly file: string }
  /** A certificate is in use that could not be written. */
  | { readonly type: 'unkept'; readonly name: string; readonly error: TunnelError }
  | { readonly type: 'bound'; readonly limit: LimitName };

export interface NameState {
  readonly name: string;
  readonly state: 'valid' | 'coming' | 'failed';
  /** Wall-clock milliseconds: when the certificate ends; undefined where there is none. */
  readonly until: number | undefined;
  /** Of the last attempt, where it failed. A name whose renewal failed is `valid` all the same. */
  readonly fault: TunnelError | undefined;
  /** Milliseconds until the next attempt, where the last one failed. */
  readonly retryInMs: number | undefined;
}
