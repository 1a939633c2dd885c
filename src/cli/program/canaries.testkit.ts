// A world in which every secret is known to the test: tokens, a password, and what a visitor gives away.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Gateway, PROGRAM, World } from './program.testkit.ts';
import { startSite } from './site.testkit.ts';

/** The loudest. */
export const TRACE = ['--log-level', 'trace', '--log-format', 'json'];

const PASSWORD = 'canary-in-the-mine-7319';
/** Of a visitor. */
export const VISITOR = {
  cookie: 'canary-of-a-cookie-2216',
  bearer: 'canary-of-a-bearer-4483',
  query: 'canary-of-a-query-9150',
};

export class Canaries {
  readonly world = new World();
  readonly password = PASSWORD;
  gateway!: Gateway;
  /** Of a site that answers. */
  port!: string;
  token!: string;
  #adminToken!: string;

  /** A gateway at its loudest, its admin token, and a login that is called `home`. */
  static async plant(): Promise<Canaries> {
    const canaries = new Canaries();
    const { world } = canaries;
    canaries.port = (await startSite(world)).port;
    canaries.gateway = await world.serve(TRACE);
    canaries.token = /token=([^&]+)/.exec(canaries.link)![1]!;
    const made = world.tunnelkit(['token', 'create', '--admin', '--json']);
    await made.exit;
    canaries.#adminToken = String(made.events[0]!.token);
    const login = `printf %s "$LINK" | ${PROGRAM} login --as home -`;
    await world.start('login', 'sh', ['-c', login], { LINK: canaries.link }).exit;
    return canaries;
  }

  get link(): string {
    return this.gateway.ready.join;
  }

  /** Which of them `text` holds, as they are or as HTTP Basic has them. */
  in(text: string): readonly string[] {
    const basic = Buffer.from(`ann:${PASSWORD}`).toString('base64');
    const all = [this.token, this.#adminToken, PASSWORD, basic, ...Object.values(VISITOR)];
    return all.filter((secret) => text.includes(secret));
  }

  /** The files under a folder of the world that hold any, with their modes. */
  filesIn(folder: string): Readonly<Record<string, number>> {
    const root = this.world.path(folder);
    const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) =>
      statSync(join(root, name)).isFile(),
    );
    const holding = files.filter((name) => this.in(readFileSync(join(root, name), 'latin1')).length > 0);
    return Object.fromEntries(holding.map((name) => [name, statSync(join(root, name)).mode & 0o777]));
  }

  /** A configuration of an agent, with the link and a password. */
  configure(name: string): string {
    const text = `gateway: ${this.link}\nexposures:\n  - target: ${this.port}\n    name: seen\n    auth: ann:${PASSWORD}\n`;
    writeFileSync(this.world.path(name), text, { mode: 0o600 });
    return this.world.path(name);
  }
}
