// Development servers (Vite, Django, webpack) refuse hosts they do not know. When that is what it looks like, the way out is named, once.
import type { AgentEvent } from '../../agent/events.ts';

/** Vite, webpack, Rails: 403; Django: 400. */
const REFUSALS: ReadonlySet<number> = new Set([400, 403]);

export class HostHint {
  #settled = false;

  /** Words for the first answer of all, if it refuses; afterwards nothing. */
  look(event: AgentEvent): string | undefined {
    if (this.#settled || event.type !== 'request' || event.status === undefined) return undefined;
    this.#settled = true;
    const { exposure, status } = event;
    if (!REFUSALS.has(status) || exposure.hostHeader !== 'preserve') return undefined;
    return `hint: ${exposure.target.text} answers ${status}. If it refuses host names it does not know, run with --host-header rewrite.`;
  }
}
