// How a service stands, in plain words.
import type { Invocation } from '../command.ts';
import type { Systemd } from './systemd.ts';
import { type Role, type Scope, unitName } from './unit.ts';
import { readUnit, unitPath } from './unit-file.ts';

const LAST_LINES = 5;
const PROPERTIES = [
  'ActiveState',
  'UnitFileState',
  'ActiveEnterTimestamp',
  'InactiveEnterTimestamp',
  'MainPID',
  'StatusText',
  'Result',
];

/** `ActiveState` of systemd as one says it. */
const STATES: Readonly<Record<string, string>> = {
  active: 'runs',
  activating: 'is starting',
  deactivating: 'is stopping',
  reloading: 'reads its configuration again',
  inactive: 'is stopped',
  failed: 'has failed',
};

export interface Inspected {
  readonly installed: boolean;
  readonly running: boolean;
}

const UP = /^(active|reloading)$/;

export async function inspect(
  role: Role,
  scope: Scope,
  systemd: Systemd,
  { talk, env }: Pick<Invocation, 'talk' | 'env'>,
): Promise<Inspected> {
  const unit = unitName(role);
  const path = unitPath(role, scope, env);
  if ((await readUnit(path)) === undefined) {
    talk.event('service', { role, unit, installed: false });
    talk.result(`${unit} is not installed`);
    return { installed: false, running: false };
  }
  const told = await systemd.properties(unit, PROPERTIES);
  const { ActiveState: state = '', UnitFileState: enabled = '', MainPID: pid = '0', StatusText: status = '' } = told;
  const running = UP.test(state);
  const since = (running ? told.ActiveEnterTimestamp : told.InactiveEnterTimestamp) ?? '';
  const lines = await systemd.lastLines(unit, LAST_LINES);
  talk.event('service', {
    role,
    unit,
    path,
    installed: true,
    state,
    enabled: enabled === 'enabled',
    since,
    pid: Number(pid),
    status,
    lines,
  });
  const facts = [
    `${unit} ${STATES[state] ?? `is ${state}`}${since && ` since ${since}`}${running ? `, pid ${pid}` : ''}`,
    ...(status && running ? [status] : []),
    ...(state === 'failed' ? [`systemd calls it "${told.Result}"`] : []),
    enabled === 'enabled' ? 'it starts at boot' : 'it does not start at boot',
    `installed as ${path}`,
    ...(lines.length > 0 ? ['its last lines:', ...lines.map((line) => `  ${line}`)] : []),
  ];
  talk.result(facts.join('\n  '));
  return { installed: true, running };
}
