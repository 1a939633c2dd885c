// A network of two machines: this one, and one more in a namespace of its own at the other end of a wire. Needs root, iproute2 and nftables.
import { execFileSync } from 'node:child_process';

const run = (command: string, ...args: string[]) =>
  execFileSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });

export class FarMachine {
  /** This machine's address on the wire. */
  readonly here: string;
  readonly there: string;
  readonly #name: string;

  private constructor() {
    // 198.18.0.0/15 is for benches (RFC 2544): nobody's real network. By chance, so that runs beside each other do not meet.
    const number = Math.floor(Math.random() * 2 ** 15);
    const net = `198.${18 + (number >> 14)}.${(number >> 6) & 255}`;
    const host = (number & 63) * 4;
    this.here = `${net}.${host + 1}`;
    this.there = `${net}.${host + 2}`;
    this.#name = `tk${process.pid}`;
  }

  static make(): FarMachine {
    const far = new FarMachine();
    const name = far.#name;
    run('ip', 'netns', 'add', name);
    try {
      run('ip', 'link', 'add', `${name}a`, 'type', 'veth', 'peer', 'name', `${name}b`, 'netns', name);
      run('ip', 'address', 'add', `${far.here}/30`, 'dev', `${name}a`);
      run('ip', 'link', 'set', `${name}a`, 'up');
      far.#there('ip', 'address', 'add', `${far.there}/30`, 'dev', `${name}b`);
      far.#there('ip', 'link', 'set', `${name}b`, 'up');
      far.#there('ip', 'link', 'set', 'lo', 'up');
    } catch (error) {
      far.remove();
      throw error;
    }
    return far;
  }

  /** What to start so that `command` runs there. */
  command(command: string, args: readonly string[]): [string, string[]] {
    return ['ip', ['netns', 'exec', this.#name, command, ...args]];
  }

  /** From now on no packet passes, in neither direction, and nobody is told. */
  cut(): void {
    const rules = ['input', 'output'].map((hook) => {
      const wire = `${hook === 'input' ? 'iifname' : 'oifname'} "${this.#name}b" drop`;
      return `chain ${hook} { type filter hook ${hook} priority 0; ${wire}; };`;
    });
    this.#there('nft', `table inet cut { ${rules.join(' ')} }`);
  }

  heal(): void {
    this.#there('nft', 'delete', 'table', 'inet', 'cut');
  }

  remove(): void {
    // The wire goes with the namespace.
    run('ip', 'netns', 'delete', this.#name);
  }

  #there(command: string, ...args: string[]): void {
    run(...((this.command(command, args) as [string, string[]]).flat() as [string, ...string[]]));
  }
}
