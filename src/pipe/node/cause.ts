// What Node's socket errors mean in the words of the contract.
import type { PipeCause } from '../../contract/pipe.ts';

const CAUSES: Readonly<Record<string, PipeCause>> = {
  ECONNREFUSED: 'refused',
  // A Unix socket whose path is not there, or is something else.
  ENOENT: 'refused',
  ENOTSOCK: 'refused',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ENETDOWN: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  EACCES: 'unreachable',
  EPERM: 'unreachable',
  ETIMEDOUT: 'timeout',
  ENOTFOUND: 'dns',
  EAI_AGAIN: 'dns',
  EAI_FAIL: 'dns',
  EAI_NODATA: 'dns',
  ENODATA: 'dns',
  ESERVFAIL: 'dns',
  ERR_INVALID_ARG_VALUE: 'dns',
};

/** While a connection is made. When several addresses were tried, Node gives the code of the first. */
export function causeOfDial(error: NodeJS.ErrnoException): PipeCause {
  return CAUSES[error.code ?? ''] ?? 'unreachable';
}

/** On a connection that stood. OpenSSL's own errors (a bad record, an alert) say `tls`. */
export function causeOfBreak(error: NodeJS.ErrnoException): PipeCause {
  if (error.code === 'ETIMEDOUT') return 'timeout';
  return error.code?.startsWith('ERR_SSL') || error.code?.startsWith('ERR_TLS') ? 'tls' : 'reset';
}
