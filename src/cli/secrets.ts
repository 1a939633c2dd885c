// Secrets come from files or from stdin; never from a prompt, and never into a message.
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { TunnelError } from '../contract/errors.ts';
import { fileWords } from '../contract/file-words.ts';

/** The text of a secret's file, `-` for stdin, without white space around it. Throws TK-5001. */
export async function readSecret(file: string): Promise<string> {
  const read = file === '-' ? text(process.stdin) : readFile(file, 'utf8');
  const secret = await read.catch((cause: NodeJS.ErrnoException) => {
    throw new TunnelError('TK-5001', `${file} ${fileWords(cause)}.`, { cause });
  });
  return secret.trim();
}
