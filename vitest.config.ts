import { defineConfig } from 'vitest/config';

const processes = 'test/**/*.process.test.ts';
const long = 'test/**/*.long.test.ts';
/** What is tried on sequences of steps made at random: among the long tests once more, on many times as many. */
const properties = [
  'test/**/*-{model,properties}.test.ts',
  'test/client/{inbox,never-lost}.test.ts',
  'test/{gateway,messaging,pool}/{attendance,broadcast-timeline,device-marks,inbox-follower,send-rates,session-pool}.test.ts',
];

/** What `expect.poll` waits for comes at once, but a machine that does other things too may be later than its own 1 s. */
const patient = { poll: { timeout: 10_000 } };

/** Unit files run side by side; files that start servers run one after another, behind them. */
export default defineConfig({
  test: {
    reporters: process.env.CI ? ['default', ['json', { outputFile: 'coverage/results.json' }]] : ['default'],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [processes, long],
          setupFiles: ['test/support/setup.ts'],
          // Some compile a mini-program, make RSA keys or issue 100 000 tickets, beside as many others as there are cores.
          testTimeout: 20_000,
          maxWorkers: '100%',
          expect: patient,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'process',
          include: [processes],
          setupFiles: ['test/support/setup.ts'],
          maxWorkers: 1,
          fileParallelism: false,
          // So that a program that one file has loaded (test/support/server.ts) is there for the next.
          isolate: false,
          testTimeout: 40_000,
          hookTimeout: 60_000,
          expect: patient,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: 'long',
          include: process.env.MINIM_TEST_LONG ? [long, ...properties] : [],
          setupFiles: ['test/support/setup.ts'],
          maxWorkers: 1,
          fileParallelism: false,
          testTimeout: 30 * 60_000,
          hookTimeout: 60_000,
          expect: patient,
          sequence: { groupOrder: 3 },
        },
      },
      {
        test: {
          name: 'screenshots',
          include: ['test/screenshots/*.story.ts'],
          setupFiles: ['test/support/setup.ts'],
          maxWorkers: 1,
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 4 },
        },
      },
    ],
  },
});
