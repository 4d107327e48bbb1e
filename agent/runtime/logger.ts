import { type DestinationStream, destination, pino } from 'pino';
import type { Log } from '#protocol/core/log.ts';
import type { Clock } from '#protocol/core/time.ts';
import { withoutSecrets } from './redaction.ts';

export interface LoggerOptions {
  level: 'debug' | 'info' | 'warn' | 'error';
  clock: Clock;
  /** What makes other lines of it, such as linesForPeople.ts; without it they are JSON, for machines. */
  shape?: (out: DestinationStream) => DestinationStream;
  /** Where the lines go; standard error by default. */
  stream?: DestinationStream;
}

const standardError = 2;

/**
 * Logs to standard error, each line written before the call returns: what was said before a crash is there after it. No
 * worker thread, which would cost memory and lose the last lines.
 */
export function createLogger({ level, clock, shape, stream }: LoggerOptions): Log {
  const out = stream ?? destination({ dest: standardError, sync: true });
  return pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date(clock.wallMs()).toISOString()}"`,
      formatters: { level: (label) => ({ level: label }), log: withoutSecrets },
    },
    shape === undefined ? out : shape(out),
  );
}
