// The one canonical form of a host name. Knows host grammar; refuses to know routes, schemes or DNS.

const PORT_MAX = 65_535;
/** RFC 1035 §2.3.4, without the root's dot. */
const HOST_LENGTH_MAX = 253;
const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;
const OCTET = /^(?:0|[1-9][0-9]{0,2})$/;
/** WHATWG URL "ends in a number": what some resolvers would read as an IPv4 address in disguise (`0x7f.1`, `127.1`). */
const NUMERIC_LABEL = /^(?:[0-9]+|0x[0-9a-f]*)$/;
/** Every ASCII byte a name may hold before mapping; beyond ASCII, UTS 46 decides. */
const NAME = /^[A-Za-z0-9._\-\u0080-\uffff]+$/;
const NON_ASCII = /[\u0080-\uffff]/;

/**
 * The canonical form of the authority `text` (`name`, `name:port`, `[ip6]:port`): lower-case, without port, without one
 * trailing dot, IDN as A-labels (UTS 46), IPv6 compressed in brackets (RFC 5952). Undefined for anything that is not a host.
 * Idempotent.
 */
export function canonicalHost(text: string): string | undefined {
  const name = withoutPort(text);
  if (name === undefined) return undefined;
  if (name.charCodeAt(0) === 0x5b /* [ */) return canonicalIp6(name);
  if (!NAME.test(name)) return undefined;
  const ascii = NON_ASCII.test(name) ? mappedByUrl(name) : name.toLowerCase();
  return ascii === undefined ? undefined : checkedName(ascii.endsWith('.') ? ascii.slice(0, -1) : ascii);
}

function withoutPort(text: string): string | undefined {
  const close = text.charCodeAt(0) === 0x5b ? text.indexOf(']') : 0;
  if (close < 0) return undefined;
  const colon = text.indexOf(':', close);
  if (colon < 0) return text;
  const port = text.slice(colon + 1);
  if (!/^[0-9]{0,5}$/.test(port) || Number(port) > PORT_MAX) return undefined;
  return text.slice(0, colon);
}

function canonicalIp6(bracketed: string): string | undefined {
  return /^\[[0-9a-fA-F:.]+\]$/.test(bracketed) ? mappedByUrl(bracketed) : undefined;
}

/** The URL parser holds the mapping tables of UTS 46 and the IPv6 grammar; `name` holds no delimiter of a URL. */
function mappedByUrl(name: string): string | undefined {
  try {
    return new URL(`http://${name}/`).hostname;
  } catch {
    return undefined;
  }
}

function checkedName(name: string): string | undefined {
  if (name.length > HOST_LENGTH_MAX) return undefined;
  const labels = name.split('.');
  if (NUMERIC_LABEL.test(labels.at(-1) as string)) {
    return labels.length === 4 && labels.every((label) => OCTET.test(label) && Number(label) <= 255) ? name : undefined;
  }
  return labels.every((label) => LABEL.test(label)) ? name : undefined;
}
