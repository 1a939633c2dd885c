// Every fault the program can name, in one table put together from the families.
import { AUTH } from './errors/auth.ts';
import { CONFIG } from './errors/config.ts';
import { GATEWAY } from './errors/gateway.ts';
import { INTERNAL } from './errors/internal.ts';
import { NETWORK } from './errors/network.ts';
import { ORIGIN } from './errors/origin.ts';
import type { ErrorRow } from './errors/row.ts';
import { STORAGE } from './errors/storage.ts';
import { TLS } from './errors/tls.ts';
import type { LimitName } from './limits.ts';
import { STREAM_CODE, type StreamCode } from './stream.ts';

export type { ErrorRow };

/**
 * 1xxx auth, 2xxx origin, 3xxx gateway and HTTP, 4xxx network, 5xxx config, 6xxx TLS and ACME,
 * 8xxx storage, 9xxx internal. A code never changes its meaning.
 */
const ROWS = {
  ...AUTH,
  ...ORIGIN,
  ...GATEWAY,
  ...NETWORK,
  ...CONFIG,
  ...TLS,
  ...STORAGE,
  ...INTERNAL,
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof ROWS;

/** Every fault by its code. */
export const ERRORS: Readonly<Record<ErrorCode, ErrorRow>> = ROWS;

/** What a reset stream means for whoever waits at its other end. */
export const STREAM_ERROR: Readonly<Record<StreamCode, ErrorCode>> = {
  [STREAM_CODE.cancelled]: 'TK-3003',
  [STREAM_CODE.refused]: 'TK-3002',
  [STREAM_CODE.originRefused]: 'TK-2001',
  [STREAM_CODE.originUnreachable]: 'TK-2002',
  [STREAM_CODE.originConnectTimeout]: 'TK-2003',
  [STREAM_CODE.originTls]: 'TK-2004',
  [STREAM_CODE.originReset]: 'TK-2005',
  [STREAM_CODE.originMalformed]: 'TK-2006',
  [STREAM_CODE.originTimeout]: 'TK-2007',
  [STREAM_CODE.protocol]: 'TK-3003',
  [STREAM_CODE.memory]: 'TK-3015',
  [STREAM_CODE.unavailable]: 'TK-3015',
  [STREAM_CODE.sessionLost]: 'TK-3003',
  [STREAM_CODE.visitorMalformed]: 'TK-3004',
  [STREAM_CODE.visitorTimeout]: 'TK-3007',
  [STREAM_CODE.internal]: 'TK-9001',
};

/** Why nobody can listen at an address, by Node's word for it; anything else is an address that is not of this machine. */
export const LISTEN_ERROR: Readonly<Record<string, ErrorCode>> = {
  EADDRINUSE: 'TK-4005',
  EACCES: 'TK-4006',
  EPERM: 'TK-4006',
};

interface Particulars extends ErrorOptions {
  /** The bound that was hit, if it was one. */
  readonly limit?: LimitName;
  /** What to do here, where that is known better than what the row says. */
  readonly todo?: string;
}

/** A fault with its code. `seen` is what was seen, one line; never a secret. */
export class TunnelError extends Error {
  readonly code: ErrorCode;
  readonly seen: string;
  readonly todo: string;
  readonly limit: LimitName | undefined;
  constructor(code: ErrorCode, seen: string, options: Particulars = {}) {
    super(`${code}: ${ERRORS[code].what} ${seen}`.trimEnd(), options);
    this.name = 'TunnelError';
    this.code = code;
    this.seen = seen;
    this.todo = options.todo ?? ERRORS[code].todo;
    this.limit = options.limit;
  }
}
