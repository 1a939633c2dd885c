// Certificates by ACME for people: which name has one, which waits for one, and why.
import { ERRORS, type ErrorCode } from '../../contract/errors.ts';
import { duration } from '../duration.ts';
import type { CertificateState } from '../serve/certificates.ts';
import { table } from './table.ts';

const COLUMNS = [{ title: 'CERTIFICATE FOR' }, { title: 'STATE' }];

function trouble({ code, seen, retryAt }: CertificateState, now: number): string {
  if (code === null) return '';
  const again = retryAt === null ? '' : `; again in ${duration(Math.max(Date.parse(retryAt) - now, 0))}`;
  return `${code} ${ERRORS[code as ErrorCode]?.what ?? ''} ${seen ?? ''}${again}`;
}

function stateOf(state: CertificateState, now: number): string {
  if (state.state === 'coming') return 'on its way';
  if (state.state === 'failed') return `none: ${trouble(state, now) || 'it has ended'}`;
  const renewal = state.code === null ? '' : `, not renewed: ${trouble(state, now)}`;
  return `until ${state.until?.slice(0, 10)}${renewal}`;
}

export function certificateLines(states: readonly CertificateState[], now: number): string[] {
  if (states.length === 0) return [];
  return table(
    COLUMNS,
    states.map((state) => [state.name, stateOf(state, now)]),
  );
}
