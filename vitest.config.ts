import { defineConfig } from 'vitest/config';

/** A slow machine is not a fault: the limits are there for what hangs. */
const limits = { testTimeout: 300_000, hookTimeout: 120_000, expect: { poll: { timeout: 120_000 } } };

/** One project a kind of proof, so that each can be run alone: `npx vitest run --project unit`. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{agent,centre,devices,protocol,scripts,simulator}/**/*.test.ts'],
          ...limits,
        },
      },
      { test: { name: 'house', include: ['test/house/**/*.test.ts'], ...limits } },
      { test: { name: 'contract', include: ['test/contract/**/*.test.ts'], ...limits } },
      { test: { name: 'scenario', include: ['test/scenarios/**/*.test.ts'], ...limits } },
      // Side by side, for much of it waits; more would keep the processor from every other test.
      { test: { name: 'real', include: ['test/real/**/*.test.ts'], ...limits, maxConcurrency: 8 } },
      // What docs/reliability.md promises, each with its table: scripts/test runs them small, `npm run proof` whole.
      { test: { name: 'proof', include: ['test/proof/**/*.test.ts'], ...limits, testTimeout: 600_000 } },
      // Long lives in real time: scripts/test runs them beside everything else.
      { test: { name: 'soak', include: ['test/soak/**/*.test.ts'], ...limits } },
    ],
  },
});
