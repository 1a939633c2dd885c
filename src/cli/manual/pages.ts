// Every page of the manual, by its file's name.
import { COMMANDS } from '../commands.ts';
import { commandPage } from './command-page.ts';
import { configPage } from './config-page.ts';
import { overviewPage } from './overview-page.ts';

export const manualPages = (version: string): ReadonlyMap<string, string> =>
  new Map([
    ['tunnelkit.1', overviewPage(version)],
    ...COMMANDS.map((command) => [`tunnelkit-${command.name}.1`, commandPage(command, version)] as const),
    ['tunnelkit.5', configPage(version)],
  ]);
