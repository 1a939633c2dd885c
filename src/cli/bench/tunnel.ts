// A gateway and an agent of this run, with everything published that scenarios visit.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { At } from './load/orders.ts';
import type { Origin } from './origin.ts';
import { Part, type Place } from './part.ts';
import { freeRange } from './ports.ts';
import { answersHttp, echoes } from './probe.ts';

export type LinkKind = 'tls' | 'plain';

const NAME = 'bench';
const HOST = '127.0.0.1';

/** Where a visitor goes for what. */
export interface Doors {
  readonly http: At;
  readonly sink: At;
  readonly echo: At;
  /** The same origin by host name, through whatever understands HTTP. */
  readonly named: At & { readonly hostHeader: string };
}

export function directDoors({ http, sink, echo }: Origin): Doors {
  const at = (port: number): At => ({ host: HOST, port });
  return { http: at(http), sink: at(sink), echo: at(echo), named: { ...at(http), hostHeader: 'origin' } };
}

const SERVE = ['serve', '--json', '--log-level', 'warn', '--http', `${HOST}:0`, '--https', `${HOST}:0`];

/** The command line of a gateway that is ready on its first line of stdout. */
export function serveArgs(kind: LinkKind, dataDirectory: string, tcpPorts: string): readonly string[] {
  const insecure = kind === 'plain' ? ['--insecure'] : [];
  return [...SERVE, '--admin', `${HOST}:0`, '--tcp-ports', tcpPorts, '--data-dir', dataDirectory, ...insecure];
}

const portOf = (address: string) => Number(/:(\d+)$/.exec(address)![1]);

export class Tunnel {
  readonly doors: Doors;
  readonly #gateway: Part;
  readonly #agent: Part;

  private constructor(gateway: Part, agent: Part, doors: Doors) {
    this.#gateway = gateway;
    this.#agent = agent;
    this.doors = doors;
  }

  /** Processes whose memory the tunnel is. */
  get pids(): readonly number[] {
    return [this.#gateway.pid, this.#agent.pid];
  }

  /** `id` names its folder. Rejects, with nothing left running, when a visitor cannot get through. */
  static async start(kind: LinkKind, id: string, origin: Origin, place: Place): Promise<Tunnel> {
    const [http, sink, echo] = (await freeRange(3)) as [number, number, number];
    const folder = join(place.folder, id);
    await mkdir(folder);
    const gateway = new Part(`the gateway (${kind})`, serveArgs(kind, join(folder, 'data'), `${http}-${echo}`), place);
    try {
      const ready = JSON.parse(await gateway.line()) as { readonly http: string; readonly join: string };
      const named = { host: HOST, port: portOf(ready.http), hostHeader: `${NAME}.localhost:${portOf(ready.http)}` };
      const at = (port: number): At => ({ host: HOST, port });
      const doors: Doors = { http: at(http), sink: at(sink), echo: at(echo), named };
      // Over TLS agents come to the HTTPS port, without it to the plain one.
      const link = kind === 'tls' ? ready.join : ready.join.replace(/:\d+\//, `:${named.port}/`);
      const agent = await startAgent(kind, folder, link, origin, doors, place);
      return new Tunnel(gateway, agent, doors);
    } catch (error) {
      await gateway.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.#agent.stop();
    await this.#gateway.stop();
  }
}

async function startAgent(
  kind: LinkKind,
  folder: string,
  link: string,
  origin: Origin,
  doors: Doors,
  place: Place,
): Promise<Part> {
  const file = join(folder, 'agent.json');
  const tcp = (port: number, door: At) => ({ target: `tcp://${HOST}:${port}`, port: door.port });
  const exposures = [
    tcp(origin.http, doors.http),
    tcp(origin.sink, doors.sink),
    tcp(origin.echo, doors.echo),
    { target: `http://${HOST}:${origin.http}`, name: NAME },
  ];
  const transport = kind === 'tls' ? { transport: 'tls' } : { transport: 'tcp', insecure: true };
  await writeFile(file, JSON.stringify({ ...transport, exposures }));
  const env = { ...place.env, TUNNELKIT_GATEWAY: link, XDG_CONFIG_HOME: join(folder, 'config') };
  // Quiet: a line for every request would be measured as well.
  const agent = new Part(`the agent (${kind})`, ['connect', '--quiet', '--config', file], { ...place, env });
  const through = [
    answersHttp(doors.http, 'origin'),
    answersHttp(doors.sink, 'origin'),
    echoes(doors.echo),
    answersHttp(doors.named, doors.named.hostHeader),
  ];
  try {
    await agent.orEnd(Promise.all(through));
    return agent;
  } catch (error) {
    await agent.stop();
    throw error;
  }
}
