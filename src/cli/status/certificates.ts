// Certificates by ACME for people: which name has one, which waits for one, and why.
import { ERRORS, type ErrorCode } from '../../contract/errors.ts';
import { duration } from '../duration.ts';
import type { CertificateState } from '../serve/certificates.ts';
import { fittingLines, indented, paragraph } from './layout.ts';
import { table } from './table.ts';

const COLUMNS = [{ title: 'NAME' }, { title: 'CERTIFICATE' }];

/** `now`: wall-clock milliseconds. */
export function certificateWords({ state, until, code, retryAt }: CertificateState, now: number): string {
  const again = retryAt === null ? '' : `, again in ${duration(Math.max(Date.parse(retryAt) - now, 0))}`;
  if (state === 'coming') return 'on its way';
  if (state === 'failed') return `none: ${code ?? 'it has ended'}${again}`;
  return `until ${until?.slice(0, 10)}${code === null ? '' : `, not renewed: ${code}${again}`}`;
}

/** What is wrong, and what to do about it; the same once, however many names it keeps waiting. */
function troubleLines(states: readonly CertificateState[], width: number): string[] {
  const troubles = states.flatMap(({ code, seen }) => {
    if (code === null || !(code in ERRORS)) return [];
    const { what, todo } = ERRORS[code as ErrorCode];
    return [`  ${code} ${what} ${seen ?? ''}\n    to do: ${todo}`];
  });
  return [...new Set(troubles)].flatMap((trouble) => trouble.split('\n').flatMap((line) => paragraph(line, width)));
}

/** `now`: wall-clock milliseconds; `width`: columns. */
export function certificateLines(states: readonly CertificateState[], now: number, width: number): string[] {
  if (states.length === 0) return [];
  const rows = states.map((state) => [state.name, certificateWords(state, now)] as const);
  const narrow = () => rows.flatMap(([name, state]) => [`  ${name}`, ...paragraph(`    ${state}`, width)]);
  return [...troubleLines(states, width), ...fittingLines(indented(table(COLUMNS, rows)), width, narrow)];
}
