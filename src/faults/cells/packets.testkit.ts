// Faults of the network itself: packets that the kernel drops.
import { setTimeout as elapse } from 'node:timers/promises';
import type { Hop } from '../line.testkit.ts';
import { IN_FLIGHT_MS } from '../relayed.ts';
import { type Afflicting, busy, type Cell } from './cell.testkit.ts';
import { PacketLoss } from './packets.ts';

export function onPackets(kind: 'loss' | 'blackhole', hop: Hop, { chance, patient }: Afflicting): Cell {
  return {
    kind,
    place: hop,
    cost: kind === 'loss' ? 6 : 10,
    async inflict({ relays }) {
      await busy(relays[hop]);
      const perThousand = kind === 'loss' ? chance.between(10, 50) : 1_000;
      const loss = await PacketLoss.begin(relays[hop], perThousand, !patient);
      const inFlight = performance.now() - relays[hop].cameAt <= IN_FLIGHT_MS;
      const long = patient && hop === 'link' && chance.next() < 0.15;
      const forMs = long ? 18_000 : chance.between(500, patient ? 3_000 : 1_000);
      await elapse(forMs);
      // By chance none of few packets was hit: it goes on until one is.
      let dropped = await loss.dropped();
      for (let more = 0; more < 20 && dropped === 0; more++) {
        await elapse(100);
        dropped = await loss.dropped();
      }
      await loss.heal();
      return inFlight ? dropped : 0;
    },
  };
}
