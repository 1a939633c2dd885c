/**
 * Whether a request may have been made by a web page of somebody else, or through a name that was bent to this machine
 * (DNS rebinding). Knows headers; refuses to know what was asked for.
 */
import { isIP } from 'node:net';

/** Names every listener on this machine answers to, beside the one it is bound to. */
const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];
const ANY_ADDRESS = ['0.0.0.0', '::'];
/** `authority` of RFC 3986 §3.2 without userinfo. */
const AUTHORITY = /^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(?::[0-9]{1,5})?$/;

/** One field may come once; a second one could be the one that others look at. */
const SINGLE = ['host', 'origin', 'sec-fetch-site', 'sec-fetch-mode', 'authorization'];

export class Guard {
  readonly #hosts: ReadonlySet<string>;
  readonly #isAnyAddress: boolean;

  /** `boundHost`: the host the listener is bound to; undefined for a Unix socket. */
  constructor(boundHost: string | undefined) {
    const own = boundHost === undefined ? [] : [isIP(boundHost) === 6 ? `[${boundHost}]` : boundHost.toLowerCase()];
    this.#hosts = new Set([...LOOPBACK, ...own]);
    this.#isAnyAddress = boundHost !== undefined && ANY_ADDRESS.includes(boundHost);
  }

  /** `rawHeaders`: names and values in turn, as they came. What is foreign about them, in a few words; undefined: nothing. */
  foreign(rawHeaders: readonly string[]): string | undefined {
    const fields = singleFields(rawHeaders);
    if (typeof fields === 'string') return fields;
    const host = fields.get('host') ?? '';
    if (!this.#isOwnHost(host)) return 'The Host field names another host.';
    const origin = fields.get('origin');
    if (origin !== undefined && origin !== `http://${host}`) return 'The request comes from a page of another origin.';
    const site = fields.get('sec-fetch-site') ?? 'none';
    if (site !== 'same-origin' && site !== 'none') return `The browser calls the request ${short(site)}.`;
    if (fields.get('sec-fetch-mode') === 'no-cors') return 'The browser calls the request no-cors.';
    return undefined;
  }

  #isOwnHost(authority: string): boolean {
    const host = AUTHORITY.exec(authority)?.[1]?.toLowerCase();
    if (host === undefined) return false;
    // Bound to every address, it cannot know its own; but an address, unlike a name, cannot be bent to another machine.
    return this.#hosts.has(host) || (this.#isAnyAddress && isIP(host.replace(/^\[|\]$/g, '')) !== 0);
  }
}

/** The fields of `SINGLE` by lower-case name, or what is wrong with them. */
function singleFields(rawHeaders: readonly string[]): Map<string, string> | string {
  const fields = new Map<string, string>();
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]!.toLowerCase();
    if (!SINGLE.includes(name)) continue;
    if (fields.has(name)) return `The field ${name} came twice.`;
    fields.set(name, rawHeaders[at + 1]!);
  }
  return fields;
}

function short(text: string): string {
  return JSON.stringify(text.slice(0, 20));
}
