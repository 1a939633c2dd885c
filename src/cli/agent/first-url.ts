// Which URL is told as the one: the granted one, or the better one that it promises, if that comes in time.
import type { AgentEvent } from '../../agent/events.ts';
import type { Clock, Timer } from '../../contract/clock.ts';

type Exposed = AgentEvent & { readonly type: 'exposed' };

/** Takes each grant of one exposure; `told` is called once. */
export function firstUrl(
  clock: Pick<Clock, 'after'>,
  withinMs: number,
  told: (event: Exposed) => void,
): (event: Exposed) => void {
  let last: Exposed | undefined;
  let timer: Timer | undefined;
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
