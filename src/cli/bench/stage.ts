// Everything a run needs around it: a folder of its own, the origin, load processes, tunnels. Closing it leaves nothing behind.
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TunnelError } from '../../contract/errors.ts';
import type { Environment } from '../command.ts';
import { unwritable } from '../unwritable.ts';
import { Loaders } from './loaders.ts';
import type { NoOrigin, Origin, OriginChoice } from './origin.ts';
import { Part, type Place } from './part.ts';
import type { Path } from './report-types.ts';
import { type Doors, directDoors, type LinkKind, Tunnel } from './tunnel.ts';

/** What programs need to find others; nothing that could change what is measured (proxies, tokens, gateways). */
const KEPT = ['PATH', 'TMPDIR', 'LANG', 'SystemRoot', 'TEMP'];

export interface StageOptions {
  readonly env: Environment;
  readonly origin: OriginChoice;
  readonly loadProcesses: number;
}

export class Stage {
  readonly place: Place;
  readonly origin: Origin;
  readonly loaders: Loaders;
  /** For what goes on beside what is measured. */
  readonly otherLoaders: Loaders;
  readonly #originPart: Part;
  readonly #over: AbortController;
  readonly #tunnels = new Map<LinkKind, Promise<Tunnel>>();
  #made = 0;
  #closed: Promise<void> | undefined;

  private constructor(place: Place, over: AbortController, originPart: Part, origin: Origin, loadProcesses: number) {
    this.place = place;
    this.#over = over;
    this.#originPart = originPart;
    this.origin = origin;
    this.loaders = new Loaders(loadProcesses, place);
    this.otherLoaders = new Loaders(1, place);
  }

  /** Throws, with nothing left behind: TK-8005 or TK-8002 without a folder to write in, TK-4010 without an origin. */
  static async open({ env, origin, loadProcesses }: StageOptions): Promise<Stage> {
    const folder = await mkdtemp(join(tmpdir(), 'tunnelkit-bench-')).catch((cause) => {
      throw unwritable(tmpdir(), cause);
    });
    const over = new AbortController();
    const place = { folder, env: environment(env, folder), over: over.signal };
    const part = new Part('the origin', ['origin', folder, origin], place);
    try {
      const started = (await part.message()) as Origin | NoOrigin;
      if ('error' in started) throw failure(started, folder);
      return new Stage(place, over, part, started, loadProcesses);
    } catch (error) {
      await part.stop();
      throw error;
    }
  }

  /** Where the visitors of a path go; its tunnel is started for the first of them. */
  async doors(path: Path): Promise<Doors> {
    if (path === 'direct') return directDoors(this.origin);
    const tunnel = this.#tunnels.get(path) ?? this.freshTunnel(path);
    this.#tunnels.set(path, tunnel);
    return (await tunnel).doors;
  }

  /** One that nobody has used. The caller stops it. */
  freshTunnel(kind: LinkKind): Promise<Tunnel> {
    return Tunnel.start(kind, this.freshName(kind), this.origin, this.place);
  }

  /** For a folder. */
  freshName(what: string): string {
    this.#made += 1;
    return `${what}-${this.#made}`;
  }

  /** May be called again: there is only one end. */
  close(): Promise<void> {
    this.#over.abort(new Error('the run is over'));
    this.#closed ??= this.#end();
    return this.#closed;
  }

  async #end(): Promise<void> {
    await Promise.all([this.loaders.stop(), this.otherLoaders.stop()]);
    await Promise.allSettled([...this.#tunnels.values()].map(async (tunnel) => (await tunnel).stop()));
    // The last: it removes the folder.
    await this.#originPart.stop();
  }
}

function failure({ error, system }: NoOrigin, folder: string): TunnelError {
  if (system === 'ENOSPC') return new TunnelError('TK-8002', `${folder}: ${error}.`);
  return new TunnelError('TK-4010', `the origin did not start: ${error}.`);
}

function environment(env: Environment, folder: string): Readonly<Record<string, string>> {
  const kept = KEPT.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]]));
  const own = { HOME: folder, XDG_DATA_HOME: join(folder, 'data'), XDG_CONFIG_HOME: join(folder, 'config') };
  return { ...Object.fromEntries(kept), ...own };
}
