// What is said of a file or folder that somebody named for a result and that cannot be written.
import { TunnelError } from '../contract/errors.ts';

/** TK-8005, or TK-8002 for a full disk. */
export function unwritable(file: string, cause: NodeJS.ErrnoException): TunnelError {
  const code = cause.code === 'ENOSPC' ? 'TK-8002' : 'TK-8005';
  return new TunnelError(code, `${file}: ${cause.code ?? cause.message}.`, { cause });
}
