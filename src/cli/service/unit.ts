// The text of a systemd unit, from what it is for. Pure: knows systemd's words, no files and no processes.
import { LIMITS } from '../../contract/limits.ts';

export type Role = 'serve' | 'connect';
export type Scope = 'system' | 'user';

export interface UnitPlan {
  readonly role: Role;
  readonly scope: Scope;
  /** The whole command line; the program by its absolute path. */
  readonly command: readonly string[];
  /** Environment it needs besides the manager's. */
  readonly environment: Readonly<Record<string, string>>;
  /** System scope: who it runs as. Undefined: a user of its own, whom systemd makes for it. */
  readonly account?: string | undefined;
  /** System scope: what it may write besides what systemd gives it. */
  readonly writable: readonly string[];
}

/** By this line a unit is known for ours, and may be written anew and taken away. */
export const MARK = '# Made by `tunnelkit service install`.';

export const unitName = (role: Role): string => `tunnelkit-${role}.service`;

const DESCRIPTION: Readonly<Record<Role, string>> = { serve: 'TunnelKit gateway', connect: 'TunnelKit agent' };

/** The user name of a service that has one of its own; a user of the system that is called so is taken instead. */
export const OWN_USER = 'tunnelkit';

/** How long a stop may take: the drain, and a third more for what comes before and after. */
const STOP_SECONDS = Math.ceil((LIMITS.drainMs.value * 4) / 3 / 1_000);
const WATCHDOG_SECONDS = 30;
/** One descriptor a connection: both limits of visitors and streams fit, with room to spare. */
const FILES_MAX = 1_048_576;

/** Exits that the next start would end with as well: usage, configuration, refused, taken or replaced, permission. */
const LASTING_EXITS = '2 3 4 7 8';

/** For whoever needs no privilege at all, in any manager. No MemoryDenyWriteExecute: V8 compiles into memory that it then runs. */
const CONFINED = [
  'NoNewPrivileges=yes',
  'LockPersonality=yes',
  'RestrictRealtime=yes',
  'RestrictSUIDSGID=yes',
  'RestrictNamespaces=yes',
  'RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK',
  'SystemCallArchitectures=native',
];

/** Only the system's manager can do these. */
const ISOLATED = [
  'ProtectSystem=strict',
  'ProtectHome=read-only',
  'PrivateTmp=yes',
  'PrivateDevices=yes',
  'ProtectClock=yes',
  'ProtectHostname=yes',
  'ProtectKernelLogs=yes',
  'ProtectKernelModules=yes',
  'ProtectKernelTunables=yes',
  'ProtectControlGroups=yes',
  'ProtectProc=invisible',
  'RemoveIPC=yes',
  'SystemCallFilter=@system-service',
  'SystemCallErrorNumber=EPERM',
];

/** One word of a unit file: `%` begins a specifier, `$` a variable, and blanks and quotes end a word (systemd.service(5)). */
export function word(text: string): string {
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%').replaceAll('$', '$$$$');
  return /[\s"'\\;]/.test(text) ? `"${escaped}"` : escaped;
}

/** In other settings `$` is only itself. */
const setting = (text: string) => word(text).replaceAll('$$', '$');

/** Root's agent reads what root reads: the link of a gateway beside it, directories to publish. */
function capabilities({ role, account }: UnitPlan): string {
  if (role === 'serve') return 'CAP_NET_BIND_SERVICE';
  return account === 'root' ? 'CAP_DAC_READ_SEARCH' : '';
}

function privileges(plan: UnitPlan): string[] {
  const { role, scope, account, writable } = plan;
  if (scope === 'user') return [];
  return [
    ...(account === undefined ? ['DynamicUser=yes', `User=${OWN_USER}`] : [`User=${account}`]),
    ...(role === 'serve'
      ? ['StateDirectory=tunnelkit', 'StateDirectoryMode=0700', 'AmbientCapabilities=CAP_NET_BIND_SERVICE']
      : ['RuntimeDirectory=tunnelkit', 'RuntimeDirectoryMode=0700']),
    `CapabilityBoundingSet=${capabilities(plan)}`,
    ...writable.map((path) => `ReadWritePaths=-${setting(path)}`),
    ...ISOLATED,
  ];
}

export function unitText(plan: UnitPlan): string {
  const { role, scope, command, environment } = plan;
  const [program = '', ...args] = command;
  const lines = [
    `${MARK} Your own settings belong into \`systemctl edit ${unitName(role)}\`: this file is written anew.`,
    '[Unit]',
    `Description=${DESCRIPTION[role]}`,
    ...(scope === 'system' ? ['Wants=network-online.target', 'After=network-online.target'] : []),
    '',
    '[Service]',
    'Type=notify',
    // Where Node cannot reach the socket itself, its child `systemd-notify` does.
    'NotifyAccess=all',
    `ExecStart=${[setting(program), ...args.map(word)].join(' ')}`,
    ...(role === 'connect' ? ['ExecReload=kill -HUP $MAINPID'] : []),
    ...Object.entries(environment).map(([name, value]) => `Environment=${setting(`${name}=${value}`)}`),
    'Restart=on-failure',
    'RestartSec=5',
    `RestartPreventExitStatus=${LASTING_EXITS}`,
    `WatchdogSec=${WATCHDOG_SECONDS}`,
    `TimeoutStopSec=${STOP_SECONDS}`,
    `LimitNOFILE=${FILES_MAX}`,
    'UMask=0077',
    ...privileges(plan),
    ...CONFINED,
    '',
    '[Install]',
    `WantedBy=${scope === 'system' ? 'multi-user' : 'default'}.target`,
  ];
  return `${lines.join('\n')}\n`;
}
