import type { Policy, Verdict } from '../../contract/policy.ts';

const PASS: Verdict = { kind: 'pass' };
const AMBIGUOUS: Verdict = { kind: 'answer', code: 'TK-3017' };

/**
 * Encoded `/`, `\`, NUL and `.`: what one server decodes before it looks at the path, and another after. Empty and dot segments and
 * `;`: what one server takes out of the path, and another does not.
 */
const TWO_WAYS = /%(?:2f|5c|00|2e)|[;\\]|\/\/|\/\.{1,2}(?:\/|$)/i;

/** Refuses paths that an origin behind protection could read as another path (Traefik CVE-2026-40912 and its kin). */
export const plainPath: Policy = {
  name: 'plain-path',
  decide: (visit) => {
    const { path } = visit.head;
    const query = path.indexOf('?');
    return TWO_WAYS.test(query < 0 ? path : path.slice(0, query)) ? AMBIGUOUS : PASS;
  },
};
