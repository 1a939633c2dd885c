// Puts a service there and takes it away. Both say what they did, and may be called again.
import { access } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { TunnelError } from '../../contract/errors.ts';
import type { Invocation } from '../command.ts';
import { type Asked, planUnit } from './plan.ts';
import type { Systemd } from './systemd.ts';
import { OWN_USER, type UnitPlan, unitName, unitText } from './unit.ts';
import { readUnit, removeUnit, unitPath, writeUnit } from './unit-file.ts';

const LINGERING = '/var/lib/systemd/linger';

/** Before anything is changed, because half of it would be. Throws TK-5014. */
function mustBeAllowed({ scope }: Asked): void {
  if (scope === 'system' && process.getuid?.() !== 0) throw new TunnelError('TK-5014', 'This user is not root.');
}

const runsAs = ({ scope, account }: UnitPlan) =>
  scope === 'user'
    ? 'you'
    : account === undefined
      ? `its own user, ${OWN_USER}`
      : `${account}, who owns the configuration`;

/** A user's services end with the last session, unless the user lingers. */
async function lingerHint(): Promise<string | undefined> {
  const { username } = userInfo();
  const lingers = await access(join(LINGERING, username)).then(
    () => true,
    () => false,
  );
  return lingers ? undefined : `it stops when you log out; to keep it: \`sudo loginctl enable-linger ${username}\``;
}

export async function install(asked: Asked, systemd: Systemd, { talk, env }: Invocation): Promise<void> {
  mustBeAllowed(asked);
  const path = unitPath(asked.role, asked.scope, env);
  const unit = unitName(asked.role);
  await readUnit(path);
  await systemd.mustRun();
  const plan = await planUnit(asked, env);
  const changed = await writeUnit(path, unitText(plan));
  await systemd.control('daemon-reload');
  await systemd.control('enable', unit);
  talk.say(`${changed ? 'wrote' : 'as it was:'} ${path}, which runs as ${runsAs(plan)}`);
  const hint = asked.scope === 'user' ? await lingerHint() : undefined;
  if (hint) talk.say(hint);
  await systemd.control(changed ? 'restart' : 'start', unit);
  talk.event('installed', { role: asked.role, unit, path, changed });
  talk.result(`${unit} is installed and runs, now and after every boot`);
}

export async function uninstall(asked: Asked, systemd: Systemd, { talk, env }: Invocation): Promise<void> {
  mustBeAllowed(asked);
  const path = unitPath(asked.role, asked.scope, env);
  const unit = unitName(asked.role);
  const found = (await readUnit(path)) !== undefined;
  if (found) {
    await systemd.mustRun();
    await systemd.control('disable', '--now', unit);
    await removeUnit(path);
    await systemd.control('daemon-reload');
  }
  talk.event('uninstalled', { role: asked.role, unit, path, changed: found });
  talk.result(
    found ? `${unit} is stopped and gone; data and configuration are still there` : `${unit} was not installed`,
  );
}
