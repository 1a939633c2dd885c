// The byte classes of HTTP/1 (RFC 9110 §5.6.2, RFC 9112, RFC 3986). Tables, because they are asked once for every byte of a head.

export const TOKEN = 1;
/** [A-Za-z0-9-]: the names of fields that every backend spells alike (CGI turns `-` into `_`, so `_` is ambiguous). */
export const PLAIN_NAME = 2;
/** What may stand in a field value, a reason phrase or a chunk extension: no control but HTAB. */
export const TEXT = 4;
/** What a request target may hold raw. Browsers send `|`, `{` and `"` in queries; `#`, space and non-ASCII never go out. */
export const TARGET = 8;

function classOf(byte: number): number {
  const char = String.fromCharCode(byte);
  let bits = 0;
  if (/[A-Za-z0-9!#$%&'*+\-.^_`|~]/.test(char)) bits |= TOKEN;
  if (/[A-Za-z0-9-]/.test(char)) bits |= PLAIN_NAME;
  if (byte === 0x09 || (byte >= 0x20 && byte !== 0x7f)) bits |= TEXT;
  if (byte > 0x20 && byte < 0x7f && char !== '#') bits |= TARGET;
  return bits;
}

/** Bits of the classes above, by byte. */
export const CLASS = Uint8Array.from({ length: 256 }, (_, byte) => classOf(byte));

// The same classes for strings: a compiled expression is twice as fast there as a loop with the table. Characters above 255
// are in none of them, since a cut to one byte would make LF of U+010A.
export const TOKEN_FORM = /^[A-Za-z0-9!#$%&'*+\-.^_`|~]+$/;
export const TEXT_FORM = /^[\t\x20-\x7e\x80-\xff]*$/;
export const TARGET_FORM = /^[!"$-~]+$/;

const AUTHORITY_FORM =
  /^(?:\[[0-9A-Fa-f:.]{2,45}\]|(?:[A-Za-z0-9\-._~!$&'()*+;=]|%[0-9A-Fa-f]{2})+)(?::([0-9]{0,5}))?$/;

/**
 * True for `host` or `host:port` as a Host field may say it: RFC 3986 §3.2 without userinfo, and without comma, which joins two hosts
 * where lists are split; port at most 65535.
 * Whether the host names anything is for the router to say.
 */
export function isAuthority(text: string): boolean {
  const match = AUTHORITY_FORM.exec(text);
  return match !== null && (match[1] === undefined || Number(match[1]) <= 65_535);
}
