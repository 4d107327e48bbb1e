import { type Program, startProgram, welfareHub } from './program.ts';

/** A line of the agent's log, as it is written for machines. */
export type LogLine = Readonly<Record<string, unknown>>;

/** The agent as a process of its own: `welfare-hub run`. */
export interface HubProcess extends Pick<Program, 'pid' | 'stderr' | 'said' | 'kill' | 'end'> {
  /** Its log so far, in order. */
  log(): LogLine[];
  /** Kept with the line when so many lines of the log have had these fields; broken when it ends or time is up before. */
  logged(fields: LogLine, times?: number): Promise<LogLine>;
}

/** Starts the agent on a configuration file. `words` follow on the command line. */
export function startHubProcess(
  configurationFile: string,
  words: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): HubProcess {
  const call = welfareHub('run', '--config', configurationFile, ...words);
  const { pid, stderr, said, kill, end } = startProgram(call, env);
  return {
    pid,
    stderr,
    said,
    kill,
    end,
    log: () => stderr.map(read).filter((line) => line !== undefined),
    async logged(fields, times) {
      const fits = (line: string): boolean => has(read(line), fields);
      return read(await said(`the log line ${JSON.stringify(fields)}`, fits, times)) ?? {};
    },
  };
}

function has(line: LogLine | undefined, fields: LogLine): boolean {
  return line !== undefined && Object.entries(fields).every(([name, value]) => line[name] === value);
}

/** A line that is no JSON is no line of the log: a trace of the wire, for example. */
function read(line: string): LogLine | undefined {
  return line.startsWith('{') ? (JSON.parse(line) as LogLine) : undefined;
}
