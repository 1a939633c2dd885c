// The one table of commands and options: parsing, help, README and (later) man pages and completion are made from it. Data only.

export interface OptionRow {
  readonly name: string;
  readonly type: 'string' | 'boolean' | 'number' | 'list';
  /** What the value is called in the help; absent for booleans. */
  readonly value?: string;
  readonly summary: string;
  readonly choices?: readonly string[];
  /** In the product's plan but not built: using it is a usage error that says so. */
  readonly later?: true;
}

export interface CommandRow {
  readonly name: string;
  /** Positional arguments in yargs notation. */
  readonly positionals: string;
  /** The same for readers, where the notation does not say enough. */
  readonly usage?: string;
  readonly summary: string;
  /** More for the help, complete sentences. */
  readonly more?: string;
  /** Whole command lines, each with what it does; every one is run by a test. */
  readonly examples?: readonly (readonly [line: string, does: string])[];
  readonly options: readonly OptionRow[];
  readonly later?: true;
}

const flag = (name: string, summary: string): OptionRow => ({ name, type: 'boolean', summary });
const text = (name: string, value: string, summary: string, choices?: readonly string[]): OptionRow =>
  choices ? { name, type: 'string', value, summary, choices } : { name, type: 'string', value, summary };
const list = (name: string, value: string, summary: string): OptionRow => ({ name, type: 'list', value, summary });
const number = (name: string, value: string, summary: string): OptionRow => ({ name, type: 'number', value, summary });
const later = (row: OptionRow): OptionRow => ({ ...row, later: true });

/** Taken by every command. */
export const GLOBAL_OPTIONS: readonly OptionRow[] = [
  flag('json', 'stdout is newline-delimited JSON'),
  flag('quiet', 'only errors on stderr'),
  text('log-level', 'LEVEL', 'what reaches stderr', ['trace', 'debug', 'info', 'warn', 'error']),
  text('log-format', 'FORMAT', 'how it looks', ['auto', 'pretty', 'json']),
  { name: 'color', type: 'boolean', summary: 'colours on a terminal; --no-color turns them off' },
];

const DATA_DIR = text('data-dir', 'DIR', "the gateway's data directory");
const CONFIG = text('config', 'FILE', 'configuration (YAML, TOML or JSON)');
const REACTOR = later(text('reactor', 'NAME', 'how bytes enter and leave the process', ['node', 'linux', 'auto']));
const GATEWAY = text('gateway', 'LINK', 'a name given at login, a join link, or host:port with --token-file');
const TOKEN_FILE = text('token-file', 'FILE', 'file that holds the token (- for stdin)');

const SERVE: readonly OptionRow[] = [
  text('domain', 'D', 'exposures are published as NAME.D'),
  text('cert', 'FILE', 'certificate chain (PEM), reloaded when it changes'),
  text('key', 'FILE', 'its private key (PEM)'),
  later(text('acme-directory', 'URL', 'ACME server')),
  later(text('acme-email', 'E', 'contact for the ACME account')),
  text('acme', 'off', 'off: ask no ACME server for certificates', ['off']),
  text('public-host', 'H', 'the host that is printed in links and URLs'),
  text('http', 'ADDR', "visitors' HTTP; default :8080, with --domain :80"),
  text('https', 'ADDR', "visitors' HTTPS; default :8443, with --domain :443"),
  text('agents', 'ADDR', "agents' own port; default the HTTPS port"),
  text('admin', 'ADDR', 'admin listener; default 127.0.0.1:8081'),
  text('tcp-ports', 'A-B', 'ports for TCP, and for HTTP without names; default 20000-20099'),
  list('trusted-proxy', 'CIDR', 'proxies whose X-Forwarded-* counts, and through which agents may come'),
  flag('insecure', 'also accept agents over plain TCP: for trusted networks only'),
  later(text('memory-limit', 'SIZE', 'refuse new streams near this much memory')),
  REACTOR,
  later(text('workers', 'N', 'processes')),
  number('drain-spread', 'S', 'spread the return of agents over S seconds when stopping'),
  flag('print-limits', 'print every limit with its unit and reason, and stop'),
  DATA_DIR,
  CONFIG,
];

