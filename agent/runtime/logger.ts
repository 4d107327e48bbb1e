import { type DestinationStream, destination, pino } from 'pino';
import { prettyFactory } from 'pino-pretty';
import type { Log } from '#protocol/core/log.ts';
import type { Clock } from '#protocol/core/time.ts';
import { withoutSecrets } from './redaction.ts';

export interface LoggerOptions {
  level: 'debug' | 'info' | 'warn' | 'error';
  clock: Clock;
  /** Lines for people on a terminal; JSON for machines otherwise. */
  forPeople: boolean;
  /** Whether the lines for people may have colours. */
  colours: boolean;
  /** Where the lines go; standard error by default. */
  stream?: DestinationStream;
}

const standardError = 2;

/**
 * Logs to standard error, each line written before the call returns: what was said before a crash is there after it. No
 * worker thread, which would cost memory and lose the last lines.
 */
export function createLogger({ level, clock, forPeople, colours, stream }: LoggerOptions): Log {
  const out = stream ?? destination({ dest: standardError, sync: true });
  return pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date(clock.wallMs()).toISOString()}"`,
      formatters: { level: (label) => ({ level: label }), log: withoutSecrets },
    },
    forPeople ? linesForPeople(out, colours) : out,
  );
}

function linesForPeople(out: DestinationStream, colours: boolean): DestinationStream {
  const toLine = prettyFactory({ colorize: colours, translateTime: 'SYS:HH:MM:ss.l', singleLine: true });
  return {
    write: (line) => {
      out.write(toLine(line));
    },
  };
}
