// `tunnelkit login` as data.
import { type CommandRow, text } from './row.ts';

export const login: CommandRow = {
  name: 'login',
  positionals: '<link>',
  summary: 'remember a gateway (- reads the link from stdin)',
  more: 'With several, `--gateway NAME` chooses one; without it the last login counts.',
  options: [text('as', 'NAME', 'the name to remember it by', { default: 'its host' })],
};
