// `make outages`: gateway, agents and network go away and come back, against dist/tunnelkit. OUTAGES=R1,R8: only these.
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { isAlone, seed } from './alone.js';

if (isAlone(import.meta.filename)) {
  // Namespaces that are made in there have their names in a folder of everybody's.
  mkdirSync('/run/netns', { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', 'none', '/run/netns']);
  const { reportOutages } = await import('../src/faults/outages/report.testkit.ts');
  process.exit(await reportOutages(seed(), process.env.OUTAGES?.split(',') ?? []));
}
