import { defineConfig } from 'vitest/config';

/** One project a kind of proof, so that each can be run alone: `npx vitest run --project unit`. */
export default defineConfig({
  test: {
    projects: [
      // A slow machine is not a fault: the limit is there for what hangs.
      {
        test: {
          name: 'unit',
          include: ['{agent,centre,devices,protocol,scripts,simulator}/**/*.test.ts'],
          testTimeout: 30_000,
        },
      },
      { test: { name: 'house', include: ['test/house/**/*.test.ts'], testTimeout: 60_000 } },
      { test: { name: 'contract', include: ['test/contract/**/*.test.ts'], testTimeout: 20_000 } },
      { test: { name: 'scenario', include: ['test/scenarios/**/*.test.ts'], testTimeout: 60_000 } },
      {
        test: {
          name: 'real',
          include: ['test/real/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // Stories in real time mostly wait.
          maxConcurrency: 32,
        },
      },
      // What docs/reliability.md promises, each with its table: scripts/test runs them small, `npm run proof` whole.
      { test: { name: 'proof', include: ['test/proof/**/*.test.ts'], testTimeout: 600_000, hookTimeout: 60_000 } },
      // Long lives in real time: scripts/test runs them beside everything else.
      { test: { name: 'soak', include: ['test/soak/**/*.test.ts'] } },
    ],
  },
});
