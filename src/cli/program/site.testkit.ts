import { ROOT, type Running, type World } from './program.testkit.ts';

/** The sample site of `fixtures/`; resolves with its port. */
export async function startSite(world: World): Promise<{ readonly running: Running; readonly port: string }> {
  const running = world.start('site', process.execPath, [`${ROOT}/fixtures/origins/site.js`, '0']);
  const [port] = await running.line(/\d+/);
  return { running, port };
}
