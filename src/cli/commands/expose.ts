// `tunnelkit expose` as data.
import { GATEWAY, REACTOR, TOKEN_FILE } from './options.ts';
import { type CommandRow, flag, group, later, list, number, text } from './row.ts';

export const expose: CommandRow = {
  name: 'expose',
  positionals: '<target>',
  arguments: { target: { offers: 'directory' } },
  summary: 'publish a local service',
  more: `TARGET is a port (3000), host:port, http://…, https://…, tcp://host:port, udp://host:port, unix:/path or a
directory. Without --gateway it takes the gateway of the last login, or one that you run on this machine. Web services
are asked over HTTP/1.1, and over HTTP/2 for gRPC.

It stays until Ctrl-C and comes back by itself, with the same URL, when the link or the gateway was lost.`,
  exits: [3, 4, 5, 6, 7, 124],
  examples: [
    ['tunnelkit expose 3000', 'Publish port 3000; stdout gets one line, the URL'],
    [
      'tunnelkit expose 3000 --name app --auth ann:secret',
      'Under a name of your choice, for those who know a password',
    ],
    ['tunnelkit expose ./public --name docs', 'A directory'],
    ['tunnelkit expose tcp://localhost:5432 --allow-ip 203.0.113.0/24', 'A database, for one network'],
    ['tunnelkit expose udp://localhost:51820 --port 20050', 'A service over UDP, at a port of your choice'],
  ],
  options: [
    ...group(
      'The gateway',
      GATEWAY,
      TOKEN_FILE,
      text('transport', 'T', 'how to reach the gateway', {
        choices: ['auto', 'tls', 'ws', 'tcp'],
        laterChoices: ['h2', 'quic'],
        default: 'auto',
      }),
      flag('insecure', 'plain TCP to the gateway: for trusted networks only'),
    ),
    ...group(
      'The public side',
      text('name', 'N', 'public name: http(s)://N.DOMAIN'),
      number('port', 'P', 'public port, one of --tcp-ports; TCP and UDP have one, HTTP without a name too'),
      text('auth', 'user:pass', 'visitors must give these'),
      list('allow-ip', 'CIDR', 'visitors must come from here'),
      flag('take-over', 'take the exposure over from another agent of the account'),
      flag('pool', 'run it together with other agents of the account that say --pool too; needs --name or --port'),
    ),
    ...group(
      'The local service',
      text('host-header', 'MODE', 'Host the origin sees: preserve, rewrite, or a value', { default: 'preserve' }),
      text('send-proxy-protocol', 'V', "tell the origin each visitor's address first, by a PROXY header", {
        choices: ['v1', 'v2'],
      }),
      number('origin-timeout', 'S', 'longest wait for a response head', { default: '300' }),
      flag('require-origin', 'stop (exit 6) when the local service is not up'),
      flag('hidden', 'a directory also serves files that begin with a dot'),
    ),
    ...group(
      'How it runs',
      number('wait', 'S', 'stop (exit 124) when it is not ready in S seconds'),
      text('inspect', 'ADDR|off', 'request inspector; only off for now'),
      REACTOR,
      later(flag('no-splice', 'never use splice(2)')),
    ),
  ],
};
