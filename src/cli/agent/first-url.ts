// Which URL is told as the one: the granted one, or the better one that it promises, if that comes in time.
import type { AgentEvent } from '../../agent/events.ts';

type Exposed = AgentEvent & { readonly type: 'exposed' };

export interface Alarm {
  after(delayMs: number, fire: () => void): { cancel(): void };
}

/** Takes each grant of one exposure; `told` is called once. */
export function firstUrl(clock: Alarm, withinMs: number, told: (event: Exposed) => void): (event: Exposed) => void {
  let last: Exposed | undefined;
  let timer: { cancel(): void } | undefined;
  let isTold = false;
  const tell = () => {
    isTold = true;
    timer?.cancel();
    told(last!);
  };
  return (event) => {
    last = event;
    if (isTold) return;
    if (!event.grant.coming) tell();
    else timer ??= clock.after(withinMs, tell);
  };
}
