// The environment variables the program reads, as data, for --help and the man pages.

export interface VariableRow {
  readonly name: string;
  readonly summary: string;
  /** The commands that read it; absent: every one. */
  readonly of?: readonly string[];
}

const AGENT = ['expose', 'connect', 'doctor'];
const DIALLERS = ['serve', ...AGENT];

export const ENVIRONMENT: readonly VariableRow[] = [
  { name: 'TUNNELKIT_GATEWAY', summary: 'what --gateway says where it is not given', of: AGENT },
  { name: 'TUNNELKIT_TOKEN_FILE', summary: 'what --token-file says where it is not given', of: AGENT },
  { name: 'TUNNELKIT_TOKEN', summary: 'the token itself', of: AGENT },
  {
    name: 'TUNNELKIT_CONFIG',
    summary: 'what --config says where it is not given',
    of: ['serve', 'connect', 'doctor', 'config'],
  },
  { name: 'HTTPS_PROXY', summary: 'the proxy on the way to the gateway, or to the ACME server', of: DIALLERS },
  { name: 'NO_PROXY', summary: 'hosts to reach without the proxy', of: DIALLERS },
  { name: 'NODE_EXTRA_CA_CERTS', summary: 'a file (PEM) of more authorities to trust', of: DIALLERS },
  { name: 'XDG_CONFIG_HOME', summary: "where the agent's files are kept; default ~/.config" },
  { name: 'XDG_DATA_HOME', summary: "where the gateway's data is kept; default ~/.local/share (root: /var/lib)" },
  {
    name: 'XDG_RUNTIME_DIR',
    summary: 'where an agent that runs can be asked',
    of: ['expose', 'connect', 'status'],
  },
  { name: 'NO_COLOR', summary: 'not empty: no colour' },
  { name: 'FORCE_COLOR', summary: 'not empty: colour also where there is no terminal' },
];

export const variablesOf = (command: string): readonly VariableRow[] =>
  ENVIRONMENT.filter((row) => row.of === undefined || row.of.includes(command));
