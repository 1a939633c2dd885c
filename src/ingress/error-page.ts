import { ERRORS, type ErrorCode } from '../contract/errors.ts';
import type { Fields, ResponseHead } from '../contract/message.ts';

/**
 * The small pages that visitors get where no origin answered: HTML, or JSON for programs that ask for it.
 * Knows the table of faults; never names an origin, an agent or what was seen (P72).
 */

export interface Page {
  readonly head: ResponseHead;
  readonly body: Buffer;
}

export interface PageRequest {
  readonly code: ErrorCode;
  /** The Accept field's value; undefined where no head could be read. */
  readonly accept: string | undefined;
  /** What the visitor called the host; shown escaped. */
  readonly host: string | undefined;
  readonly fields?: Fields | undefined;
}

/** Seconds; an agent that restarts is back by then. */
const RETRY_AFTER = '2';

/** The page for a fault that has a status; 500 for any other, since a visitor cannot act on it. */
export function errorPage({ code, accept, host, fields = [] }: PageRequest): Page {
  const { what, todo, status = 500 } = row(code);
  const json = prefersJson(accept);
  const text = json ? `${JSON.stringify({ code, status, what, todo })}\n` : html(code, status, what, todo, host);
  const body = Buffer.from(text, 'utf8');
  return {
    body,
    head: {
      kind: 'response',
      status,
      fields: [
        ...['Content-Type', json ? 'application/json' : 'text/html; charset=utf-8'],
        ...['Cache-Control', 'no-store', 'X-Content-Type-Options', 'nosniff'],
        ...['Proxy-Status', proxyStatusOf(code)],
        ...(status === 503 ? ['Retry-After', RETRY_AFTER] : []),
        ...(status === 405 ? ['Allow', 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS'] : []),
        ...fields,
      ],
      body: 'length',
      length: body.length,
      upgrade: undefined,
    },
  };
}

/** The value of the Proxy-Status field (RFC 9209) that tells this fault. */
export function proxyStatusOf(code: ErrorCode): string {
  const { proxyStatus = 'http_request_denied' } = row(code);
  return `tunnelkit; error=${proxyStatus}; details="${code}"`;
}

interface Row {
  readonly what: string;
  readonly todo: string;
  readonly status?: number;
  readonly proxyStatus?: string;
}

function row(code: ErrorCode): Row {
  return ERRORS[code];
}

/** JSON only where it is asked for and HTML is not, so that browsers and bare `curl` get the page. */
function prefersJson(accept: string | undefined): boolean {
  if (accept === undefined) return false;
  const lower = accept.toLowerCase();
  return /\bapplication\/(?:[\w.-]+\+)?json\b/.test(lower) && !lower.includes('text/html');
}

function html(code: string, status: number, what: string, todo: string, host: string | undefined): string {
  const where = host === undefined || host === '' ? '' : `<p><b>${escaped(host)}</b></p>\n`;
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${status} ${code}</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:36em;margin:15vh auto;padding:0 1em;color:#222}
small{color:#666}@media(prefers-color-scheme:dark){body{background:#111;color:#ddd}}</style>
<h1>${status}</h1>
${where}<p>${escaped(what)}</p>
<p>${escaped(todo)}</p>
<p><small>${code} · tunnelkit</small></p>
</html>
`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
