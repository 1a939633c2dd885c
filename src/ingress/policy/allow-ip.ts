import type { Policy, Verdict } from '../../contract/policy.ts';
import { Networks } from '../../router/networks.ts';

const PASS: Verdict = { kind: 'pass' };
const FORBIDDEN: Verdict = { kind: 'answer', code: 'TK-1010' };

/** Lets visitors of these networks (CIDR) pass. Throws RangeError for a text that is no network. */
export function allowIp(texts: readonly string[]): Policy {
  const networks = new Networks(texts);
  return { name: 'allow-ip', decide: (visit) => (networks.has(visit.visitorIp) ? PASS : FORBIDDEN) };
}
