// One name that an authority is asked about: what is kept for it, how asking went, and who waits for it.
import type { TunnelError } from '../../contract/errors.ts';
import type { Kept } from './shelf.ts';

export class Entry {
  readonly name: string;
  /** Whose new name it is; undefined where it counts against nobody: the gateway's own. */
  readonly account: string | undefined;
  kept: Kept | undefined;
  /** Wall-clock milliseconds. */
  renewAt = 0;
  /** In a row. */
  failures = 0;
  fault: TunnelError | undefined;
  /** By the monotonic clock, so that a clock that is set shortens no pause. */
  notBefore = 0;
  isUnderWay = false;
  isCounted = false;
  #settled = Promise.withResolvers<void>();

  constructor(name: string, account: string | undefined) {
    this.name = name;
    this.account = account;
  }

  /** Settles when the attempt that is due or under way is over. */
  get settled(): Promise<void> {
    return this.#settled.promise;
  }

  isValid(wall: number): boolean {
    return this.kept !== undefined && wall < this.kept.until;
  }

  isDue(wall: number): boolean {
    return this.kept === undefined || wall >= this.renewAt;
  }

  keep(kept: Kept, renewAt: number): void {
    this.kept = kept;
    this.renewAt = renewAt;
    this.failures = 0;
    this.fault = undefined;
  }

  fail(fault: TunnelError, notBefore: number): void {
    this.fault = fault;
    this.notBefore = notBefore;
  }

  /** Those who waited go on, however it went. */
  settle(): void {
    this.#settled.resolve();
    this.#settled = Promise.withResolvers<void>();
  }
}
