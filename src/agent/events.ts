import type { ErrorCode } from '../contract/errors.ts';
import type { ExposureGrant } from '../contract/exposure.ts';
import type { ExposureSpec } from './exposures.ts';
import type { Exchange } from './origin/origin.ts';

/** What an agent tells its program, in the order it happens; the program makes lines, JSON events and a screen of it. */
export type AgentEvent =
  | { readonly type: 'connecting' }
  /** Admitted. `handshakeMs`: from the link to the admission, about two round trips. */
  | {
      readonly type: 'connected';
      readonly transport: string;
      readonly handshakeMs: number;
      readonly publicHost: string;
    }
  | { readonly type: 'exposed'; readonly exposure: ExposureSpec; readonly grant: ExposureGrant }
  /** Of one exposure, or of the whole agent. Not `permanent`: it is tried again. */
  | {
      readonly type: 'refused';
      readonly exposure: ExposureSpec | undefined;
      readonly code: ErrorCode;
      readonly seen: string;
      readonly permanent: boolean;
    }
  /** A newer agent with the same key runs: this one stops. */
  | { readonly type: 'replaced' }
  /** An attempt failed or a session ended. `code`: TK-4xxx. */
  | { readonly type: 'lost'; readonly code: ErrorCode; readonly cause: string }
  | { readonly type: 'retrying'; readonly inMs: number }
  /** A defect of this program (TK-9001), which has ended one connection. */
  | { readonly type: 'defect'; readonly seen: string }
  | ({ readonly type: 'request'; readonly exposure: ExposureSpec } & Exchange);
