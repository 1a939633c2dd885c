// A diagnostic bundle: one tar.gz of what helps somebody else to help, cleaned of every secret, readable by its owner alone.
import { access, link, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create } from 'tar';
import { TunnelError } from '../../../contract/errors.ts';
import { Redactor } from '../../../observe/redactor.ts';
import { asTunnelError } from '../../talk.ts';
import { PARTS, type Part, type Subject } from './contents.ts';
import { knownSecrets } from './known-secrets.ts';

/** Of one part; the end is kept, where a log says how it went on. */
const PART_CHARACTERS_MAX = 1_000_000;
/** For what asks a gateway or an agent. */
const GATHER_MS = 5_000;
const FOLDER = 'tunnelkit-report';

/** Throws TK-8005 where the file is there already: nothing is overwritten. */
export async function mustBeNew(file: string): Promise<void> {
  const isThere = await access(file).then(
    () => true,
    () => false,
  );
  if (isThere) throw new TunnelError('TK-8005', `${file}: it exists already, and is not overwritten.`);
}

/** Rejects when the signal ends: not all that is asked heeds it. */
function ended(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new TunnelError('TK-4008', `No answer in ${GATHER_MS / 1_000} s.`)));
  });
}

async function textOf(part: Part, subject: Subject, redactor: Redactor): Promise<string> {
  try {
    const found = await Promise.race([part.gather(subject), ended(subject.signal)]);
    const text = typeof found === 'string' ? found : JSON.stringify(redactor.cleanValue(found), null, 2);
    return `${redactor.clean(text).slice(-PART_CHARACTERS_MAX)}\n`;
  } catch (thrown) {
    return `${redactor.clean(`not gathered: ${asTunnelError(thrown).message}`)}\n`;
  }
}

/** By hard link, which fails when the name was taken meanwhile, and shows the file only when it is whole. */
async function place(draft: string, file: string): Promise<void> {
  try {
    await link(draft, file);
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException;
    throw new TunnelError(code === 'ENOSPC' ? 'TK-8002' : 'TK-8005', `${file}: ${code}.`, { cause });
  }
}

/** Writes it, and tells which files are in it. Rejects with TK-8005 or TK-8002. */
export async function writeBundle(file: string, subject: Omit<Subject, 'signal'>): Promise<readonly string[]> {
  const redactor = new Redactor();
  for (const secret of await knownSecrets(subject.patient)) redactor.hide(secret);
  const whole = { ...subject, signal: AbortSignal.timeout(GATHER_MS) };
  const texts = await Promise.all(PARTS.map((part) => textOf(part, whole, redactor)));
  const folder = await mkdtemp(join(tmpdir(), 'tunnelkit-report-'));
  const draft = `${file}.${process.pid}.new`;
  try {
    await Promise.all(PARTS.map((part, at) => writeFile(join(folder, part.file), texts[at]!, { mode: 0o600 })));
    const names = PARTS.map((part) => part.file);
    await create({ gzip: true, cwd: folder, prefix: FOLDER, portable: true, file: draft, mode: 0o600 }, names).catch(
      (cause: NodeJS.ErrnoException) => {
        throw new TunnelError(cause.code === 'ENOSPC' ? 'TK-8002' : 'TK-8005', `${file}: ${cause.code}.`, { cause });
      },
    );
    await place(draft, file);
    return names;
  } finally {
    await Promise.all([rm(folder, { recursive: true, force: true }), rm(draft, { force: true })]);
  }
}
