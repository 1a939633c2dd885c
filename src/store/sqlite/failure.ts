/** What SQLite and the file system say when they fail, in the program's codes. The table is the whole of it. */
import { TunnelError } from '../../contract/errors.ts';

type StorageCode = 'TK-8001' | 'TK-8002' | 'TK-8003' | 'TK-8004';

/** Result codes of sqlite.org/rescode.html. Extended codes (over 255) go before the primary code in their low byte. */
const RESULT: Readonly<Record<number, StorageCode>> = {
  3: 'TK-8001', // PERM
  5: 'TK-8004', // BUSY
  6: 'TK-8004', // LOCKED
  8: 'TK-8001', // READONLY
  10: 'TK-8003', // IOERR: a read that failed
  11: 'TK-8003', // CORRUPT
  13: 'TK-8002', // FULL
  14: 'TK-8001', // CANTOPEN
  26: 'TK-8003', // NOTADB
  778: 'TK-8002', // IOERR_WRITE: quotas and size limits; ENOSPC itself is FULL
  4874: 'TK-8002', // IOERR_SHMSIZE: no room for the index of the log
};

const FILE: Readonly<Record<string, StorageCode>> = { ENOSPC: 'TK-8002', EDQUOT: 'TK-8002', EFBIG: 'TK-8002' };

/** Runs `work`; whatever it throws leaves as a TunnelError. */
export function guard<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw failureOf(file, error);
  }
}

export function failureOf(file: string, error: unknown): TunnelError {
  if (error instanceof TunnelError) return error;
  const { code, errcode, errstr, syscall } = error as NodeJS.ErrnoException & { errcode?: number; errstr?: string };
  if (errcode !== undefined) {
    const known = RESULT[errcode] ?? RESULT[errcode & 0xff] ?? 'TK-9001';
    return new TunnelError(known, `${file}: ${errstr} (SQLite ${errcode}).`, { cause: error });
  }
  const known = syscall === undefined ? 'TK-9001' : (FILE[code ?? ''] ?? 'TK-8001');
  return new TunnelError(known, `${file}: ${code ?? 'unknown error'}.`, { cause: error });
}

/** Another process holds the lock, for less time than one would wait. */
export function isBusy(error: unknown): boolean {
  return ((error as { errcode?: number }).errcode ?? 0) % 256 === 5;
}
