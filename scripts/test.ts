/**
 * `scripts/test`: everything that CI runs. First what the compiler and the linter say, then every test project, and beside
 * it the long lives in real time, of ten minutes, and the proofs; with `--long` they take hours. The proofs' totals are
 * printed at the end.
 * The last line is "N passed, N failed"; each step and each test counts as one. Exits 0 only when nothing failed.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runSteps, staticSteps } from '#scripts/steps.ts';

interface TestReport {
  numPassedTests: number;
  numFailedTests: number;
  /** Files that could not even be loaded have no test to count. */
  numFailedTestSuites: number;
}

const unknown = process.argv.slice(2).find((word) => word !== '--long');
if (unknown !== undefined) {
  console.error(`scripts/test: there is no ${unknown}; known is --long, or nothing`);
  process.exit(2);
}
const summaryFolder = mkdtempSync(join(tmpdir(), 'welfare-hub-summary-'));
const soak = runTests(['--project=soak', '--reporter=verbose']);
const steps = await runSteps(staticSteps);
const ordinary = await runTests(['--project=!soak', '--project=!proof', '--reporter=default']);
const tests = [ordinary, await runTests(['--project=proof', '--passWithNoTests', '--reporter=verbose']), await soak];
const failedSteps = steps.filter((step) => !step.passed).length;
const passed = tests.reduce((sum, one) => sum + one.passed, steps.length - failedSteps);
const failed = tests.reduce((sum, one) => sum + one.failed, failedSteps);
process.exitCode = failed === 0 ? 0 : 1;
printSummary();
console.log(`${passed} passed, ${failed} failed`);

async function runTests(words: readonly string[]): Promise<{ passed: number; failed: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'welfare-hub-test-'));
  const reportFile = join(folder, 'report.json');
  const status = await new Promise<number>((resolve) => {
    const all = ['run', ...words, '--reporter=json', `--outputFile.json=${reportFile}`];
    const env = {
      ...process.env,
      WELFARE_HUB_LONG: process.argv.includes('--long') ? 'yes' : 'no',
      WELFARE_HUB_SUMMARY: summaryFolder,
    };
    const child = spawn('vitest', all, { stdio: ['ignore', 'inherit', 'inherit'], env });
    child.on('error', () => resolve(1));
    child.on('close', (code) => resolve(code ?? 1));
  });
  try {
    const report: TestReport = JSON.parse(readFileSync(reportFile, 'utf8'));
    return count(report, status);
  } catch (error) {
    console.log(`The tests left no report: ${String(error)}`);
    return { passed: 0, failed: 1 };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function count(report: TestReport, status: number): { passed: number; failed: number } {
  const failed = Math.max(report.numFailedTests, report.numFailedTestSuites > 0 ? 1 : 0, status === 0 ? 0 : 1);
  return { passed: report.numPassedTests, failed };
}

/** What the proofs counted: test/summary.ts. */
function printSummary(): void {
  for (const file of readdirSync(summaryFolder).toSorted()) {
    process.stdout.write(readFileSync(join(summaryFolder, file), 'utf8'));
  }
  rmSync(summaryFolder, { recursive: true });
}
