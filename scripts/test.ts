/**
 * `scripts/test`: everything that CI runs. First what the compiler and the linter say, then every test project.
 * The last line is "N passed, N failed"; each step and each test counts as one. Exits 0 only when nothing failed.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runSteps, staticSteps } from '#scripts/steps.ts';

interface TestReport {
  numPassedTests: number;
  numFailedTests: number;
  /** Files that could not even be loaded have no test to count. */
  numFailedTestSuites: number;
}

const steps = await runSteps(staticSteps);
const tests = await runTests();
const failedSteps = steps.filter((step) => !step.passed).length;
const passed = steps.length - failedSteps + tests.passed;
const failed = failedSteps + tests.failed;
process.exitCode = failed === 0 ? 0 : 1;
console.log(`${passed} passed, ${failed} failed`);

async function runTests(): Promise<{ passed: number; failed: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'welfare-hub-test-'));
  const reportFile = join(folder, 'report.json');
  const status = await new Promise<number>((resolve) => {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`];
    const child = spawn('vitest', ['run', ...reporters], { stdio: ['ignore', 'inherit', 'inherit'] });
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
