// Every line that README.md and `tunnelkit COMMAND --help` show is run here, and does what it says.
//
// Who adds a line to README.md, or an example to a command's row, adds a rule to RULES under the same line: it runs the line on the
// stage (`stage.done`: it ends well; `stage.publishes`: its URL answers; `stage.serve`: it becomes ready) and looks at what it
// promises. Where the stage differs from the example (ports, names, places), that stands in the one table of `stage.testkit.ts`.
// What cannot be run here stands in ELSEWHERE, with the reason. A line without a rule fails, and so does a rule without its line.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../commands.ts';
import { checkConfig } from '../config/load.ts';
import { type Example, shownByHelp, shownByReadme } from './examples.testkit.ts';
import { type Gateway, ROOT } from './program.testkit.ts';
import { Stage } from './stage.testkit.ts';
import { UdpEnd } from './udp.testkit.ts';
import { visit } from './visit.testkit.ts';

type Rule = (example: Example, stage: Stage) => Promise<unknown>;

const ELSEWHERE: readonly (readonly [lines: RegExp, reason: string])[] = [
  [/^make dist\b/, 'builds executables for minutes: the tests of the executable'],
  [/^sudo install /, 'would write where all programs of this machine are'],
  [/^(sudo )?tunnelkit service /, 'would change the services of whoever runs the tests: service.test.ts'],
  [/^(sudo )?(apt|apt-get|docker|npx|npm) /, 'installs from the network: the tests of the package and of the image'],
  [/^(sudo )?systemctl |^journalctl /, 'asks the systemd of this machine: service.test.ts'],
];

const wouldRun = (target: string) => execFileSync('make', ['-n', target], { cwd: ROOT, encoding: 'utf8' });

const serves: Rule = async (example, stage) => {
  const { running } = await stage.serve(example);
  expect(await running.stop('SIGINT')).toBe(0);
};
const onServer =
  (said: RegExp): Rule =>
  async (example, stage) =>
    expect(await stage.done(example, stage.server)).toMatch(said);
const says =
  (said: RegExp): Rule =>
  async (example, stage) =>
    expect(await stage.done(example)).toMatch(said);
/** It writes a file; `holds` is in it. */
const writes =
  (folder: string, file: string, holds: string): Rule =>
  async (example, stage) => {
    stage.world.makeFolder(folder);
    await stage.done(example);
    expect(execFileSync('cat', [stage.world.path(folder, file)], { encoding: 'utf8' })).toContain(holds);
  };
const connects: Rule = async (example, stage) => {
  const running = stage.run(example);
  await running.line(/https:\/\/app\.example\.test:\d+ → /);
  await running.line(new RegExp(`tcp://example.test:${stage.firstPort + 5} → `));
  expect(await running.stop('SIGINT')).toBe(0);
};

/** It publishes a UDP service at `url`: one datagram goes there, and its answer comes back. */
const answersDatagrams =
  (url: string): Rule =>
  async (example, stage) => {
    const service = await UdpEnd.bind(Number(stage.ours('51820')));
    service.socket.on('message', (bytes, { port, address }) => service.socket.send(bytes, port, address));
    const { running, said } = await stage.says(example);
    expect(said).toBe(stage.ours(url));
    const visitor = await UdpEnd.bind();
    expect(`${await visitor.ask(Number(new URL(said).port), Buffer.from('a datagram'))}`).toBe('a datagram');
    visitor.close();
    service.close();
    expect(await running.stop('SIGINT')).toBe(0);
  };

let local: Gateway;
const LOCAL = { XDG_DATA_HOME: 'local' };

/** The step of the sample workflow. */
const IN_CI = `bin/tunnelkit bench \${BASELINE:+--baseline "$BASELINE"} --json report.json --markdown "$GITHUB_STEP_SUMMARY" --threshold 'http.c64.ratio>0.2'`;

