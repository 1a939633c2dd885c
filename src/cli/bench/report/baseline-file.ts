// An earlier report, read for comparison before anything is measured. Every way in which it is not one is a TK-5011.
import { open } from 'node:fs/promises';
import { z } from 'zod';
import { TunnelError } from '../../../contract/errors.ts';
import type { Baseline } from './baseline.ts';
import { baselineSchema, REPORT_VERSION } from './schema.ts';
import { tame } from './tame.ts';

/** A report of 100 figures over 1,000 rounds has 8 MB. */
const FILE_BYTES_MAX = 33_554_432;

function refuse(file: string, why: string, cause?: unknown): never {
  throw new TunnelError('TK-5011', `${tame(file)}: ${tame(why)}.`, { cause });
}

/** Never more than the bound, whatever kind of file it is. */
async function readBounded(file: string): Promise<string> {
  const handle = await open(file, 'r');
  try {
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of handle.createReadStream({ autoClose: false }) as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > FILE_BYTES_MAX) throw new Error(`larger than ${FILE_BYTES_MAX} bytes`);
    }
    return Buffer.concat(chunks).toString('utf8');
  } finally {
    await handle.close();
  }
}

const versioned = z.object({ v: z.unknown(), figures: z.unknown() });

/** The text of a report as far as it is compared. Fields it does not know are ignored. */
export function parseBaseline(text: string, file: string): Baseline {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    refuse(file, 'it is not JSON', cause);
  }
  const kind = versioned.safeParse(value);
  if (!kind.success || kind.data.v === undefined) refuse(file, 'it is JSON, but no report of `tunnelkit bench`');
  if (kind.data.v !== REPORT_VERSION)
    refuse(file, `it has version ${JSON.stringify(kind.data.v)} of the format; this tunnelkit reads ${REPORT_VERSION}`);
  const read = baselineSchema.safeParse(value);
  if (read.success) return { file, ...read.data };
  const [issue] = read.error.issues;
  return refuse(file, `${issue!.path.join('.')}: ${issue!.message}`, read.error);
}

export async function readBaseline(file: string): Promise<Baseline> {
  const text = await readBounded(file).catch((cause: NodeJS.ErrnoException) =>
    refuse(file, cause.code === 'ENOENT' ? 'there is no such file' : (cause.code ?? cause.message), cause),
  );
  return parseBaseline(text, file);
}
