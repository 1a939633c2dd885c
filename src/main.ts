// argv → command → exit code.
import { run } from './cli/run.ts';

process.exitCode = await run(process.argv.slice(2), process.env, process.stdout, process.stderr);
// What a command leaves open (idle timers, half-closed sockets) must not keep a finished program alive.
process.exit();
