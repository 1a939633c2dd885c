import { type ErrorCode, TunnelError } from '../contract/errors.ts';
import type { PipeCause } from '../contract/pipe.ts';

/** TK codes of the causes that have one of their own; every other means that the gateway was not reached. */
const CODES: Partial<Record<PipeCause, ErrorCode>> = { dns: 'TK-4002' };

/** No link was made. `message` and `seen` are one line and hold no secret; `cause` is what a broken pipe would have said. */
export class TransportError extends TunnelError {
  override readonly cause: PipeCause;
  constructor(cause: PipeCause, seen: string, code: ErrorCode = CODES[cause] ?? 'TK-4001') {
    super(code, seen);
    this.name = 'TransportError';
    this.cause = cause;
  }
}
