// The oldest Node, and the oldest of what stands in it towards strangers, that this program runs on: below a floor stand fixed holes.
import { TunnelError } from '../contract/errors.ts';

export interface Floor {
  readonly name: string;
  /** As `process.versions` calls it. */
  readonly key: string;
  readonly least: string;
}

/** Raised with security releases, together with the Node of `package-lock.json`. */
export const FLOORS: readonly Floor[] = [
  { name: 'Node', key: 'node', least: '26.10.0' },
  { name: 'OpenSSL', key: 'openssl', least: '3.5.7' },
  { name: 'llhttp', key: 'llhttp', least: '9.4.3' },
  { name: 'nghttp2', key: 'nghttp2', least: '1.69.0' },
  // As Node 26.10.0 has it built in.
  { name: 'undici', key: 'undici', least: '8.10.2' },
];

export type Versions = Readonly<Record<string, string | undefined>>;

/** The numbers before whatever names a build: `3.5.7+quic`. Not even one: older than everything. */
const numbers = (version: string): number[] => (/^\d+(\.\d+)*/.exec(version)?.[0] ?? '-1').split('.').map(Number);

function isBelow(version: string, least: string): boolean {
  const [has, needs] = [numbers(version), numbers(least)];
  const at = needs.findIndex((part, index) => part !== (has[index] ?? 0));
  return at >= 0 && (has[at] ?? 0) < needs[at]!;
}

/** One of the parts in words: `llhttp 9.4.2, not 9.4.3 or later`. */
function shortfall({ name, key, least }: Floor, versions: Versions): string[] {
  const version = versions[key] ?? '';
  return isBelow(version, least) ? [`${name} ${version || '(none)'}, not ${least} or later`] : [];
}

/** What is too old, in words; empty: nothing. */
export const shortfalls = (versions: Versions): string[] => FLOORS.flatMap((floor) => shortfall(floor, versions));

/** Throws TK-5019. */
export function mustBePatched(versions: Versions): void {
  const old = shortfalls(versions);
  if (old.length > 0) throw new TunnelError('TK-5019', `${old.join('; ')}.`);
}
