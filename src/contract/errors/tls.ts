// 6xxx: certificates, TLS and ACME. Only add; never renumber.
import type { ErrorRow } from './row.ts';

export const TLS = {
  'TK-6001': {
    what: 'The certificate or its key cannot be used.',
    todo: 'Check that both are PEM files that belong together.',
    more: 'The certificate file holds the chain, leaf first; the key file the private key of that leaf, without a password.',
    exit: 3,
  },
} as const satisfies Record<string, ErrorRow>;
