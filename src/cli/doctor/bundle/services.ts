// What systemd knows of the services: how they stand, and the last lines of their logs. Elsewhere the program's lines are wherever they were sent to.
import { Systemd } from '../../service/systemd.ts';
import { type Role, type Scope, unitName } from '../../service/unit.ts';
import { readUnit, unitPath } from '../../service/unit-file.ts';
import type { Patient } from '../patient.ts';

const ROLES: readonly Role[] = ['serve', 'connect'];
const SCOPES: readonly Scope[] = ['system', 'user'];
const PROPERTIES = ['ActiveState', 'SubState', 'Result', 'ExecMainStatus', 'NRestarts', 'ActiveEnterTimestamp'];
const LOG_LINES = 500;

function ofEach<T>(ask: (role: Role, scope: Scope) => Promise<readonly T[]>): Promise<readonly T[]> {
  const asked = SCOPES.flatMap((scope) => ROLES.map((role) => ask(role, scope)));
  return Promise.all(asked).then((answers) => answers.flat());
}

export const serviceFacts = ({ invocation: { env } }: Patient): Promise<readonly object[]> =>
  ofEach(async (role, scope) => {
    const path = unitPath(role, scope, env);
    if ((await readUnit(path)) === undefined) return [];
    return [
      { unit: unitName(role), scope, path, ...(await new Systemd(scope).properties(unitName(role), PROPERTIES)) },
    ];
  });

export async function serviceLog(): Promise<string> {
  const lines = await ofEach(async (role, scope) => {
    const unit = unitName(role);
    const last = await new Systemd(scope).lastLines(unit, LOG_LINES, 'short-iso');
    return last.length === 0 ? [] : [`${unit} (${scope}):`, ...last];
  });
  return lines.length === 0 ? 'No service of tunnelkit has a log here that may be read.' : lines.join('\n');
}
