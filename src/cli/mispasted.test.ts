// A token pasted into a place that was meant for something else, in every command: what is said of the mistake does not repeat it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { formatJoinLink } from '../identity/join-link.ts';
import { makeKey } from '../identity/keys.ts';
import { pinOf } from '../identity/pin.ts';
import { makeToken } from '../identity/token.ts';
import { COMMANDS } from './commands.ts';
import { run } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'tunnelkit-mispasted-'));
beforeAll(() => {
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), filled(text));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const token = makeToken();
const LINK = formatJoinLink({ host: '127.0.0.1', port: 1, token, pin: pinOf(makeKey().publicKey) });
/** What the words of a line stand for. */
const SECRETS: Readonly<Record<string, string>> = {
  TOKEN: token.text,
  ADMIN: `tka_${token.text.slice(4, 47)}`,
  LINK,
  CUT: LINK.slice(0, -5),
  PINLESS: LINK.replace('pin=', 'pn='),
  WEBLINK: LINK.replace('tk:', 'https:'),
  FOLDER: folder,
  USERINFO: `http://ann:${token.text.slice(4)}@127.0.0.1:1`,
};
/** Configurations that cannot be taken. */
const FILES: Readonly<Record<string, string>> = {
  'broken.yaml': 'gateway: LINK\nexposures: [\n',
  'unknown.yaml': 'token: TOKEN\nexposures: []\n',
  'wrong.json': '{"gateway": "LINK", "exposures": [{"target": "TOKEN"}]}',
  'key.toml': 'TOKEN = 1\n',
};
const filled = (text: string) => text.replace(/\b[A-Z]{3,}\b/g, (word) => SECRETS[word] ?? word);
const HOME = { HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder, PATH: '' };

type Env = Readonly<Record<string, string>>;
type Mistake = readonly [line: string, env?: Env];

const EVERYWHERE = COMMANDS.flatMap(({ name }): Mistake[] => [
  [`${name} --tokn=TOKEN --log-level ADMIN`],
  [`${name} --log-format TOKEN`],
  [`${name} too many words TOKEN LINK`],
]);

const EXPOSE: readonly Mistake[] = [
  ...['gateway', 'transport', 'port', 'wait', 'allow-ip', 'host-header', 'origin-timeout', 'name', 'auth'].map(
    (option): Mistake => [`expose 3000 --${option} TOKEN`],
  ),
  ...['TOKEN', 'LINK', 'USERINFO'].map((target): Mistake => [`expose ${target}`]),
  ...['TOKEN:443', 'PINLESS', 'CUT', 'LINK', 'LINK --token-file TOKEN', '127.0.0.1:1 --token-file TOKEN'].map(
    (gateway): Mistake => [`expose 3000 --gateway ${gateway}`],
  ),
  ['expose 3000 --gateway 127.0.0.1:1', { TUNNELKIT_TOKEN: 'TOKENx' }],
  ['expose 3000 --gateway 127.0.0.1:1', { TUNNELKIT_TOKEN: 'TOKEN', HTTPS_PROXY: 'USERINFO' }],
  ['expose 3000 --gateway 127.0.0.1:1 --transport ws', { TUNNELKIT_TOKEN: 'TOKEN', HTTPS_PROXY: 'USERINFO' }],
  ['expose 3000 --gateway 127.0.0.1:1', { TUNNELKIT_TOKEN_FILE: 'TOKEN' }],
  ['expose 3000', { TUNNELKIT_GATEWAY: 'TOKEN' }],
  ['expose 3000', { TUNNELKIT_GATEWAY: 'LINK LINK' }],
];

const CONNECT: readonly Mistake[] = [
  ['connect --config TOKEN'],
  ['connect --gateway TOKEN'],
  ['connect', { TUNNELKIT_CONFIG: 'TOKEN' }],
  ...Object.keys(FILES).map((name): Mistake => [`connect --config FOLDER/${name}`]),
];

const SERVE = ['http', 'tcp-ports', 'trusted-proxy', 'domain', 'cert', 'config'].map(
  (option): Mistake => [`serve --${option} TOKEN`],
);

const SHOWS = ['', ' --origin'].map(
  (origin): Mistake => [`config show${origin}`, { TUNNELKIT_GATEWAY: 'LINK', TUNNELKIT_TOKEN: 'TOKEN' }],
);

const OTHERS = [
  ...['TOKEN', 'LINK', 'help TOKEN', 'login TOKEN', 'login ADMIN', 'login WEBLINK', 'login CUT', 'login PINLESS'],
  ...['token TOKEN', 'token revoke TOKEN', 'token create --ports TOKEN', 'names release TOKEN', 'names TOKEN'],
  ...['status --data-dir TOKEN', 'explain TOKEN', 'completion TOKEN', 'config show --config TOKEN'],
  ...['bench TOKEN', 'bench --threshold TOKEN', 'bench --baseline TOKEN'],
  ...['service install TOKEN', 'service install --gateway LINK'],
].map((line): Mistake => [line]);

async function said(line: string, env: Env): Promise<string> {
  let text = '';
  const output = {
    write: (more: string) => {
      text += more;
    },
  };
  const secrets = Object.fromEntries(Object.entries(env).map(([name, value]) => [name, filled(value)]));
  await run(filled(line).split(' '), { ...HOME, ...secrets }, output, output);
  return text;
}

const SECRET = token.text.slice(4);
const PARTS = [SECRET.slice(0, 16), SECRET.slice(16, 32), SECRET.slice(32)];
const leaks = (text: string) => PARTS.filter((part) => text.includes(part));

const ALL = [...EXPOSE, ...CONNECT, ...SERVE, ...SHOWS, ...OTHERS];
const PROGRAMS = ' --json --log-level trace --log-format json';

it.each([...EVERYWHERE, ...ALL].map(([line, env = {}]) => ({ line, env })))('$line $env', async ({ line, env }) => {
  for (const manner of EVERYWHERE.some(([of]) => of === line) ? [''] : ['', PROGRAMS]) {
    const text = await said(line + manner, env);
    expect({ leaks: leaks(text), silent: text === '' }).toEqual({ leaks: [], silent: false });
  }
});
