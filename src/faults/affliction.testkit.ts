// The faults of the campaign, each as one call that begins when bytes are in flight and resolves with what it did.
import { readFileSync } from 'node:fs';
import { setTimeout as elapse } from 'node:timers/promises';
import type { Running } from '../cli/program/program.testkit.ts';
import { DATAGRAM_KINDS, type DatagramKind } from './datagrams/kinds.ts';
import type { DatagramRelay } from './datagrams/relay.ts';
import { halfOpen } from './kinds/half-open.ts';
import { FAULTS } from './kinds/index.ts';
import type { Ledger } from './ledger.ts';
import { HOPS, type Hop, type Line } from './line.testkit.ts';
import { PacketLoss } from './packets.ts';
import { HEADER_BYTES } from './peers/tcp.ts';
import type { Relay } from './relay.ts';
import { IN_FLIGHT_MS, type Relayed } from './relayed.ts';
import { type Chance, FAULT_KINDS, type FaultKind } from './shape.ts';
import type { Protocol } from './speech/index.ts';

/** Traffic that does not come back is a finding. Where an RST was lost, the product's keep-alive finds out after 70 s. */
const TRAFFIC_MS = 120_000;

export interface Cell {
  readonly kind: string;
  readonly place: string;
  /** Roughly how long one takes; what is dear comes seldom. */
  readonly cost: number;
  /** Resolves with how much it did, in the unit of its kind; 0: it did not land. */
  readonly inflict: (line: Line) => Promise<number>;
}

export interface Afflicting {
  readonly ledger: Ledger;
  readonly chance: Chance;
  /** How long links took to be let go by both sides after a peer was gone without a word. */
  readonly noticedMs: number[];
  /** Some faults last longer than a silent peer is waited for. */
  readonly patient: boolean;
}

/** Resolves when bytes have come just now; with the connection on which they did. */
async function busy<T>(stretch: { readonly port: number; busy(): Promise<T> }): Promise<T> {
  const late = new AbortController();
  const none = elapse(TRAFFIC_MS, 'none' as const, { signal: late.signal }).catch(() => 'none' as const);
  const found = await Promise.race([stretch.busy(), none]);
  late.abort();
  if (found === 'none') throw new Error(`no bytes through the relay at ${stretch.port} for ${TRAFFIC_MS} ms`);
  return found;
}

function onRelay(kind: FaultKind, hop: Hop, { ledger, chance, noticedMs, patient }: Afflicting): Cell {
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

function onDatagrams(kind: DatagramKind, hop: Hop): Cell {
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

function onPackets(kind: 'loss' | 'blackhole', hop: Hop, { chance, patient }: Afflicting): Cell {
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
      for (let more = 0; more < 20 && (await loss.dropped()) === 0; more++) await elapse(100);
      const dropped = await loss.dropped();
      await loss.heal();
      return inFlight ? dropped : 0;
    },
  };
}

function ofAgent(kind: 'kill' | 'stop', afflicting: Afflicting): Cell {
  const { ledger } = afflicting;
  return {
    kind,
    place: 'agent',
    cost: kind === 'kill' ? 10 : 12,
    async inflict(line) {
      await busy(line.relays['visitor–gateway']);
      const inFlight = line.idleMs <= IN_FLIGHT_MS;
      const { running } = line.agent;
      if (kind === 'stop') return inFlight ? await stopped(running, pauseMs(afflicting)) : 0;
      const since = performance.now();
      const gone = (await running.stop('SIGKILL')) === 137;
      ledger.killed(line.protocol, since);
      await line.startAgent();
      return Number(gone && inFlight);
    },
  };
}

export const pauseMs = ({ chance, patient }: Afflicting) =>
  patient && chance.next() < 0.1 ? 20_000 : chance.between(300, patient ? 3_000 : 1_000);

/** Stands still for a while. Resolves with how many milliseconds it did. */
export async function stopped(running: Running, forMs: number): Promise<number> {
  running.child.kill('SIGSTOP');
  await elapse(forMs);
  const still = / T /.test(readFileSync(`/proc/${running.pid}/stat`, 'latin1'));
  running.child.kill('SIGCONT');
  return still ? forMs : 0;
}

/** Everything that can happen to one line, whose link is a connection whatever it carries. */
export function cellsOf(protocol: Protocol, afflicting: Afflicting): readonly Cell[] {
  const relays = (hop: Hop) =>
    protocol === 'udp' && hop !== 'link'
      ? DATAGRAM_KINDS.map((kind) => onDatagrams(kind, hop))
      : FAULT_KINDS.map((kind) => onRelay(kind, hop, afflicting));
  return [
    ...HOPS.flatMap(relays),
    ...(['loss', 'blackhole'] as const).flatMap((kind) => HOPS.map((hop) => onPackets(kind, hop, afflicting))),
    ...(['kill', 'stop'] as const).map((kind) => ofAgent(kind, afflicting)),
  ];
}
