// What this program runs on, and the floors below which it lacks security fixes.
import { FLOORS, shortfalls, type Versions } from '../../floors.ts';
import { type Check, failure, ok } from '../check.ts';

export const runtimeOf = (versions: Versions): Check => ({
  name: 'runtime',
  title: 'Node and what it is made of',
  needs: [],
  async run() {
    const old = shortfalls(versions);
    if (old.length > 0) return failure('TK-5019', `${old.join('; ')}.`);
    return ok(FLOORS.map(({ name, key, least }) => `${name} ${versions[key]} (${least} or later)`).join(', '));
  },
});

export const runtime = runtimeOf(process.versions);
