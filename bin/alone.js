// Runs a script again in namespaces of its own, so that packets can be dropped, no port is anybody else's and nothing is left over.
import { spawn } from 'node:child_process';

const { env } = process;

/** True in there. Outside it never is: this process ends as that one does. */
export function isAlone(script) {
  if (env.TUNNELKIT_ALONE !== undefined) return true;
  // Whatever ends this process ends everything in there.
  const alone = ['--pdeathsig', 'KILL', 'unshare', '--net', '--pid', '--fork', '--kill-child', '--mount-proc'];
  const args = [...alone, process.execPath, ...process.execArgv, script];
  const child = spawn('setpriv', args, { stdio: 'inherit', env: { ...env, TUNNELKIT_ALONE: '1' } });
  // The first process of a namespace hears no other signal.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill('SIGKILL'));
  child.on('exit', (code) => process.exit(code ?? 1));
  return false;
}

/** Of this run, if nobody says which. */
export const seed = () => Number(env.SEED ?? Date.now() % 2 ** 31);
