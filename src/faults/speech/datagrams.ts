import type { Socket } from 'node:dgram';
import type { FlowLedger } from '../datagrams/flow-ledger.ts';
import { serveDatagrams, visitDatagrams } from '../datagrams/peer.ts';
import { DatagramRelay } from '../datagrams/relay.ts';
import type { Manner, Speech } from './speech.ts';

/** Flows of datagrams, each answered by one. */
export class DatagramSpeech implements Speech {
  readonly scheme = 'udp';
  readonly #ledger: FlowLedger;
  readonly #manner: Manner;
  readonly #origin: Socket;
  readonly #relays: DatagramRelay[] = [];
  /** Sockets of flows that are over; no other visitor gets their ports meanwhile. */
  readonly #left: Socket[] = [];
  #doubled = 0;

  private constructor(ledger: FlowLedger, manner: Manner, origin: Socket) {
    this.#ledger = ledger;
    this.#manner = manner;
    this.#origin = origin;
  }

  static async begin(ledger: FlowLedger, manner: Manner): Promise<DatagramSpeech> {
    return new DatagramSpeech(ledger, manner, await serveDatagrams(ledger));
  }

  get originPort(): number {
    return this.#origin.address().port;
  }

  async stretch(to: () => number): Promise<DatagramRelay> {
    const relay = await DatagramRelay.listen(to, this.#manner.chance);
    this.#relays.push(relay);
    return relay;
  }

  async converse(port: number): Promise<void> {
    this.#left.push(await visitDatagrams(this.#ledger, port, this.#manner.chance.between(50, 500)));
  }

  rest(): void {
    for (const socket of this.#left.splice(0)) socket.close();
    for (const relay of this.#relays) relay.forget();
    const doubled = this.#relays.reduce((sum, { effects }) => sum + effects.duplicate, 0);
    this.#ledger.judge(doubled - this.#doubled);
    this.#doubled = doubled;
  }

  close(): void {
    this.rest();
    this.#origin.close();
  }
}
