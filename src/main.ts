// argv → command → exit code.
import { Gathered } from './cli/gathered.ts';
import { run } from './cli/run.ts';
import { hideTypedSecrets } from './cli/typed-secrets.ts';

hideTypedSecrets(process.argv.slice(2));
const [stdout, stderr] = [new Gathered(process.stdout), new Gathered(process.stderr)];
process.on('exit', () => {
  stdout.flush();
  stderr.flush();
});
process.exitCode = await run(process.argv.slice(2), process.env, stdout, stderr);
// What a command leaves open (idle timers, half-closed sockets) must not keep a finished program alive.
process.exit();
