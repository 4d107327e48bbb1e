import { InvalidArgumentError } from 'commander';
import { failure, type Result } from '#protocol/core/result.ts';
import { idPattern } from '#protocol/mqtt/identifiers.ts';
import { isId } from '#protocol/mqtt/topics.ts';

export const statuses = '\n\nExit status: 0 done, 1 it failed, 2 the call or a file is wrong.';

/** Does what was called and prints what came of it. A problem is a wrong call or file; what is thrown is the machine's. */
export function perform<Value>(name: string, act: () => Result<Value, string>, told: (value: Value) => string): void {
  const done = attempt(act);
  if (done.ok) {
    console.log(told(done.value));
  } else {
    for (const line of done.problem.message.split('\n')) console.error(`${name}: ${line}`);
    process.exitCode = done.problem.status;
  }
}

function attempt<Value>(act: () => Result<Value, string>): Result<Value, { message: string; status: 1 | 2 }> {
  try {
    const done = act();
    return done.ok ? done : failure({ message: done.problem, status: 2 });
  } catch (error) {
    const isAbsent = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return failure({ message: error instanceof Error ? error.message : String(error), status: isAbsent ? 2 : 1 });
  }
}

export function exit(error: { exitCode: number }): never {
  process.exit(error.exitCode === 0 ? 0 : 2);
}

export function idsOf(id: string, before: readonly string[] = []): string[] {
  if (!isId(id)) throw new InvalidArgumentError(`Right would be ${idPattern}.`);
  return [...before, id];
}
