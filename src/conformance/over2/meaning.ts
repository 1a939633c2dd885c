// Which cases mean something where HTTP/2 is spoken, and what must come of them there.
import type { Case, Wanted } from '../case.ts';

/** Promises about the bytes or the connection of HTTP/1, and where the same hazard is looked at in HTTP/2. */
const OF_HTTP1: Readonly<Record<string, string>> = {
  P1: 'there is no Transfer-Encoding',
  P5: 'there is no Transfer-Encoding',
  P6: 'there is no Transfer-Encoding',
  P7: 'there are no chunks',
  P8: 'there are no chunks',
  P9: 'there are no chunks',
  P10: 'there are no chunks',
  P12: 'fields are not lines',
  P13: 'fields are not lines',
  P14: 'fields are not lines',
  P22: 'there is no absolute-form beside a Host',
  P28: 'requests have no version',
  P31: 'requests are not lines',
  P44: 'is told in frames wherever it is asked',
  P47: 'is about HTTP/1.0',
  P70: 'there is no Connection',
  P77: 'a connection carries more than this request',
  P79: 'a bad request ends a stream and no connection',
  P81: 'is about HTTP/1.0',
  P82: 'there is no Connection',
  P84: 'a bad request ends a stream and no connection',
  P85: 'WebSockets begin otherwise: P90',
  P86: 'there is no Upgrade',
  P87: 'WebSockets begin otherwise: P90',
  P88: 'WebSockets begin otherwise: P90',
  P89: 'WebSockets begin otherwise: P90',
};

/** Single cases of promises that have a meaning. */
const ALSO_OF_HTTP1 = [
  /HTTP\/1\.0/,
  /^SOCKS /,
  /request line$/,
  /^a bare LF/,
  /^a field without colon$/,
  /^no Host beside an absolute target$/,
  // `:authority` and a Host that says the same is legal.
  /^two Host lines, equal$/,
  /^the trailer "(Name : v| Name: v|Name|X: a\\nY: b)"$/,
  /^a target with (a space|two spaces before it)$/,
  // Frames of one byte each are no hazard of their own.
  /^100,000 chunks of one byte$/,
  // Host is no field there, and Connection nominates none.
  /^101 fields$/,
  /^hop-by-hop fields of a request$/,
];

/** Of the connection and not of what was asked. */
const OF_CONNECTION = new Set(['connection', 'over', 'ending']);

export function meansSomething({ id, name }: Case): boolean {
  return OF_HTTP1[id] === undefined && !ALSO_OF_HTTP1.some((form) => form.test(name));
}

/** The same case by a visitor of HTTP/2: a malformed request is answered 400, or its stream is reset (RFC 9113 §8.1.1). */
export function toldOver2(each: Case): Case {
  const wants = Object.entries(each.wants).filter(([name]) => !OF_CONNECTION.has(name));
  const isRefused = [each.wants.status].flat().some((status) => status === 400 || status === 431);
  const told = { ...each, wants: Object.fromEntries(wants) };
  // Lengths and codings among trailers are malformed there.
  if (each.id === 'P11' && each.wants.status === 200)
    return { ...told, wants: mapped(told.wants, (wanted, name) => orNone(wanted, name)) };
  if (!isRefused) return told;
  return {
    ...told,
    wants: mapped(told.wants, (wanted, name) => (name === 'status' ? orNone(wanted) : wanted)),
    code: each.code === undefined ? undefined : orNone(each.code),
  };
}

function mapped(wants: Case['wants'], change: (wanted: Wanted, name: string) => Wanted): Case['wants'] {
  return Object.fromEntries(Object.entries(wants).map(([name, wanted]) => [name, change(wanted, name)]));
}

/** Nothing may have been seen at all. */
function orNone(wanted: Wanted, name?: string): Wanted {
  if (wanted instanceof RegExp) return wanted;
  return [wanted, name === 'reached' ? 0 : undefined].flat() as Wanted;
}
