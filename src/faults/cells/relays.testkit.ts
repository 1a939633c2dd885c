// Faults of the relays: on one connection of a stretch of network, or on all its datagrams.
import type { DatagramKind } from '../datagrams/kinds.ts';
import type { DatagramRelay } from '../datagrams/relay.ts';
import { halfOpen } from '../kinds/half-open.ts';
import { FAULTS } from '../kinds/index.ts';
import type { Ledger } from '../ledger.ts';
import type { Hop } from '../line.testkit.ts';
import { HEADER_BYTES } from '../peers/tcp.ts';
import type { Relay } from '../relay.ts';
import type { Relayed } from '../relayed.ts';
import type { FaultKind } from '../shape.ts';
import { type Afflicting, busy, type Cell } from './cell.testkit.ts';

export function onStreams(kind: FaultKind, hop: Hop, { ledger, chance, noticedMs, patient }: Afflicting): Cell {
  const forever = kind === 'half-open' && hop === 'link' && patient;
  return {
    kind,
    place: hop,
    cost: forever ? 40 : patient && kind === 'reset' && hop === 'link' ? 5 : 1,
    async inflict({ protocol, relays }) {
      const relayed = await busy(relays[hop] as Relay);
      const fault = forever ? halfOpen(chance) : FAULTS[kind](chance);
      const effect = await relayed.inflict(fault);
      if (forever && effect.landed) noticedMs.push(effect.lastedMs);
      if (protocol === 'tcp' && hop !== 'link') noteCuts(ledger, hop, relayed);
      return effect.amount;
    },
  };
}

export function onDatagrams(kind: DatagramKind, hop: Hop): Cell {
  return {
    kind,
    place: hop,
    cost: 1,
    async inflict({ relays }) {
      const relay = relays[hop] as DatagramRelay;
      await busy(relay);
      return relay.inflict(kind);
    },
  };
}

/** Where the relay said FIN itself, the reader of a raw stream cannot know better. */
function noteCuts(ledger: Ledger, hop: Hop, { ports, up, down }: Relayed): void {
  const talk = hop === 'agent–origin' ? ledger.heldBy('origin', ports.far) : ledger.heldBy('visitor', ports.near);
  if (up.cutShort) talk?.up.cut(up.passed - HEADER_BYTES);
  if (down.cutShort) talk?.down.cut(down.passed);
}
