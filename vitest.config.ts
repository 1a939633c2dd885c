import { defineConfig } from 'vitest/config';

// `unit` stands beside the code. `program` starts the built program and real servers, two files at a time: most of them wait more than
// they work. `alone` holds the files that compare speeds: beside another one they would compare that one's load.
const PROGRAM = 'src/cli/program/**/*.test.ts';
const ALONE = ['src/cli/program/bench.test.ts', 'src/cli/program/bench-load.test.ts'];
const PATIENT = { pool: 'forks', testTimeout: 120_000, hookTimeout: 120_000 } as const;

export default defineConfig({
  test: {
    // A rejection that nobody handled is a failure, whatever the tests say; of started programs `World.close` says so.
    dangerouslyIgnoreUnhandledErrors: false,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', 'bench/**/*.test.ts', 'bin/**/*.test.js'],
          exclude: ['src/cli/program/**'],
          pool: 'forks',
          maxWorkers: 2,
          execArgv: ['--expose-gc'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'program',
          include: [PROGRAM],
          exclude: ALONE,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
          ...PATIENT,
        },
      },
      {
        test: {
          name: 'alone',
          include: ALONE,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
          ...PATIENT,
        },
      },
    ],
  },
});
