// tunnelkit(1): what it is, how one begins, and what all commands have in common.
import { ENVIRONMENT } from '../commands/environment.ts';
import { EXITS } from '../commands/exits.ts';
import { FILES } from '../commands/files.ts';
import { GLOBAL_OPTIONS } from '../commands/options.ts';
import { COMMAND_GROUPS, COMMANDS } from '../commands.ts';
import { exitTerms, fileTerms, optionTerms, sentence, variableTerms } from './command-page.ts';
import { copied, page, paragraphs, prose, references, section, subsection, termList, typed } from './roff.ts';

const ABOUT = `TunnelKit puts what runs on a laptop or in a private network safely on the internet, through a gateway of your own.
\`tunnelkit serve\` runs the gateway, on a machine the internet can reach. \`tunnelkit expose\` and \`tunnelkit connect\` run
agents, where the services are: an agent dials the gateway, so that nothing needs to be open where it runs.

Visitors come to the gateway by name (HTTP, WebSocket) or by port (TCP) and are answered by the service behind the agent.
The link between agent and gateway is encrypted and authenticated both ways.

What a command finds goes to standard output, everything else to standard error. With --json, standard output is
newline-delimited JSON.`;

const ERRORS_ABOUT = `An error has three parts and a code: what happened, what was seen, what to do. \`tunnelkit explain\` CODE says
more, offline. The code is also on the page visitors see, in the Proxy-Status header, in the log and in the JSON events.`;

const FIRST_STEPS: readonly (readonly [does: string, lines: string])[] = [
  ['On one machine, in two terminals', 'tunnelkit serve\ntunnelkit expose 3000'],
  [
    'On a server, and on the laptop whose port 3000 is to be published',
    "tunnelkit serve --domain example.com\ntunnelkit login 'tk://example.com:443/?token=…&pin=sha256-…'\ntunnelkit expose 3000 --name app",
  ],
];

const commandLists = () =>
  COMMAND_GROUPS.map(({ heading, commands }) => {
    const terms = commands.map(
      ({ name, summary, later }) => [typed(name), sentence(`${summary}${later ? ' (not built yet)' : ''}`)] as const,
    );
    return subsection(heading, termList(terms));
  });

export function overviewPage(version: string): string {
  const summary = 'put what runs here safely on the internet, through a gateway of your own';
  return page({ name: 'tunnelkit', chapter: 1, version, summary }, [
    section('Synopsis', `${typed('tunnelkit')} \\fIcommand\\fR [\\fIoptions\\fR]`),
    section('Description', paragraphs(ABOUT)),
    section('Commands', prose('Each has a page of its own, such as tunnelkit-expose(1).'), ...commandLists()),
    section(
      'Options',
      termList([
        ...optionTerms(GLOBAL_OPTIONS),
        [`${typed('--help')}, ${typed('-h')}`, 'Show the options of the command, with examples.'],
        [typed('--version'), 'Print the version.'],
      ]),
    ),
    section('Errors', paragraphs(ERRORS_ABOUT)),
    section('Environment', termList(variableTerms(ENVIRONMENT))),
    section('Files', termList(fileTerms(FILES))),
    section('Exit status', termList(exitTerms([...EXITS.keys()]))),
    section('Examples', ...FIRST_STEPS.flatMap(([does, lines]) => ['.PP', prose(`${does}:`), copied(lines)])),
    section(
      'See also',
      references([...COMMANDS.map(({ name }) => [`tunnelkit-${name}`, 1] as const), ['tunnelkit', 5]]),
    ),
  ]);
}
