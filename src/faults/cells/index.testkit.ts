import { DATAGRAM_KINDS } from '../datagrams/kinds.ts';
import { HOPS, type Hop } from '../line.testkit.ts';
import { FAULT_KINDS } from '../shape.ts';
import type { Protocol } from '../speech/index.ts';
import type { Afflicting, Cell } from './cell.testkit.ts';
import { onPackets } from './packets.testkit.ts';
import { ofAgent } from './processes.testkit.ts';
import { onDatagrams, onStreams } from './relays.testkit.ts';

/** Everything that can happen to one line, whose link is a connection whatever it carries. */
export function cellsOf(protocol: Protocol, afflicting: Afflicting): readonly Cell[] {
  const relays = (hop: Hop) =>
    protocol === 'udp' && hop !== 'link'
      ? DATAGRAM_KINDS.map((kind) => onDatagrams(kind, hop))
      : FAULT_KINDS.map((kind) => onStreams(kind, hop, afflicting));
  return [
    ...HOPS.flatMap(relays),
    ...(['loss', 'blackhole'] as const).flatMap((kind) => HOPS.map((hop) => onPackets(kind, hop, afflicting))),
    ...(['kill', 'stop'] as const).map((kind) => ofAgent(kind, afflicting)),
  ];
}
