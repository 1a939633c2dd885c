// `make faults`: the campaign of faults against dist/tunnelkit. Enters namespaces of its own first, so that packets can be dropped, no
// port is anybody else's and nothing is left over. FAULTS_BYTES, FAULTS_COUNT, FAULTS_SECONDS, FAULTS_ROUND, FAULTS_PROTOCOLS,
// FAULTS_VISITORS and SEED say how much; FAULTS_QUICK=1 is content with a quick one in each cell.
import { spawn } from 'node:child_process';

const { env } = process;
if (env.FAULTS_INSIDE === undefined) {
  // Whatever ends this process ends everything in there.
  const alone = ['--pdeathsig', 'KILL', 'unshare', '--net', '--pid', '--fork', '--kill-child', '--mount-proc'];
  const args = [...alone, process.execPath, ...process.execArgv, import.meta.filename];
  const child = spawn('setpriv', args, { stdio: 'inherit', env: { ...env, FAULTS_INSIDE: '1' } });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code) => process.exit(code ?? 1));
} else {
  const { report } = await import('../src/faults/report.testkit.ts');
  const { PROTOCOLS } = await import('../src/faults/speech/index.ts');
  const status = await report({
    seed: Number(env.SEED ?? Date.now() % 2 ** 31),
    protocols: env.FAULTS_PROTOCOLS?.split(',') ?? PROTOCOLS,
    bytes: Number(env.FAULTS_BYTES ?? 50e9),
    faults: Number(env.FAULTS_COUNT ?? 5_000),
    seconds: Number(env.FAULTS_SECONDS ?? 3_600),
    roundSeconds: Number(env.FAULTS_ROUND ?? 120),
    visitors: Number(env.FAULTS_VISITORS ?? 4),
    patient: env.FAULTS_QUICK === undefined,
    lengthMax: Number(env.FAULTS_LENGTH ?? 8_000_000),
  });
  process.exit(status);
}
