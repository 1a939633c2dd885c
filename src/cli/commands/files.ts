// The files the program reads and writes, as data, for the man pages. Paths are those of a user without XDG variables.
import { agentFiles, configDirectory, dataFiles } from '../places.ts';

export interface FileRow {
  readonly path: string;
  readonly summary: string;
  /** The commands that use it. */
  readonly of: readonly string[];
}

const USER = { HOME: '~' };
const DATA = '~/.local/share/tunnelkit';
const { key, gateways } = agentFiles(USER);
const { database, identityKey, joinLink, socket } = dataFiles(DATA);
const AGENT = ['expose', 'connect', 'login', 'doctor'];
const GATEWAY = ['serve', 'token', 'names', 'status', 'doctor'];

export const FILES: readonly FileRow[] = [
  {
    path: `./tunnelkit.yaml, ${configDirectory(USER)}/tunnelkit.yaml, /etc/tunnelkit/tunnelkit.yaml`,
    summary: 'The configuration: the first that exists counts. It may end in .yaml, .yml, .toml or .json.',
    of: ['serve', 'connect', 'config', 'doctor', 'service'],
  },
  { path: gateways, summary: 'The gateways known by `tunnelkit login`, with their tokens; mode 0600.', of: AGENT },
  { path: key, summary: "The agent's key: whoever has it can take over what this agent runs; mode 0600.", of: AGENT },
  {
    path: DATA,
    summary: 'The data directory of a gateway; /var/lib/tunnelkit where root runs it. Make copies of it.',
    of: GATEWAY,
  },
  { path: database, summary: 'Accounts, tokens (their public halves), names and ports.', of: ['serve'] },
  { path: identityKey, summary: "The gateway's identity: join links carry its pin; mode 0600.", of: ['serve'] },
  { path: joinLink, summary: 'The first join link; mode 0600.', of: ['serve', 'login'] },
  { path: socket, summary: 'Where commands of the same user ask the gateway; mode 0600.', of: GATEWAY },
];

export const filesOf = (command: string): readonly FileRow[] => FILES.filter(({ of }) => of.includes(command));
