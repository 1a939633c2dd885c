// A request by what it means, for cases whose hazard is elsewhere: any visitor's dialect can say it.
import type { Field } from './reading.ts';

export interface Ask {
  /** GET by default. */
  readonly method?: string;
  /** `/` by default. */
  readonly path?: string;
  /** Without Host. */
  readonly fields?: readonly Field[];
  /** Sent with its length. */
  readonly body?: string;
  /** `1.1` by default. */
  readonly version?: '1.0' | '1.1';
}

/** The same over HTTP/1; `$HOST` stands for the name that is asked for. */
export function textOf({ method = 'GET', path = '/', fields = [], body, version = '1.1' }: Ask): string {
  const length: readonly Field[] = body === undefined ? [] : [['Content-Length', String(body.length)]];
  const lines = [['Host', '$HOST'] as const, ...fields, ...length].map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/${version}\r\n${lines.join('')}\r\n${body ?? ''}`;
}
