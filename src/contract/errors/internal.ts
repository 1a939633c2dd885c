// 9xxx: defects. Only add; never renumber.
import type { ErrorRow } from './row.ts';

export const INTERNAL = {
  'TK-9001': {
    what: 'A defect of tunnelkit.',
    todo: 'Report it with the lines above.',
    status: 500,
    exit: 70,
    proxyStatus: 'proxy_internal_error',
  },
} as const satisfies Record<string, ErrorRow>;
