import { STREAM_CODE } from '../../contract/stream.ts';
import { Flow, type FlowBudget } from '../../pipe/flow.ts';
import type { OriginPlace } from '../target.ts';
import type { Origin, OriginParts } from './origin.ts';

/** A socket a flow, so that the service tells visitors apart by its port, and answers come back to whom they are for. */
export function makeUdpOrigin(place: OriginPlace & { type: 'udp' }, parts: OriginParts): Origin {
  const { limits, meter } = parts;
  const budget: FlowBudget = { bytes: 0, bytesMax: limits.udpQueueBytes };
  return {
    open: () => {
      if (meter.open >= limits.udpFlows) return STREAM_CODE.unavailable;
      return openFlow(place, parts, budget);
    },
    close: () => {},
  };
}

function openFlow({ at }: OriginPlace & { type: 'udp' }, parts: OriginParts, budget: FlowBudget): Flow {
  const { limits, meter, clock } = parts;
  const call = parts.callDatagrams(at);
  const dropped = () => {
    meter.dropped += 1;
  };
  const flow = new Flow({
    clock,
    idleMs: limits.udpFlowIdleMs,
    datagramsMax: limits.udpFlowDatagrams,
    budget,
    send: (bytes) => {
      meter.bytesIn += bytes.length;
      call.send(bytes);
    },
    dropped,
    over: () => {
      meter.open -= 1;
      call.close();
    },
  });
  meter.visits += 1;
  meter.open += 1;
  call.onDrop = dropped;
  call.onBreak = (cause) => flow.break(cause);
  call.onMessage = (bytes) => {
    meter.bytesOut += bytes.length;
    flow.arrived(bytes);
  };
  return flow;
}
