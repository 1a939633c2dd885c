// `make faults`: the campaign of faults against dist/tunnelkit. FAULTS_BYTES, FAULTS_COUNT, FAULTS_SECONDS, FAULTS_ROUND,
// FAULTS_PROTOCOLS, FAULTS_VISITORS, FAULTS_LENGTH and SEED say how much; FAULTS_QUICK=1 is content with a quick one in each cell.
import { isAlone, seed } from './alone.js';

const { env } = process;
if (isAlone(import.meta.filename)) {
  const { report } = await import('../src/faults/campaign/report.testkit.ts');
  const { PROTOCOLS } = await import('../src/faults/speech/index.ts');
  const status = await report({
    seed: seed(),
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
