// Reads and checks the configuration file. Everything wrong is a TK-5001 or TK-5002 that names file, line, column and the nearest key.
import { readFile } from 'node:fs/promises';
import type { z } from 'zod';
import { TunnelError } from '../../contract/errors.ts';
import { fileWords } from '../../contract/file-words.ts';
import { type Document, type Path, type Place, readDocument, SyntaxFault } from './document.ts';
import { nearest } from './nearest.ts';
import { type Config, configSchema, exposureSchema, serveSchema } from './schema.ts';

const CONFIG_BYTES_MAX = 1_048_576;

function knownKeys(path: readonly PropertyKey[]): string[] {
  if (path[0] === 'exposures') return Object.keys(exposureSchema.shape);
  return Object.keys(path[0] === 'serve' ? serveSchema.shape : configSchema.shape);
}

function describe(issue: z.core.$ZodIssue, document: Document, file: string): string {
  const unknown = issue.code === 'unrecognized_keys' ? issue.keys[0]! : undefined;
  const path = unknown === undefined ? issue.path : [...issue.path, unknown];
  const { line, column } = document.locate(path);
  const at = `${file}:${line}:${column}`;
  if (unknown === undefined) return `${at}: ${path.join('.') || 'the file'}: ${issue.message}`;
  const guess = nearest(unknown, knownKeys(issue.path));
  return `${at}: unknown key "${unknown}"${guess ? `; did you mean "${guess}"?` : ''}`;
}

/** A checked configuration, and where in its file each part of it stands. */
export interface PlacedConfig {
  readonly config: Config;
  locate(path: Path): Place;
}

/** Text to configuration. Throws TK-5002. */
export function checkConfig(text: string, file: string): PlacedConfig {
  try {
    const document = readDocument(text, file);
    const result = configSchema.safeParse(document.value ?? {});
    if (result.success) return { config: result.data, locate: document.locate };
    throw new TunnelError(
      'TK-5002',
      result.error.issues
        .slice(0, 5)
        .map((issue) => describe(issue, document, file))
        .join('\n        '),
    );
  } catch (error) {
    if (!(error instanceof SyntaxFault)) throw error;
    throw new TunnelError('TK-5002', `${file}:${error.place.line}:${error.place.column}: ${error.message}`);
  }
}

export const loadConfig = async (file: string): Promise<Config> => (await loadPlaced(file)).config;

/** Throws TK-5001 when the file cannot be read. */
export async function loadPlaced(file: string): Promise<PlacedConfig> {
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new TunnelError('TK-5001', `${file} ${fileWords(cause)}.`, { cause });
  });
  if (text.length > CONFIG_BYTES_MAX)
    throw new TunnelError('TK-5002', `${file}: larger than ${CONFIG_BYTES_MAX} bytes`);
  return checkConfig(text, file);
}
