import { spawn } from 'node:child_process';

export interface Step {
  name: string;
  command: readonly [string, ...string[]];
}

export interface StepResult {
  name: string;
  passed: boolean;
}

/** What needs no test to run: the compiler, the linter and their kin. */
export const staticSteps: readonly Step[] = [
  { name: 'format', command: ['biome', 'format', '.'] },
  { name: 'lint', command: ['oxlint', '--deny-warnings'] },
  { name: 'types', command: ['tsc', '-p', '.'] },
  { name: 'protocol is pure', command: ['tsc', '-p', 'protocol'] },
  { name: 'dead code', command: ['knip'] },
  { name: 'generated files are current', command: ['node', 'scripts/generate.ts', '--check'] },
];

/** Runs the steps side by side and tells each one's verdict on standard output as it comes. */
export async function runSteps(steps: readonly Step[]): Promise<StepResult[]> {
  return await Promise.all(steps.map(async (step) => await runStep(step)));
}

async function runStep(step: Step): Promise<StepResult> {
  const startedMs = performance.now();
  const { passed, output } = await run(step.command);
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  console.log(`${passed ? 'ok  ' : 'FAIL'} ${step.name} (${seconds} s)`);
  if (!passed) {
    console.log(output);
  }
  return { name: step.name, passed };
}

async function run([command, ...rest]: Step['command']): Promise<{ passed: boolean; output: string }> {
  return await new Promise((resolve) => {
    const child = spawn(command, rest, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('error', (error) => resolve({ passed: false, output: `${command}: ${error.message}` }));
    child.on('close', (status) => resolve({ passed: status === 0, output }));
  });
}
