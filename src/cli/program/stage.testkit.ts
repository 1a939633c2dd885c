// The world in which the examples are run: a site, a server with a certificate, a laptop, and the words that differ from the examples'.
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { Example } from './examples.testkit.ts';
import { Pebble } from './pebble.testkit.ts';
import { freePort, freeRange, type Gateway, PROGRAM, type Running, World } from './program.testkit.ts';
import { install, TestAuthority, visitSecurely } from './secure-visit.testkit.ts';
import { startSite } from './site.testkit.ts';

const DOMAIN = 'example.test';

const firstOf = (range: string) => Number(range.split('-')[0]);

type Words = readonly [theirs: RegExp, ours: string];

/** What README and help say, and what it is here; applied in this order, each once a line. */
function wordsOf(server: string, firstPort: number, site: string, acme: string): readonly Words[] {
  return [
    [/^bin\/tunnelkit /, 'tunnelkit '],
    [/^ssh example\.com /, `XDG_DATA_HOME=${server} `],
    [/\/var\/lib\/tunnelkit/, `${server}/tunnelkit`],
    [/\/etc\/tunnelkit\/site\.yaml/, 'tunnelkit.yaml'],
    [/'tk:\/\/example\.com:443\/[^']*'/, '"$JOIN_LINK"'],
    [/203\.0\.113\.7$/, '127.0.0.1'],
    [/127\.0\.0\.1:8080/, '127.0.0.1:0'],
    [/127\.0\.0\.1:8443/, '127.0.0.1:0'],
    // No DNS knows this domain.
    [/ \| tunnelkit login/, ` | sed s/${DOMAIN}/127.0.0.1/ | tunnelkit login`],
    [/example\.com/, DOMAIN],
    [/\b20005\b/, String(firstPort + 5)],
    [/\b20050\b/, String(firstPort + 6)],
    [/\b20001\b/, String(firstPort + 1)],
    [/\b20000\b/, String(firstPort)],
    [/\b3000\b/, site],
    [/\b5432\b/, site],
    [/\b51820\b/, site],
    // How fast it is is for others to find out: here it is to be quick, and the same on a busy machine.
    [
      /^tunnelkit bench (http\.c64 bulk|http(?!\S)|(?=[-$]))/,
      'tunnelkit bench http.c64 --runs 1 --seconds 0.05 --origin own ',
    ],
    [/ratio>0\.2/, 'ratio>0.0001'],
    // One gateway at a time can be where the ACME server looks for challenges: that of README. Last, since its ports are no examples.
    [/^(tunnelkit serve --domain \S+ --data-dir \S+)/, `$1 ${acme}`],
    [/^(tunnelkit serve (?!.*--(?:cert|acme)).*--domain \S+)/, '$1 --acme off'],
  ];
}

export class Stage {
  readonly world: World;
  /** The environment of commands that are run on the server. */
  readonly server: Readonly<Record<string, string>>;
  readonly firstPort: number;
  /** The server's, once it runs. */
  gateway: Gateway | undefined;
  /** What visitors trust. */
  readonly #authorities: string;
  readonly #range: string;
  readonly #words: readonly Words[];
  #servers = 0;

  private constructor(world: World, authorities: string, range: string, words: readonly Words[]) {
    this.world = world;
    this.#authorities = authorities;
    this.#range = range;
    this.firstPort = firstOf(range);
    this.server = { XDG_DATA_HOME: world.path('server') };
    this.#words = words;
  }

  static async make(): Promise<Stage> {
    const world = new World();
    const authority = await TestAuthority.make();
    symlinkSync(PROGRAM, `${world.makeFolder('bin')}/tunnelkit`);
    world.env.PATH = `${world.path('bin')}:${world.env.PATH}`;
    install(await authority.leaf([DOMAIN, `*.${DOMAIN}`]), {
      cert: world.path('fullchain.pem'),
      key: world.path('privkey.pem'),
    });
    const httpPort = await freePort();
    const pebble = await Pebble.start(world, { httpPort });
    writeFileSync(world.path('authority.pem'), authority.pem + readFileSync(pebble.trusting.NODE_EXTRA_CA_CERTS));
    writeFileSync(`${world.makeFolder('public')}/index.html`, 'a directory');
    const range = await freeRange(8);
    const acme = ['--http', `127.0.0.1:${httpPort}`, ...pebble.args].join(' ');
    const words = wordsOf(world.path('server'), firstOf(range), (await startSite(world)).port, acme);
    return new Stage(world, authority.pem + (await pebble.root()), range, words);
  }

  /** A line or a text in the words of this stage. */
  ours(text: string): string {
    return text
      .split('\n')
      .map((line) => this.#words.reduce((sofar, [theirs, ours]) => sofar.replace(theirs, ours), line))
      .join('\n');
  }

  /** A promised URL is without a port; here no gateway has the usual ones. */
  url(promise: string): string {
    return this.ours(promise).replace(DOMAIN, `${DOMAIN}:${this.gateway!.ready.https.split(':').at(-1)}`);
  }

  run({ line }: Example, env: Readonly<Record<string, string>> = {}): Running {
    // One command becomes the shell, so that it gets the signals.
    const exec = /[|<>]/.test(line) ? '' : 'exec ';
    const link = { JOIN_LINK: this.gateway?.ready.join.replace(DOMAIN, '127.0.0.1') ?? '' };
    return this.world.start(line, 'bash', ['-o', 'pipefail', '-c', exec + this.ours(line)], { ...link, ...env });
  }

  /** It does its work and ends well; what it says on stdout. */
  async done(example: Example, env: Readonly<Record<string, string>> = {}): Promise<string> {
    const running = this.run(example, env);
    const said = `${await running.exit}\n${running.stdout}${running.stderr}`;
    expect(said).toMatch(/^0\n/);
    return running.stdout;
  }

  /** It becomes ready, and stays. Each has a data directory of its own but for the one that asks for it. */
  async serve({ line }: Example, env: Readonly<Record<string, string>> = {}): Promise<Gateway> {
    const args = this.ours(line).split(' ').slice(2);
    this.#servers += 1;
    return this.world.serve([...args, '--tcp-ports', this.#range], {
      XDG_DATA_HOME: this.world.path(`data-${this.#servers}`),
      NODE_EXTRA_CA_CERTS: this.world.path('authority.pem'),
      ...env,
    });
  }

  /** The first line on stdout of what goes on running. */
  async says(
    example: Example,
    env: Readonly<Record<string, string>> = {},
  ): Promise<{ running: Running; said: string }> {
    const running = this.run(example, env);
    const said = await running.until('a line on stdout', () => /^.*(?=\n)/.exec(running.stdout)?.[0]);
    return { running, said };
  }

  /** It publishes at `url` what has `text` in it, and stops when it is told to. */
  async publishes(example: Example, url: RegExp | string, text: string, status = 200): Promise<void> {
    const { running, said } = await this.says(example);
    expect(said).toMatch(url);
    const reply = await this.visit(said);
    expect([reply.status, reply.text]).toEqual([status, expect.stringContaining(text)]);
    expect(await running.stop('SIGINT')).toBe(0);
  }

  visit(url: string) {
    return visitSecurely(new URL(url), { ca: this.#authorities });
  }
}
