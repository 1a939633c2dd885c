// The gateways this user has logged in to, by name, in one file of mode 0600; and the pins of gateways met without a link.
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { TunnelError } from '../contract/errors.ts';

const gatewaysSchema = z.strictObject({
  v: z.literal(1),
  /** The one to use when none is named: the last login. */
  default: z.string().optional(),
  /** Join links by name. */
  links: z.record(z.string(), z.string()),
  /** Pins by `host:port`, kept at the first meeting with a gateway whose certificate verified. */
  pins: z.record(z.string(), z.string()),
});
export type Gateways = z.output<typeof gatewaysSchema>;

const NONE: Gateways = { v: 1, links: {}, pins: {} };
const FILE_BYTES_MAX = 1_048_576;

/** What the file says; nothing when it is not there. Throws TK-5001 or TK-5002. */
export async function readGateways(file: string): Promise<Gateways> {
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined;
    throw new TunnelError('TK-5001', `${file}: ${cause.code ?? cause.message}`, { cause });
  });
  if (text === undefined) return NONE;
  try {
    if (text.length > FILE_BYTES_MAX) throw new Error('too large');
    return gatewaysSchema.parse(JSON.parse(text));
  } catch (cause) {
    // The text holds tokens: it is not repeated, whatever is wrong with it.
    throw new TunnelError('TK-5002', `${file}: not a file of gateways; move it away and log in again`, { cause });
  }
}

/** Writes beside and renames, so that a crash leaves the old file or the new one. Throws TK-5001. */
export async function writeGateways(file: string, gateways: Gateways): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    const fresh = `${file}.${process.pid}`;
    await writeFile(fresh, `${JSON.stringify(gateways, null, 2)}\n`, { mode: 0o600 });
    await chmod(fresh, 0o600);
    await rename(fresh, file);
  } catch (cause) {
    throw new TunnelError('TK-5001', `${file}: ${(cause as NodeJS.ErrnoException).code ?? 'cannot be written'}`, {
      cause,
    });
  }
}
