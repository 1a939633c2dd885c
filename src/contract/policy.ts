import type { ErrorCode } from './errors.ts';
import type { LimitName } from './limits.ts';
import type { RequestHead } from './message.ts';

/** One request, parsed and canonicalised once. Routing, authorisation, log and forwarding all use this object. */
export interface Visit {
  readonly head: RequestHead;
  /** Canonical host: lower-case, no port, no trailing dot, IDN as A-labels. */
  readonly host: string;
  /** The address the connection came from. */
  readonly remote: { readonly host: string; readonly port: number };
  /** The visitor's own address: `remote`, or what a trusted proxy said. */
  readonly visitorIp: string;
}

/** What a policy says of a visit. `answer` ends it with an error reply; `park` holds it until `until` settles or its signal ends. */
export type Verdict =
  | { readonly kind: 'pass' }
  | {
      readonly kind: 'answer';
      readonly code: ErrorCode;
      readonly fields?: readonly string[];
      /** The bound that the visitor passed, if it is for that. */
      readonly limit?: LimitName;
    }
  | { readonly kind: 'park'; readonly until: Promise<Verdict> };

export interface Policy {
  readonly name: string;
  decide(visit: Visit): Verdict;
}
