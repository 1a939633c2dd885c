// What goes into a bundle, file by file. Each part may fail without the others: then its file says why.
import { askGateway } from '../../../admin/client.ts';
import { shownAsText, shownConfig } from '../../config/show/show.ts';
import { dataFiles, runtimeDirectories } from '../../places.ts';
import { Systemd } from '../../service/systemd.ts';
import { unitName } from '../../service/unit.ts';
import { askAgents } from '../../status/agents.ts';
import type { Result } from '../examine.ts';
import { statusHere } from '../here.ts';
import type { Patient } from '../patient.ts';
import { resultEvent, resultLines } from '../report.ts';
import { certificateFacts } from './certificate-facts.ts';
import { machineFacts, versionFacts } from './machine.ts';

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
}

const COLUMNS = 110;
const LOG_LINES = 500;

async function metrics({ patient, signal }: Subject): Promise<unknown> {
  const { socket } = dataFiles((await patient.serveSettings()).dataDirectory);
  return (await askGateway(socket, 'GET', '/metrics', undefined, signal)).body;
}

/** Of the services, where systemd keeps them; elsewhere the program's lines are wherever they were sent to. */
async function log(): Promise<string> {
  const units = (['serve', 'connect'] as const).map(unitName);
  const asked = (['system', 'user'] as const).flatMap((scope) =>
    units.map(async (unit) => {
      const lines = await new Systemd(scope).lastLines(unit, LOG_LINES);
      return lines.length === 0 ? [] : [`${unit} (${scope}):`, ...lines];
    }),
  );
  const lines = (await Promise.all(asked)).flat();
  return lines.length === 0 ? 'No service of tunnelkit has a log here.' : lines.join('\n');
}

export const PARTS: readonly Part[] = [
  { file: 'doctor.txt', gather: async ({ results }) => resultLines(results, COLUMNS, 0) },
  { file: 'doctor.json', gather: async ({ results }) => results.map(resultEvent) },
  { file: 'versions.json', gather: async ({ patient }) => versionFacts(patient) },
  { file: 'machine.json', gather: ({ patient }) => machineFacts(patient) },
  { file: 'config.yaml', gather: async ({ patient }) => shownAsText(await shownConfig(patient.invocation), true) },
  { file: 'gateway-status.json', gather: ({ patient, signal }) => statusHere(patient, signal) },
  { file: 'gateway-metrics.txt', gather: metrics },
  {
    file: 'agents.json',
    gather: ({ patient }) => askAgents(runtimeDirectories(patient.invocation.env), patient.limits.statusAnswerMs),
  },
  { file: 'certificates.json', gather: ({ patient }) => certificateFacts(patient) },
  { file: 'log.txt', gather: log },
];