const EXPOSE: readonly OptionRow[] = [
  GATEWAY,
  TOKEN_FILE,
  text('name', 'N', 'public name: http(s)://N.DOMAIN'),
  number('port', 'P', 'public port, one of --tcp-ports; HTTP without a name goes by port too'),
  text('transport', 'T', 'how to reach the gateway (h2 and quic are not built yet); default auto', [
    'auto',
    'tls',
    'ws',
    'tcp',
    'h2',
    'quic',
  ]),
  flag('insecure', 'plain TCP to the gateway: for trusted networks only'),
  text('auth', 'user:pass', 'visitors must give these'),
  list('allow-ip', 'CIDR', 'visitors must come from here'),
  text('host-header', 'MODE', 'Host the origin sees: preserve, rewrite, or a value; default preserve'),
  number('origin-timeout', 'S', 'longest wait for a response head; default 300'),
  flag('require-origin', 'stop (exit 6) when the local service is not up'),
  flag('hidden', 'a directory also serves files that begin with a dot'),
  later(flag('pool', 'share the exposure with other agents')),
  flag('take-over', 'take the exposure over from another agent of the account'),
  number('wait', 'S', 'stop (exit 124) when it is not ready in S seconds'),
  text('inspect', 'ADDR|off', 'request inspector; only off for now'),
  REACTOR,
  later(flag('no-splice', 'never use splice(2)')),
];

const BENCH: readonly OptionRow[] = [
  text('json', 'FILE', 'write the report as JSON (- for stdout)'),
  text('html', 'FILE', 'write the report as one HTML page'),
  text('markdown', 'FILE', 'write a summary as Markdown, for a job summary'),
  list('threshold', 'EXPR', "fail (exit 99) unless it holds, as in 'http.c64.ratio>0.2'"),
  text('baseline', 'FILE', 'compare with the JSON of an earlier run'),
  number('runs', 'N', 'rounds of each scenario; default 5'),
  number('seconds', 'S', 'length of one measurement; default 2'),
];

export const COMMANDS: readonly CommandRow[] = [
  { name: 'serve', positionals: '', summary: 'run the gateway', options: SERVE },
  {
    name: 'expose',
    positionals: '<target>',
    summary: 'publish a local service',
    more: `TARGET is a port (3000), host:port, http://…, https://…, tcp://host:port, unix:/path or a directory. Without
--gateway it takes the gateway of the last login, or one that you run on this machine.`,
    options: EXPOSE,
  },
  {
    name: 'connect',
    positionals: '',
    summary: 'run the exposures of a configuration file, unattended',
    more: 'SIGHUP reads the file again and touches only what changed.',
    options: [CONFIG, GATEWAY, TOKEN_FILE],
  },
  {
    name: 'login',
    positionals: '<link>',
    summary: 'remember a gateway (- reads the link from stdin)',
    more: 'With several, `--gateway NAME` chooses one; without it the last login counts.',
    options: [text('as', 'NAME', 'the name to remember it by; default its host')],
  },
  {
    name: 'token',
    positionals: '<action> [id]',
    usage: 'create|list|revoke ID',
    summary: 'create, list or revoke tokens of the gateway on this machine',
    options: [
      text('account', 'A', 'the account it admits to; default owner'),
      list('names', 'GLOB', 'names it may use; default all'),
      text('ports', 'A-B', 'ports it may use; default all'),
      flag('admin', "make the admin listener's token instead"),
      DATA_DIR,
    ],
  },
  {
    name: 'names',
    positionals: '<action> [name]',
    usage: 'list|release NAME',
    summary: 'list or release names and ports',
    options: [DATA_DIR],
  },
  { name: 'status', positionals: '', summary: 'what the gateway on this machine is doing', options: [DATA_DIR] },
  { name: 'version', positionals: '', summary: 'print the version', options: [] },
  {
    name: 'bench',
    positionals: '[scenario..]',
    summary: 'measure the tunnel against a direct path',
    options: BENCH,
    later: true,
  },
  {
    name: 'doctor',
    positionals: '[target]',
    summary: 'find out what is wrong, and what to do about it',
    options: [
      GATEWAY,
      TOKEN_FILE,
      CONFIG,
      DATA_DIR,
      text('bundle', 'FILE', 'also write a diagnostic bundle (tar.gz) without secrets'),
    ],
    later: true,
  },
  { name: 'explain', positionals: '[code]', summary: 'explain an error code, or list them', options: [], later: true },
  {
    name: 'config',
    positionals: '<action>',
    usage: 'show',
    summary: 'show the configuration as it is understood',
    options: [flag('origin', 'say where each value came from'), CONFIG],
    later: true,
  },
  {
    name: 'completion',
    positionals: '<shell>',
    usage: 'bash|zsh|fish|powershell',
    summary: 'print a completion script for a shell',
    options: [],
    later: true,
  },
  {
    name: 'service',
    positionals: '<action> [role]',
    usage: 'install|uninstall|status serve|connect',
    summary: 'run the gateway or the agent as a system service (systemd)',
    options: [flag('user', 'as a service of this user, not of the system'), CONFIG],
    later: true,
  },
];
