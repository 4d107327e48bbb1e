import type { DestinationStream } from 'pino';
import { prettyFactory } from 'pino-pretty';

/** Makes lines for people at a terminal of the log's JSON. On a hub that a service runs nobody reads them: load it when needed. */
export function linesForPeople(colours: boolean): (out: DestinationStream) => DestinationStream {
  const toLine = prettyFactory({ colorize: colours, translateTime: 'SYS:HH:MM:ss.l', singleLine: true });
  return (out) => ({
    write: (line) => {
      out.write(toLine(line));
    },
  });
}
