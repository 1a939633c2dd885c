// UDP exposures: flows, and what waits in them.
import type { LimitRow } from './row.ts';

export const UDP = {
  udpFlows: {
    value: 1_024,
    unit: 'count',
    why: 'visitor addresses of one exposure at once; each is a socket at the agent, and addresses can be forged',
    hit: 'datagrams of further addresses are dropped',
  },
  udpFlowIdleMs: {
    value: 60_000,
    unit: 'ms',
    why: 'nothing either way; NATs keep UDP 30 to 120 s',
    hit: 'the next datagram begins a new flow',
  },
  udpFlowDatagrams: {
    value: 64,
    unit: 'count',
    why: 'of one flow, waiting for the link: old answers are worth little',
    hit: 'the oldest is dropped',
  },
  udpQueueBytes: {
    value: 4_194_304,
    unit: 'bytes',
    why: 'of all flows of one exposure, waiting: 64 of the largest',
    hit: 'the oldest of the flow is dropped',
  },
} as const satisfies Record<string, LimitRow>;
