/** What has passed through one exposure so far: counted while it passes, so that a download that lasts a day shows. */
export interface Meter {
  /** Streams so far: HTTP exchanges, TCP connections, or flows of datagrams. */
  visits: number;
  /** Of them, those that are not over. */
  open: number;
  /** From visitors to the origin: bodies of HTTP requests, every byte of TCP and UDP. */
  bytesIn: number;
  /** From the origin to visitors, counted in the same way. */
  bytesOut: number;
  /** Datagrams that found no room, or that nobody took. */
  dropped: number;
}

export const newMeter = (): Meter => ({ visits: 0, open: 0, bytesIn: 0, bytesOut: 0, dropped: 0 });
