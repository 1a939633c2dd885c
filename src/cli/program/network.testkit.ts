// A network of two machines: this one, and one more in a namespace of its own at the other end of a wire. Needs root, iproute2 and nftables.
import { execFileSync } from 'node:child_process';

const run = (command: string, ...args: string[]) =>
  execFileSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });

/** One way between the machines: a pair of interfaces, and a network of two addresses. */
class Wire {
  readonly here: string;
  readonly there: string;
  readonly near: string;
  readonly far: string;

  constructor(name: string, which: number) {
    // 198.18.0.0/15 is for benches (RFC 2544): nobody's real network. By chance, so that runs beside each other do not meet.
    const number = Math.floor(Math.random() * 2 ** 15);
    const net = `198.${18 + (number >> 14)}.${(number >> 6) & 255}`;
    const host = (number & 63) * 4;
    this.here = `${net}.${host + 1}`;
    this.there = `${net}.${host + 2}`;
    this.near = `${name}a${which}`;
    this.far = `${name}b${which}`;
  }
}

export class FarMachine {
  readonly #name = `tk${process.pid}`;
  readonly #wires: Wire[] = [];
  #now!: Wire;

  static make(): FarMachine {
    const far = new FarMachine();
    run('ip', 'netns', 'add', far.#name);
    try {
      far.#there('ip', 'link', 'set', 'lo', 'up');
      far.#plug(far.#newWire());
    } catch (error) {
      far.remove();
      throw error;
    }
    return far;
  }

  /** This machine's address, wherever the other one is. */
  get here(): string {
    return this.#wires[0]!.here;
  }

  /** What to start so that `command` runs there. */
  command(command: string, args: readonly string[]): [string, string[]] {
    return ['ip', ['netns', 'exec', this.#name, command, ...args]];
  }

  /** From now on no packet passes, in neither direction, and nobody is told. */
  cut(): void {
    const rules = ['input', 'output'].map((hook) => {
      const wire = `${hook === 'input' ? 'iifname' : 'oifname'} "${this.#name}b*" drop`;
      return `chain ${hook} { type filter hook ${hook} priority 0; ${wire}; };`;
    });
    this.#there('nft', `table inet cut { ${rules.join(' ')} }`);
  }

  heal(): void {
    this.#there('nft', 'delete', 'table', 'inet', 'cut');
  }

  /** It leaves its network for another: the address is deleted, there is a new one, and the default route leads over the other wire. */
  move(): void {
    const left = this.#now;
    const next = this.#wires.find((wire) => wire !== left) ?? this.#newWire();
    this.#there('ip', 'address', 'delete', `${left.there}/30`, 'dev', left.far);
    this.#plug(next);
  }

  remove(): void {
    // The wires go with the namespace.
    run('ip', 'netns', 'delete', this.#name);
  }

  #newWire(): Wire {
    const wire = new Wire(this.#name, this.#wires.length);
    this.#wires.push(wire);
    run('ip', 'link', 'add', wire.near, 'type', 'veth', 'peer', 'name', wire.far, 'netns', this.#name);
    run('ip', 'address', 'add', `${wire.here}/30`, 'dev', wire.near);
    run('ip', 'link', 'set', wire.near, 'up');
    this.#there('ip', 'link', 'set', wire.far, 'up');
    return wire;
  }

  #plug(wire: Wire): void {
    this.#there('ip', 'address', 'add', `${wire.there}/30`, 'dev', wire.far);
    this.#there('ip', 'route', 'replace', 'default', 'via', wire.here);
    this.#now = wire;
  }

  #there(command: string, ...args: string[]): void {
    run(...((this.command(command, args) as [string, string[]]).flat() as [string, ...string[]]));
  }
}
