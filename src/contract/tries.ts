/** How often somebody at an address may be wrong about a secret: one for each kind of secret. Knows addresses, never secrets. */
export interface Tries {
  /** Milliseconds until anything from this IP address counts again, also what is right; 0: it counts now. */
  waitMs(address: string): number;
  /** Something wrong came from it. */
  failed(address: string): void;
}
