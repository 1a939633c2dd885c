// `tunnelkit login` as data.
import { type CommandRow, text } from './row.ts';

export const login: CommandRow = {
  name: 'login',
  positionals: '<link>',
  summary: 'remember a gateway (- reads the link from stdin)',
  more: 'With several, `--gateway NAME` chooses one; without it the last login counts.',
  exits: [3],
  examples: [
    ["tunnelkit login 'tk://example.com:443/?token=…&pin=sha256-…'", 'With the link that `serve` printed'],
    [
      'ssh example.com tunnelkit token create | tunnelkit login --as vps -',
      'Straight from the server, shown to nobody',
    ],
  ],
  options: [text('as', 'NAME', 'the name to remember it by', { default: 'its host' })],
};
