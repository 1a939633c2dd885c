// `make soak`: a mixed load for SOAK_MINUTES (60) with a fault every three seconds against dist/tunnelkit; fails on what grows. SEED.
import { isAlone, seed } from './alone.js';

if (isAlone(import.meta.filename)) {
  const { reportSoak } = await import('../src/faults/soak/report.testkit.ts');
  process.exit(await reportSoak(seed(), Number(process.env.SOAK_MINUTES ?? 60)));
}
