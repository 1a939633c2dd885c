import type { Stats } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';

/**
 * What a request's path names in a shared directory. `file`: a regular file, `path` from the root in URL spelling.
 * `slash`: a directory asked for without its slash; `path` is where to go instead.
 */
export type Found =
  | { readonly kind: 'file' | 'slash'; readonly path: string }
  | { readonly kind: 'none'; readonly status: 400 | 404 };

const BAD: Found = { kind: 'none', status: 400 };
const NONE: Found = { kind: 'none', status: 404 };

/**
 * Finds what `target` (origin-form, RFC 9112 §3.2.1) names under `root` (a real path). Whatever lies outside, or is hidden and not
 * to be shown, looks like something that does not exist: by `..` in any encoding, and by links, whose real place is what counts.
 */
export async function findFile(root: string, target: string, hidden: boolean): Promise<Found> {
  const path = decoded(target);
  if (path === undefined) return BAD;
  const segments = path.split('/').filter((segment) => segment !== '' && segment !== '.');
  if (segments.some(isForbidden)) return NONE;
  const found = await inside(root, segments, hidden);
  if (!found?.isDirectory())
    return found?.isFile() && !path.endsWith('/') ? { kind: 'file', path: spell(segments) } : NONE;
  // Links on the page are relative to the directory only if the address ends with a slash.
  if (!path.endsWith('/')) return { kind: 'slash', path: `${spell(segments)}/` };
  const index = [...segments, 'index.html'];
  return (await inside(root, index, hidden))?.isFile() ? { kind: 'file', path: spell(index) } : NONE;
}

function decoded(target: string): string | undefined {
  if (!target.startsWith('/')) return undefined;
  try {
    const path = decodeURIComponent(target.replace(/[?#].*$/s, ''));
    return path.includes('\0') ? undefined : path;
  } catch {
    return undefined;
  }
}

/** On Windows a backslash separates, and a colon names a drive or a stream of a file. */
function isForbidden(segment: string): boolean {
  return segment === '..' || (sep === '\\' && /[\\:]/.test(segment));
}

/** What stands there, if its real place is under the root and may be shown. */
async function inside(root: string, segments: readonly string[], hidden: boolean): Promise<Stats | undefined> {
  try {
    const real = await realpath(join(root, ...segments));
    const steps = relative(root, real);
    if (isAbsolute(steps)) return undefined;
    const names = steps.split(sep);
    if (names[0] === '..') return undefined;
    if (!hidden && [...segments, ...names].some((name) => name.startsWith('.'))) return undefined;
    return await stat(real);
  } catch {
    // Not there, not readable, a loop of links, a name too long: to a visitor all the same.
    return undefined;
  }
}

/** Encoded again from the decoded segments, so that `//host` can never become the address of another site. */
function spell(segments: readonly string[]): string {
  return `/${segments.map(encodeURIComponent).join('/')}`;
}
