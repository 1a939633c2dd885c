const WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'does not exist: a part of its path is a file',
  EACCES: 'may not be read by this user',
  EISDIR: 'is a directory',
};

/** Of a file system, with its own code for what happened. */
interface Failure {
  readonly code?: string | undefined;
  readonly message: string;
}

/** What stands behind a file's name when it could not be read: words for what happens often, else the system's own. */
export const fileWords = ({ code, message }: Failure): string =>
  (code === undefined ? undefined : WORDS[code]) ?? `cannot be read: ${code ?? message}`;
