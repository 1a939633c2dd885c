// What a check is, and what it may find. Types and short ways to write a finding; no check.
import { ERRORS, type ErrorCode, type TunnelError } from '../../contract/errors.ts';
import type { Patient } from './patient.ts';

export type Outcome = 'ok' | 'warning' | 'failure' | 'not applicable' | 'not checked';

export interface Finding {
  readonly outcome: Outcome;
  /** What was seen, or why nothing was looked at. */
  readonly seen: string;
  readonly code?: ErrorCode;
  readonly todo?: string;
}

export interface Check {
  /** One word, for programs. */
  readonly name: string;
  /** What is looked at, for people. */
  readonly title: string;
  /** Checks whose failure leaves nothing to look at here. */
  readonly needs: readonly Check[];
  /** What it means that there was no result in time, where more than TK-4008 can be said of it. */
  readonly late?: Finding;
  /** A TunnelError that it throws is its failure. The signal ends it. */
  run(patient: Patient, signal: AbortSignal): Promise<Finding>;
}

export const ok = (seen: string): Finding => ({ outcome: 'ok', seen });
export const notApplicable = (why: string): Finding => ({ outcome: 'not applicable', seen: why });
export const notChecked = (why: string): Finding => ({ outcome: 'not checked', seen: why });

/** `todo`: what to do, where the table of faults says it too generally. */
export const warning = (code: ErrorCode, seen: string, todo: string = ERRORS[code].todo): Finding => ({
  outcome: 'warning',
  seen,
  code,
  todo,
});
export const failure = (code: ErrorCode, seen: string, todo: string = ERRORS[code].todo): Finding => ({
  outcome: 'failure',
  seen,
  code,
  todo,
});

/** What was thrown, or told instead. */
export const failed = ({ code, seen, todo }: TunnelError): Finding => failure(code, seen, todo);

/** Of several findings of one kind: the worst decides, all are told. */
export function together(findings: readonly Finding[]): Finding {
  const worst =
    findings.find(({ outcome }) => outcome === 'failure') ??
    findings.find(({ outcome }) => outcome === 'warning') ??
    findings[0];
  return { ...(worst ?? ok('')), seen: findings.map(({ seen }) => seen.replace(/\.$/, '')).join('; ') };
}
