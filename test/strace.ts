import { spawnSync } from 'node:child_process';

/** strace(1) shows a test each call of a program to the kernel, and ends the program at any of them. */

/** The line that installs it, for whoever has not got it. */
const installStrace = 'sudo apt-get install --no-install-recommends strace';

/** @throws what is in the way, and what to do about it: without it nothing here is proved. */
export function expectStrace(): void {
  const { error, status, stderr } = spawnSync('strace', ['-e', 'trace=none', '-o', '/dev/null', 'true'], {
    encoding: 'utf8',
  });
  if (error !== undefined) {
    throw new Error(`strace is missing, and without it nothing is proved. Install it: ${installStrace}`);
  }
  if (status !== 0) {
    throw new Error(
      `strace may not trace here, and without it nothing is proved: ${stderr.trim()}. ptrace(2) is forbidden by a container ` +
        '(let it run with --cap-add=SYS_PTRACE) or by kernel.yama.ptrace_scope (below 3 it is allowed)',
    );
  }
}

/** A call as a line of the trace has it: `pwrite64(23, "\x00\x01", 2, 0) = 2`. */
export interface SystemCall {
  name: string;
  /** Numbers and names as they stand, strings as their bytes. */
  parameters: readonly (string | Buffer)[];
  /** What it returned; negative when it failed, undefined when it never returned. */
  returned: number | undefined;
}

/** Reads a trace that was written with `-xx` and without `-f`, so that each call is one line. */
export function readTrace(trace: string): SystemCall[] {
  return trace
    .split('\n')
    .filter((line) => /^\w+\(/u.test(line))
    .map(readCall);
}

/** Strings are in hex throughout, so no quote, comma or bracket stands within them. */
const stringOrWord = /"((?:\\x[0-9a-f]{2})*)"(\.\.\.)?|[^",\s][^",]*/gu;

function readCall(line: string): SystemCall {
  const [, name = '', inside = '', returned] = /^(\w+)\((.*?)\)?\s+= (-?\d+|\?)/u.exec(line) ?? [];
  if (name === '') throw new Error(`the trace has a line that cannot be read: ${line.slice(0, 200)}`);
  const parameters = [...inside.matchAll(stringOrWord)].map(([whole, hex, more]) => {
    if (more !== undefined) throw new Error(`the trace has a string that was cut short: ${line.slice(0, 200)}`);
    return hex === undefined ? whole.trim() : Buffer.from(hex.replaceAll('\\x', ''), 'hex');
  });
  return { name, parameters, returned: returned === '?' ? undefined : Number(returned) };
}
