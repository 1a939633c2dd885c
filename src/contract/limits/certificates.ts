// Bounds of certificates by ACME.
import type { LimitRow } from './row.ts';

export const CERTIFICATES = {
  certificateOrders: {
    value: 4,
    unit: 'count',
    why: 'orders under way at the certificate authority; as many challenges are open',
    hit: 'the next name waits',
  },
  certificateNames: {
    value: 20,
    unit: 'per hour',
    why: "new names of one account; Let's Encrypt grants a domain 50 a week",
    hit: 'the name stays http:// until the hour is over',
  },
  certificatesKept: {
    value: 4_096,
    unit: 'count',
    why: 'each holds about 5 KiB, until it ends; names of today are often not those of tomorrow',
    hit: 'the oldest of a name that nobody publishes goes',
  },
  certificateRequestMs: {
    value: 30_000,
    unit: 'ms',
    why: 'one answer of the certificate authority',
    hit: 'the order fails and is tried again',
  },
  certificateOrderMs: {
    value: 120_000,
    unit: 'ms',
    why: 'authorities look at a name from several places, in seconds',
    hit: 'the order fails and is tried again',
  },
  certificateWaits: {
    value: 512,
    unit: 'count',
    why: "visitors' handshakes that wait for a name's first certificate, of those that may be pending",
    hit: 'the own certificate is shown',
  },
  certificateWaitMs: {
    value: 8_000,
    unit: 'ms',
    why: 'most orders are done by then, and the handshake has 10 s',
    hit: 'the own certificate is shown',
  },
  certificateGrantMs: {
    value: 15_000,
    unit: 'ms',
    why: "how long `expose` waits to print a new name as https://; Let's Encrypt takes 3 to 10 s",
    hit: 'it is printed as http://',
  },
} as const satisfies Record<string, LimitRow>;
