// A real ACME server, Debian's `pebble`, with a DNS of its own: for whoever runs a gateway against it, in this process or as a program.
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { freePort, type Running, type World } from './program.testkit.ts';
import { install, TestAuthority } from './secure-visit.testkit.ts';

export interface PebbleOptions {
  /** Where it looks for challenges: the gateway's `--http` is to listen at this port of 127.0.0.1. */
  readonly httpPort: number;
  /** Domains, with everything below them, that it refuses. It crashes when asked for a name with fewer labels than one of these. */
  readonly refused?: readonly string[];
  readonly validSeconds?: number;
  /** Further variables: PEBBLE_WFE_NONCEREJECT, PEBBLE_AUTHZREUSE, PEBBLE_VA_SLEEPTIME. */
  readonly env?: Readonly<Record<string, string>>;
}

/** `PEBBLE_VA_NOSLEEP` for tests that do not ask for its usual pauses. */
const QUICK = { PEBBLE_VA_NOSLEEP: '1', PEBBLE_WFE_NONCEREJECT: '0', PEBBLE_AUTHZREUSE: '0' };

/** A name of its directory that no DNS knows: it is reached through a proxy. */
const FAR = 'acme.test';

export class Pebble {
  /** `--acme-directory`. */
  readonly directory: string;
  /** The same, by a name that only a proxy can resolve. */
  readonly farDirectory: string;
  /** The file that makes Node trust its directory: NODE_EXTRA_CA_CERTS. */
  readonly trusting: { readonly NODE_EXTRA_CA_CERTS: string };
  readonly running: Running;
  readonly #management: string;
  readonly #dns: string;
  readonly #ca: string;

  private constructor(running: Running, ports: Ports, ca: string, file: string) {
    this.running = running;
    this.directory = `https://localhost:${ports.directory}/dir`;
    this.farDirectory = `https://${FAR}:${ports.directory}/dir`;
    this.trusting = { NODE_EXTRA_CA_CERTS: file };
    this.#management = `https://localhost:${ports.management}`;
    this.#dns = `http://127.0.0.1:${ports.dnsManagement}`;
    this.#ca = ca;
  }

  /** Every name leads to 127.0.0.1 until `pointElsewhere`. Ends with the world. */
  static async start(world: World, options: PebbleOptions): Promise<Pebble> {
    const folder = world.makeFolder(`pebble-${options.httpPort}`);
    const authority = await TestAuthority.make();
    const files = { cert: `${folder}/cert.pem`, key: `${folder}/key.pem` };
    install(await authority.leaf(['localhost', '127.0.0.1', FAR]), files);
    writeFileSync(`${folder}/authority.pem`, authority.pem);
    const ports = await freePorts();
    const config = configOf(options, ports, files);
    writeFileSync(`${folder}/config.json`, JSON.stringify(config));
    await startDns(world, ports);
    const args = ['-config', `${folder}/config.json`, '-dnsserver', `127.0.0.1:${ports.dns}`];
    const running = world.start('pebble', 'pebble', args, { ...QUICK, ...options.env });
    await running.line(/ACME directory available/i);
    return new Pebble(running, ports, authority.pem, `${folder}/authority.pem`);
  }

  /** What `serve` is given so that it asks here. */
  get args(): string[] {
    return ['--acme-directory', this.directory];
  }

  /** The root of the certificates it issues: visitors trust it. */
  async root(): Promise<string> {
    const sent = request(`${this.#management}/roots/0`, { ca: this.#ca, agent: false }).end();
    const [response] = await once(sent, 'response');
    let text = '';
    for await (const part of response) text += part;
    return text;
  }

  /** Orders placed so far, by what it says of each. */
  get orders(): number {
    return this.running.stdout.match(/There are now \d+ orders in the db/g)?.length ?? 0;
  }

  get accounts(): number {
    return this.running.stdout.match(/There are now \d+ accounts in memory/g)?.length ?? 0;
  }

  /** From now on the name leads there; as it is, to an address where nobody is. */
  async pointElsewhere(name: string, address = '127.255.255.254'): Promise<void> {
    await this.#tellDns('add-a', { host: `${name}.`, addresses: [address] });
  }

  /** From now on nobody can say where the name leads. */
  async pointNowhere(name: string): Promise<void> {
    await this.#tellDns('set-servfail', { host: `${name}.` });
  }

  async pointBack(name: string): Promise<void> {
    await this.#tellDns('clear-a', { host: `${name}.` });
    await this.#tellDns('clear-servfail', { host: `${name}.` });
  }

  async #tellDns(what: string, body: object): Promise<void> {
    const reply = await fetch(`${this.#dns}/${what}`, { method: 'POST', body: JSON.stringify(body) });
    if (!reply.ok) throw new Error(`challtestsrv ${what}: ${reply.status}`);
  }
}

interface Ports {
  readonly directory: number;
  readonly management: number;
  readonly dns: number;
  readonly dnsManagement: number;
  readonly unused: number;
}

async function freePorts(): Promise<Ports> {
  const [directory, management, dns, dnsManagement, unused] = await Promise.all([1, 2, 3, 4, 5].map(() => freePort()));
  return { directory: directory!, management: management!, dns: dns!, dnsManagement: dnsManagement!, unused: unused! };
}

function configOf(
  { httpPort, refused, validSeconds }: PebbleOptions,
  ports: Ports,
  files: { cert: string; key: string },
) {
  return {
    pebble: {
      listenAddress: `127.0.0.1:${ports.directory}`,
      managementListenAddress: `127.0.0.1:${ports.management}`,
      certificate: files.cert,
      privateKey: files.key,
      httpPort,
      tlsPort: ports.unused,
      ...(refused ? { domainBlocklist: refused } : {}),
      ...(validSeconds ? { certificateValidityPeriod: validSeconds } : {}),
    },
  };
}

async function startDns(world: World, ports: Ports): Promise<void> {
  const off = ['-http01', '', '-https01', '', '-tlsalpn01', '', '-defaultIPv6', ''];
  const at = ['-dns01', `127.0.0.1:${ports.dns}`, '-management', `127.0.0.1:${ports.dnsManagement}`];
  const running = world.start('challtestsrv', 'pebble-challtestsrv', [...off, ...at]);
  await running.line(/Starting management server/i);
}
