// A diagnostic bundle: one tar.gz of what helps somebody else to help, cleaned of every secret, readable by its owner alone.
import { access, constants, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { TunnelError } from '../../../contract/errors.ts';
import { Redactor } from '../../../observe/redactor.ts';
import { asTunnelError } from '../../talk.ts';
import { unwritable } from '../../unwritable.ts';
import { archiveOf } from './archive.ts';
import { PARTS, type Part, type Subject } from './contents.ts';
import { knownSecrets } from './known-secrets.ts';

/** Of one part. A gateway with thousands of agents has more to say than anybody reads. */
const PART_CHARACTERS_MAX = 1_000_000;
/** For what asks a gateway or an agent. */
const GATHER_MS = 5_000;
const FOLDER = 'tunnelkit-report';

const alreadyThere = (file: string) =>
  new TunnelError('TK-8005', `${file}: it exists already, and is not overwritten.`);

/** Rejects with TK-8005 where the file is there already, or its directory takes none: known before anything is looked at. */
export async function mustBeWritable(file: string): Promise<void> {
  const isThere = await access(file).then(
    () => true,
    () => false,
  );
  if (isThere) throw alreadyThere(file);
  // With a slash behind it, so that a file that stands there is called one.
  await access(`${dirname(file)}/`, constants.W_OK | constants.X_OK).catch((cause) => {
    throw unwritable(file, cause);
  });
}

/** Rejects when the signal ends: not all that is asked heeds it. */
function ended(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new TunnelError('TK-4008', `No answer in ${GATHER_MS / 1_000} s.`)));
  });
}

/** A log's end tells how it went on; of anything else the beginning is what can be read. */
export function bounded(text: string, end: boolean): string {
  const more = text.length - PART_CHARACTERS_MAX;
  if (more <= 0) return text;
  const note = `(${more} characters are left out)`;
  return end ? `${note}\n${text.slice(more)}` : `${text.slice(0, PART_CHARACTERS_MAX)}\n${note}`;
}

async function textOf(part: Part, subject: Subject, redactor: Redactor): Promise<string> {
  try {
    const found = await Promise.race([part.gather(subject), ended(subject.signal)]);
    const text = typeof found === 'string' ? found : JSON.stringify(redactor.cleanValue(found), null, 2);
    return `${bounded(redactor.clean(text), part.keepsEnd === true)}\n`;
  } catch (thrown) {
    return `${redactor.clean(`not gathered: ${asTunnelError(thrown).message}`)}\n`;
  }
}

/** Writes it, and tells which files are in it. Rejects with TK-8005 or TK-8002. */
export async function writeBundle(file: string, subject: Omit<Subject, 'signal'>): Promise<readonly string[]> {
  const redactor = new Redactor();
  for (const secret of await knownSecrets(subject.patient)) redactor.hide(secret);
  const whole = { ...subject, signal: AbortSignal.timeout(GATHER_MS) };
  const files = new Map(
    await Promise.all(PARTS.map(async (part) => [part.file, await textOf(part, whole, redactor)] as const)),
  );
  const archive = archiveOf(files, FOLDER, new Date(subject.patient.now()));
  await writeFile(file, archive, { flag: 'wx', mode: 0o600 }).catch(async (cause: NodeJS.ErrnoException) => {
    // What was there before is not ours to take away.
    if (cause.code === 'EEXIST') throw alreadyThere(file);
    await rm(file, { force: true });
    throw unwritable(file, cause);
  });
  return [...files.keys()];
}
