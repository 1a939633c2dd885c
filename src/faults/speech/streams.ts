import { Server as HttpServer } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import type { Ledger } from '../ledger.ts';
import { PEERS, type Protocol } from '../peers/index.ts';
import type { Peer } from '../peers/peer.ts';
import { Relay } from '../relay.ts';
import type { Manner, Speech } from './speech.ts';

/** A visit that fails sooner is not followed by the next at once. */
const BREATH_MS = 20;

/** Conversations of two streams, each of a length by chance. */
export class StreamSpeech implements Speech {
  readonly scheme: 'tcp' | 'http';
  readonly #protocol: Protocol;
  readonly #ledger: Ledger;
  readonly #manner: Manner;
  readonly #peer: Peer;
  readonly #origin: Server;

  private constructor(protocol: Protocol, ledger: Ledger, manner: Manner, peer: Peer, origin: Server) {
    this.scheme = protocol === 'tcp' ? 'tcp' : 'http';
    this.#protocol = protocol;
    this.#ledger = ledger;
    this.#manner = manner;
    this.#peer = peer;
    this.#origin = origin;
  }

  static async begin(protocol: Protocol, ledger: Ledger, manner: Manner): Promise<StreamSpeech> {
    const peer = PEERS[protocol]();
    return new StreamSpeech(protocol, ledger, manner, peer, await peer.serve(ledger));
  }

  get originPort(): number {
    return (this.#origin.address() as AddressInfo).port;
  }

  stretch(to: () => number): Promise<Relay> {
    return Relay.listen(to);
  }

  async converse(port: number, host: string): Promise<void> {
    const { chance, lengthMax } = this.#manner;
    const length = () => (chance.next() < 0.05 ? 0 : Math.floor(chance.next() ** 2 * lengthMax));
    const begun = performance.now();
    const asks = this.#protocol === 'http' && chance.next() < 0.5;
    const talk = this.#ledger.talk(this.#protocol, asks ? 0 : length(), length(), !asks);
    await this.#peer.visit({ port, host, ledger: this.#ledger, talk });
    if (performance.now() - begun < BREATH_MS) await new Promise((resolve) => setTimeout(resolve, BREATH_MS));
  }

  rest(): void {
    this.#peer.rest?.();
    // What an agent keeps for the next request it would keep for seconds.
    if (this.#origin instanceof HttpServer) this.#origin.closeIdleConnections();
  }

  close(): void {
    this.#origin.close();
  }
}
