// A process that this program started of itself (`self.ts`): a command, or a part of the bench. It ends when its parent does.

/** The first argument of such a process: never typed by a person, so it is in no help. */
export const AS_CHILD = '--as-child';

type Role = (args: readonly string[]) => Promise<number>;

const PARTS: Readonly<Record<string, () => Promise<{ readonly part: Role }>>> = {
  load: () => import('./bench/load/worker.ts'),
  origin: () => import('./bench/origin/worker.ts'),
};

/** `command` runs what is no part of the bench: the rest is a command line like any other. */
export async function runAsChild(args: readonly string[], command: Role): Promise<number> {
  // Without this a parent that is killed would leave a gateway behind for ever. It may be gone before this is reached.
  process.once('disconnect', () => process.exit());
  if (!process.connected) process.exit();
  const [first = '', ...rest] = args;
  const load = Object.hasOwn(PARTS, first) ? PARTS[first] : undefined;
  return load === undefined ? command(args) : (await load()).part(rest);
}
