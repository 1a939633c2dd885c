// 2xxx: what is exposed, seen from the agent. Only add; never renumber.
import type { ErrorRow } from './row.ts';

export const ORIGIN = {
  'TK-2001': {
    what: 'The local service refused the connection.',
    todo: 'Start it; traffic flows as soon as it listens.',
    more: 'The agent runs, but nothing listens at the target. Visitors see a page that says so until the service is up; the agent need not be started again.',
    status: 502,
    exit: 6,
    proxyStatus: 'connection_refused',
  },
  'TK-2002': {
    what: 'The local service cannot be reached.',
    todo: 'Check the host and the port of the target.',
    status: 502,
    exit: 6,
    proxyStatus: 'destination_ip_unroutable',
  },
  'TK-2003': {
    what: 'Connecting to the local service took too long.',
    todo: 'Check that the target is up and not behind a firewall.',
    status: 504,
    exit: 6,
    proxyStatus: 'connection_timeout',
  },
  'TK-2004': {
    what: 'TLS with the local service failed.',
    todo: 'Check its certificate, or use http:// if it speaks plain HTTP.',
    more: 'Certificates of https:// targets are checked, except on loopback.',
    status: 502,
    exit: 6,
    proxyStatus: 'tls_protocol_error',
  },
  'TK-2005': {
    what: 'The local service broke the connection.',
    todo: 'See its log; it may have crashed on this request.',
    status: 502,
    proxyStatus: 'connection_terminated',
  },
  'TK-2006': {
    what: 'The local service answered with something that is not HTTP.',
    todo: 'Check that the target is a web server; use tcp:// for anything else.',
    more: 'Often the service speaks HTTPS where http:// was given, or is no web server at all.',
    status: 502,
    proxyStatus: 'http_protocol_error',
  },
  'TK-2007': {
    what: 'The local service sent no answer in time.',
    todo: 'See why it is slow, or raise `--origin-timeout`.',
    status: 504,
    proxyStatus: 'http_response_timeout',
  },
  'TK-2008': { what: 'The directory to share cannot be read.', todo: 'Check that it exists and may be read.', exit: 6 },
  'TK-2009': {
    what: 'The local service refuses the host name that visitors ask for.',
    todo: 'Publish it with `--host-header rewrite`, or allow the public name in its configuration.',
    more: 'Development servers (Vite, webpack) and frameworks (Django, Rails) answer only to names they know. With `rewrite` the service sees its own name instead of the public one.',
  },
} as const satisfies Record<string, ErrorRow>;
