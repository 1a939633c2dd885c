import { isIP } from 'node:net';

/** An IP address as certificates have it: 4 or 16 bytes; undefined for whatever is none. */
export function addressBytes(text: string): Buffer | undefined {
  const family = isIP(text);
  if (family === 0 || text.includes('%')) return undefined;
  if (family === 4) return Buffer.from(text.split('.').map(Number));
  // In its short form, without an IPv4 address at the end.
  const [left = '', right] = new URL(`http://[${text}]/`).hostname.slice(1, -1).split('::');
  const words = (half: string) => (half === '' ? [] : half.split(':').map((word) => Number.parseInt(word, 16)));
  const [before, after] = [words(left), words(right ?? '')];
  const zeroes = Array<number>(8 - before.length - after.length).fill(0);
  const bytes = Buffer.alloc(16);
  for (const [index, word] of [...before, ...zeroes, ...after].entries()) bytes.writeUInt16BE(word, index * 2);
  return bytes;
}
