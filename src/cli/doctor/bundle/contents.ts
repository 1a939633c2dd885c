// What goes into a bundle, file by file. Each part may fail without the others: then its file says why.
import { askGateway } from '../../../admin/client.ts';
import { limitValues } from '../../../contract/limits.ts';
import { shownAsText, shownConfig } from '../../config/show/show.ts';
import { dataFiles, runtimeDirectories } from '../../places.ts';
import { askAgents } from '../../status/agents.ts';
import type { Result } from '../examine.ts';
import { statusHere } from '../here.ts';
import type { Patient } from '../patient.ts';
import { diagnose, lastLine, resultEvent, resultLines } from '../report.ts';
import { certificateFacts } from './certificate-facts.ts';
import { machineFacts, versionFacts } from './machine.ts';
import { serviceFacts, serviceLog } from './services.ts';

export interface Subject {
  readonly patient: Patient;
  readonly results: readonly Result[];
  /** Bounds whatever asks others. */
  readonly signal: AbortSignal;
}

/** Text as it is, anything else as JSON. */
export interface Part {
  readonly file: string;
  gather(subject: Subject): Promise<unknown>;
  /** Where it is too long, its end is kept and not its beginning. */
  readonly keepsEnd?: true;
}

const COLUMNS = 110;

async function metrics({ patient, signal }: Subject): Promise<unknown> {
  const { socket } = dataFiles((await patient.serveSettings()).dataDirectory);
  return (await askGateway(socket, 'GET', '/metrics', undefined, signal)).body;
}

export const PARTS: readonly Part[] = [
  {
    file: 'doctor.txt',
    gather: async ({ results }) => `${resultLines(results, COLUMNS, 0)}\n\n${lastLine(diagnose(results))}`,
  },
  { file: 'doctor.json', gather: async ({ results }) => results.map(resultEvent) },
  { file: 'versions.json', gather: async ({ patient }) => versionFacts(patient) },
  { file: 'limits.json', gather: async () => limitValues() },
  { file: 'machine.json', gather: ({ patient }) => machineFacts(patient) },
  { file: 'config.yaml', gather: async ({ patient }) => shownAsText(await shownConfig(patient.invocation), true) },
  { file: 'gateway-status.json', gather: ({ patient, signal }) => statusHere(patient, signal) },
  { file: 'gateway-metrics.txt', gather: metrics },
  {
    file: 'agents.json',
    gather: ({ patient }) => askAgents(runtimeDirectories(patient.invocation.env), patient.limits.statusAnswerMs),
  },
  { file: 'certificates.json', gather: ({ patient }) => certificateFacts(patient) },
  { file: 'services.json', gather: ({ patient }) => serviceFacts(patient) },
  { file: 'log.txt', gather: serviceLog, keepsEnd: true },
];