const RULES: Readonly<Record<string, Rule>> = {
  // What it does is the business of demo.test.ts.
  'make run': async () => expect(wouldRun('run')).toContain('bin/demo.js'),
  'make test': async () => expect(wouldRun('test')).toMatch(/test-needs[\s\S]*vitest\.mjs run /),
  'bin/tunnelkit serve': async (example, stage) => {
    local = await stage.serve(example, LOCAL);
  },
  'bin/tunnelkit expose 3000': async (example, stage) => {
    expect(example.promise).toContain('prints http://NAME.localhost:8080');
    const { running, said } = await stage.says(example, LOCAL);
    expect(said).toMatch(new RegExp(`^http://[a-z0-9-]+\\.localhost:${local.ready.http.split(':').at(-1)}$`));
    expect((await visit(new URL(said))).text).toContain('It works');
    expect(await running.stop('SIGINT')).toBe(0);
    expect(await local.running.stop('SIGINT')).toBe(0);
  },
  'tunnelkit serve --domain example.com --data-dir /var/lib/tunnelkit': async (example, stage) => {
    stage.gateway = await stage.serve(example);
    expect(stage.gateway.ready.join).toMatch(/^tk:\/\/example\.test:\d+\/\?token=[^&]+&pin=sha256-/);
  },
  "tunnelkit login 'tk://example.com:443/?token=…&pin=sha256-…'": (example, stage) => stage.done(example),
  'tunnelkit expose 3000 --name app': (example, stage) =>
    stage.publishes(example, stage.url(example.promise), 'It works'),
  'tunnelkit expose ./public --name docs': (example, stage) =>
    stage.publishes(example, stage.url('https://docs.example.com'), 'a directory'),
  'tunnelkit expose tcp://localhost:5432': async (example, stage) => {
    const { running, said } = await stage.says(example);
    expect(said).toBe(stage.ours(example.promise));
    // The site stands in for a database: the port carries bytes, whatever they are.
    expect((await visit(new URL(said.replace('tcp:', 'http:')))).text).toContain('It works');
    expect(await running.stop('SIGINT')).toBe(0);
  },
  'tunnelkit expose udp://localhost:51820': answersDatagrams('udp://example.com:20001'),
  'tunnelkit expose udp://localhost:51820 --port 20050': answersDatagrams('udp://example.com:20050'),
  'tunnelkit expose 3000 --auth ann:secret --allow-ip 203.0.113.0/24': (example, stage) =>
    stage.publishes(example, /^https:/, 'TK-1010', 403),
  'tunnelkit connect --config tunnelkit.yaml': connects,

  'tunnelkit serve': serves,
  'tunnelkit serve --domain example.com --cert fullchain.pem --key privkey.pem': serves,
  'tunnelkit serve --domain example.com': serves,
  'tunnelkit serve --domain example.com --acme off --http 127.0.0.1:8080 --https 127.0.0.1:8443 --trusted-proxy 127.0.0.1':
    serves,
  'tunnelkit serve --public-host 203.0.113.7': serves,
  'tunnelkit expose 3000': (example, stage) =>
    stage.publishes(example, /^https:\/\/[a-z0-9-]+\.example\.test:/, 'It works'),
  'tunnelkit expose 3000 --name app --auth ann:secret': (example, stage) =>
    stage.publishes(example, stage.url('https://app.example.com'), 'TK-1009', 401),
  'tunnelkit expose tcp://localhost:5432 --allow-ip 203.0.113.0/24': async (example, stage) => {
    const { running, said } = await stage.says(example);
    expect(said).toMatch(/^tcp:\/\/example\.test:\d+$/);
    await expect(visit(new URL(said.replace('tcp:', 'http:')))).rejects.toThrow();
    expect(await running.stop('SIGINT')).toBe(0);
  },
  'tunnelkit connect': connects,
  'tunnelkit connect --config /etc/tunnelkit/site.yaml --gateway home': async (example, stage) => {
    await stage.done({ ...example, line: "tunnelkit login --as home 'tk://example.com:443/?'" });
    await connects(example, stage);
  },
  'ssh example.com tunnelkit token create | tunnelkit login --as vps -': (example, stage) => stage.done(example),
  'tunnelkit token create': onServer(/^tk:\/\/example\.test:/),
  "tunnelkit token create --account ann --names 'ann-*' --ports 20010-20019": onServer(/^tk:\/\/example\.test:/),
  'tunnelkit token list': onServer(/ {2}ann +ann-\* +20010-20019 +made /),
  'tunnelkit token revoke ID': async (example, stage) => {
    const tokens = await stage.done({ ...example, line: 'tunnelkit token list' }, stage.server);
    const [, id] = /^(\S+) {2}ann /m.exec(tokens)!;
    await stage.done({ ...example, line: example.line.replace('ID', id!) }, stage.server);
  },
  'tunnelkit names list': onServer(/^name +app +owner /m),
  'tunnelkit names release app': onServer(/^/),
  'tunnelkit status': onServer(/^gateway .*up for/),
  'tunnelkit status --json': onServer(/^\{"v":1,"type":"status"/),
  'tunnelkit doctor': (example, stage) => stage.done(example),
  'tunnelkit doctor 3000': (example, stage) => stage.done(example),
  'tunnelkit doctor --bundle report.tar.gz': async (example, stage) => {
    await stage.done(example);
    const file = stage.world.path('report.tar.gz');
    expect(execFileSync('tar', ['-tzf', file], { encoding: 'utf8' })).toContain('tunnelkit-report/doctor.txt');
    // README and help have the same example, and no bundle is overwritten.
    rmSync(file);
  },
  'tunnelkit explain TK-2001': says(/local service refused the connection/),
  'tunnelkit explain': says(/TK-1001[\s\S]*TK-9001/),
  'tunnelkit config show': says(/target/),
  'tunnelkit config show --origin --config tunnelkit.yaml': says(/tunnelkit\.yaml:\d+/),
  'tunnelkit config show --origin --domain example.com': says(/example\.test.*--domain/),
  'source <(tunnelkit completion bash)': async (example, stage) => {
    const line = `${example.line}; complete -p tunnelkit`;
    expect(await stage.done({ ...example, line })).toContain('-F _tunnelkit tunnelkit');
  },
  'tunnelkit completion bash > ~/.local/share/bash-completion/completions/tunnelkit': writes(
    '.local/share/bash-completion/completions',
    'tunnelkit',
    'complete -F',
  ),
  'tunnelkit completion zsh > ~/.zfunc/_tunnelkit': writes('.zfunc', '_tunnelkit', '#compdef tunnelkit'),
  'tunnelkit completion fish > ~/.config/fish/completions/tunnelkit.fish': writes(
    '.config/fish/completions',
    'tunnelkit.fish',
    'complete -c tunnelkit',
  ),
  'tunnelkit version': says(/^\d+\.\d+\.\d+/),
  'tunnelkit help expose': says(/tunnelkit expose TARGET/),
  'tunnelkit help environment': says(/TUNNELKIT_GATEWAY/),
  'tunnelkit bench http.c64 bulk': says(/64/),
  'tunnelkit bench --json main.json --html main.html': writes('.', 'main.json', 'http.c64'),
  "tunnelkit bench http --baseline main.json --threshold 'http.c64.ratio>0.2'": says(/64/),
  [IN_CI]: async (example, stage) => {
    const env = { GITHUB_STEP_SUMMARY: stage.world.path('summary.md') };
    await stage.done(example, env);
    // The next push has a baseline.
    await stage.done({ ...example, line: 'mv report.json baseline.json' });
    await stage.done(example, { ...env, BASELINE: 'baseline.json' });
    expect(readFileSync(env.GITHUB_STEP_SUMMARY, 'utf8')).toContain('`http.c64`');
  },
  'mv report.json baseline.json': async (_, stage) => expect(existsSync(stage.world.path('baseline.json'))).toBe(true),
};

const readme = shownByReadme();
const shown = [...readme.examples, ...shownByHelp()];
const reasonOf = ({ line }: Example) => ELSEWHERE.find(([lines]) => lines.test(line))?.[1];
const here = shown.filter((example) => reasonOf(example) === undefined);

/** They need nothing of the stage's gateway, so they run beside the others. */
const ALONE = /^(tunnelkit (bench|serve|explain|config|completion|version|help)\b|source )/;

let stage: Stage;
/** What became of each, once it was its turn. */
const outcomes = new Map<Example, Promise<unknown>>();

/** One after the other, each lane by itself. */
function runLane(examples: readonly Example[]): void {
  let before: Promise<unknown> = Promise.resolve();
  for (const example of examples) {
    const run = () => RULES[example.line]!(example, stage);
    before = before.then(run, run);
    outcomes.set(example, before);
  }
  before.catch(() => {});
}

const ruled = here.filter(({ line }) => Object.hasOwn(RULES, line));

beforeAll(async () => {
  stage = await Stage.make();
  const exposures = readme.files.find(({ text }) => text.startsWith('exposures:'))!;
  writeFileSync(stage.world.path('tunnelkit.yaml'), stage.ours(exposures.text));
  const isAlone = ({ from, line }: Example) => from !== 'README.md' && ALONE.test(line);
  runLane(ruled.filter(isAlone));
  runLane(ruled.filter((example) => !isAlone(example)));
});
afterAll(() => stage.world.close());

describe('the examples of README.md and of --help', () => {
  it('have a rule each', () => {
    const missing = here.filter(({ line }) => !Object.hasOwn(RULES, line)).map(({ from, line }) => `${from}: ${line}`);
    expect(missing, 'add these lines to RULES, or to ELSEWHERE with the reason').toEqual([]);
  });

  it('have no rule that nothing shows any more', () => {
    const lines = new Set(here.map(({ line }) => line));
    expect(Object.keys(RULES).filter((line) => !lines.has(line))).toEqual([]);
  });

  it('stand beside a table of all commands', () => {
    const text = readFileSync(`${ROOT}/README.md`, 'utf8');
    const rows = [...text.matchAll(/^\| `(\w+)/gm)].map(([, name]) => name!);
    const built = COMMANDS.filter(({ later }) => !later).map(({ name }) => name);
    expect(rows.toSorted()).toEqual(built.toSorted());
  });

  it('show configurations that are right', () => {
    for (const { language, text } of readme.files) expect(checkConfig(text, `README.${language}`)).toBeTypeOf('object');
  });

  it.each(ruled)('are right: $from: $line', async (example) => {
    await outcomes.get(example);
  });
});
