/** A stretch of network under the test's control: a relay of connections, or of datagrams. */
export interface Stretch {
  readonly transport: 'tcp' | 'udp';
  readonly port: number;
  /** When bytes passed last; of `performance.now`. */
  readonly cameAt: number;
  /** Connections through it that are open now, in words. */
  readonly open: readonly string[];
  /** Resolves when bytes come, right then. */
  busy(): Promise<unknown>;
  close(): void | Promise<void>;
}
