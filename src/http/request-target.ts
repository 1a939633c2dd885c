// The request target (RFC 9112 §3.2): which of its forms it is, and what it says.
import { isAuthority } from './syntax.ts';

/** Where a request goes. `authority` is present only for the absolute form, where it replaces the Host field. */
export interface Target {
  readonly path: string;
  readonly authority: string | undefined;
}

const ABSOLUTE = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/([^/?]*)(.*)$/;

/** The target, or why it is refused. Its bytes are all legal already. `scheme`: how the connection was made. */
export function parseTarget(method: string, text: string, scheme: 'http' | 'https'): Target | string {
  if (text.charCodeAt(0) === 0x2f) return { path: text, authority: undefined };
  if (text === '*') return method === 'OPTIONS' ? { path: '*', authority: undefined } : 'a target * without OPTIONS';
  const match = ABSOLUTE.exec(text);
  if (match === null) return 'a target of no known form';
  const [, targetScheme = '', authority = '', rest = ''] = match;
  if (targetScheme.toLowerCase() !== scheme) return 'a target of another scheme';
  if (!isAuthority(authority)) return 'a target whose authority is not legal';
  if (rest !== '') return { path: rest.startsWith('/') ? rest : `/${rest}`, authority };
  // RFC 9112 §3.2.4: OPTIONS of a whole server, as a proxy is asked for it.
  return { path: method === 'OPTIONS' ? '*' : '/', authority };
}
