// Every bound of the program, in one table put together from the families.
import { AGENT } from './limits/agent.ts';
import { CERTIFICATES } from './limits/certificates.ts';
import { HTTP } from './limits/http.ts';
import { HTTP2 } from './limits/http2.ts';
import { LINKS } from './limits/links.ts';
import { LOCAL } from './limits/local.ts';
import { OVERLOAD } from './limits/overload.ts';
import type { LimitRow } from './limits/row.ts';
import { SESSIONS } from './limits/sessions.ts';
import { SOCKETS } from './limits/sockets.ts';
import { UDP } from './limits/udp.ts';

export type { LimitRow };

/** `serve --print-limits` prints this table; nothing below the edge has a default of its own. */
export const LIMITS = {
  ...HTTP,
  ...HTTP2,
  ...OVERLOAD,
  ...SOCKETS,
  ...CERTIFICATES,
  ...SESSIONS,
  ...UDP,
  ...LINKS,
  ...AGENT,
  ...LOCAL,
} as const satisfies Record<string, LimitRow>;

export type LimitName = keyof typeof LIMITS;
/** The values alone: what is handed to the parts, and what tests shrink. */
export type Limits = Readonly<Record<LimitName, number>>;

/** The values of the table, with changes. */
export function limitValues(changes: Partial<Limits> = {}): Limits {
  const values = Object.fromEntries(Object.entries(LIMITS).map(([name, row]) => [name, row.value])) as Record<
    LimitName,
    number
  >;
  return Object.freeze({ ...values, ...changes });
}
