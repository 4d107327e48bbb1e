/**
 * `npm run check`: format, lint, types, dead code, house rules and unit tests, side by side, under a minute.
 * Prints each step's verdict and, of the failed ones, what they said.
 */
import { runSteps, staticSteps } from '#scripts/steps.ts';

const results = await runSteps([
  ...staticSteps,
  { name: 'unit tests and house rules', command: ['vitest', 'run', '--project', 'unit', '--project', 'house'] },
]);
process.exitCode = results.every((result) => result.passed) ? 0 : 1;
