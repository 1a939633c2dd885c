import type { FlowLedger } from '../datagrams/flow-ledger.ts';
import type { Ledger } from '../ledger.ts';
import { PROTOCOLS as STREAMS } from '../peers/index.ts';
import { DatagramSpeech } from './datagrams.ts';
import type { Manner, Speech } from './speech.ts';
import { StreamSpeech } from './streams.ts';

/** Everything that is spoken through the tunnel in a campaign. */
export const PROTOCOLS = [...STREAMS, 'udp'] as const;
export type Protocol = (typeof PROTOCOLS)[number];

export interface Books {
  readonly streams: Ledger;
  readonly flows: FlowLedger;
}

export const beginSpeech = (protocol: Protocol, { streams, flows }: Books, manner: Manner): Promise<Speech> =>
  protocol === 'udp' ? DatagramSpeech.begin(flows, manner) : StreamSpeech.begin(protocol, streams, manner);
