// Texts as one tar.gz, made in memory: nothing is written anywhere but the archive itself.
import { gzipSync } from 'node:zlib';
import { Header } from 'tar';

/** Of a header, and what each file is filled up to. */
const BLOCK_BYTES = 512;
/** The end: two blocks of zeros. */
const END = Buffer.alloc(2 * BLOCK_BYTES);

/** `made`: the files' time. They are readable by their owner alone, as the archive is. */
export function archiveOf(files: ReadonlyMap<string, string>, folder: string, made: Date): Buffer {
  const blocks = [...files].flatMap(([name, text]) => {
    const bytes = Buffer.from(text);
    const header = new Header({
      path: `${folder}/${name}`,
      type: 'File',
      mode: 0o600,
      size: bytes.length,
      mtime: made,
    });
    header.encode();
    return [header.block!, bytes, Buffer.alloc(-bytes.length & (BLOCK_BYTES - 1))];
  });
  return gzipSync(Buffer.concat([...blocks, END]));
}
