import type { Stretch } from '../stretch.ts';
import { Shell } from './shell.ts';

let shell: Shell | undefined;
const nft = (script: string) => {
  shell ??= new Shell();
  return shell.run(`nft '${script}'`);
};

/** Losses so far; two may be on one port at once. */
let count = 0;

/** Where packets go, or come from. */
type Wire = Pick<Stretch, 'transport' | 'port'>;

/** Packets of one port that are dropped by nftables, by chance or all; counted by the kernel. Needs root. */
export class PacketLoss {
  readonly #table: string;

  private constructor(table: string) {
    this.#table = table;
  }

  /**
   * `perThousand` of the packets from and to the port; 1,000: a blackhole. A lost RST is not sent again: whoever waits for it and has
   * nothing to say learns of it by keep-alive, after a minute in the product. `sparesRst`: for who cannot wait.
   */
  static async begin({ transport, port }: Wire, perThousand: number, sparesRst: boolean): Promise<PacketLoss> {
    count += 1;
    const loss = new PacketLoss(`tunnelkit_${transport}${port}_${count}`);
    const chance = perThousand >= 1_000 ? '' : `numgen random mod 1000 < ${perThousand}`;
    const which = sparesRst && transport === 'tcp' ? 'tcp flags & rst != rst' : '';
    const rules = ['dport', 'sport'].map((end) => `${transport} ${end} ${port} ${which} ${chance} counter drop;`);
    await nft(`table inet ${loss.#table} { chain input { type filter hook input priority 0; ${rules.join(' ')} }; }`);
    return loss;
  }

  /** Packets so far. */
  async dropped(): Promise<number> {
    const told = await nft(`list table inet ${this.#table}`);
    return [...told.matchAll(/packets (\d+)/g)].reduce((sum, [, count]) => sum + Number(count), 0);
  }

  async heal(): Promise<void> {
    await nft(`delete table inet ${this.#table}`);
  }
}
