// One check of `tunnelkit doctor` alone, in this process, against a real gateway with a domain and a certificate.
import { writeFileSync } from 'node:fs';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { onTestFinished } from 'vitest';
import { limitValues } from '../../contract/limits.ts';
import { type HeldServer, scriptedServer } from '../../transport/held-server.testkit.ts';
import type { Check, Finding } from '../doctor/check.ts';
import { examine } from '../doctor/examine.ts';
import { Patient } from '../doctor/patient.ts';
import { Talk } from '../talk.ts';
import { World } from './program.testkit.ts';
import { install, TestAuthority } from './secure-visit.testkit.ts';

/** Of who waits for a silent peer. */
export const SHORT_MS = 300;

export interface Circumstances {
  readonly env?: Readonly<Record<string, string>>;
  /** How far the clock of this machine is ahead of the gateway's. */
  readonly aheadMs?: number;
  readonly limits?: Parameters<typeof limitValues>[0];
  readonly checkMs?: number;
}

export class Ward {
  readonly world: World;
  readonly authority: TestAuthority;
  /** The gateway's, for agents and visitors. */
  readonly port: number;
  readonly join: string;

  private constructor(
    world: World,
    authority: TestAuthority,
    ready: { readonly https: string; readonly join: string },
  ) {
    this.world = world;
    this.authority = authority;
    this.port = Number(ready.https.split(':').at(-1));
    this.join = ready.join.replace(/\/\/[^/]*\//, `//127.0.0.1:${this.port}/`);
  }

  static async open(): Promise<Ward> {
    const [world, authority] = [new World(), await TestAuthority.make()];
    const files = { cert: world.path('cert.pem'), key: world.path('key.pem') };
    install(await authority.leaf(['example.test', '*.example.test', 'localhost']), files);
    const { ready } = await world.serve(['--domain', 'example.test', '--cert', files.cert, '--key', files.key]);
    return new Ward(world, authority, ready);
  }

  /** What one check finds, whatever it needs. */
  async find(check: Check, options: object = {}, circumstances: Circumstances = {}): Promise<Finding> {
    const { env = {}, aheadMs = 0, limits = {}, checkMs = 20_000 } = circumstances;
    const output = { write: () => {} };
    const talk = new Talk(output, output, { json: false, quiet: true });
    const invocation = { options: { ...options }, env: { ...this.world.env, ...env }, talk, version: 'test' };
    const patient = new Patient({ invocation, limits: limitValues(limits), now: () => Date.now() + aheadMs });
    const [result] = await examine([{ ...check, needs: [] }], patient, { checkMs, allMs: 2 * checkMs }, () => {});
    const { outcome, code, seen, todo } = result!;
    return { outcome, seen, ...(code && { code }), ...(todo !== undefined && { todo }) };
  }

  /** A file of this world, and its path. */
  written(name: string, text: string): string {
    writeFileSync(this.world.path(name), text);
    return this.world.path(name);
  }

  /** The options of who takes another port for the gateway's. */
  at(port: number): object {
    return { gateway: this.join.replace(/:\d+\//, `:${port}/`) };
  }

  /** Until the test is over, this process trusts the certificate as a browser would. */
  trust(): void {
    const before = getCACertificates('default');
    setDefaultCACertificates([...before, this.authority.pem]);
    onTestFinished(() => setDefaultCACertificates(before));
  }
}

/** The port of a server that ends with the test. */
export async function held(server: HeldServer | Promise<HeldServer>): Promise<number> {
  const { port, close } = await server;
  onTestFinished(close);
  return port;
}

/** A port that takes connections and says nothing. */
export const silent = (): Promise<number> => held(scriptedServer(() => {}));
