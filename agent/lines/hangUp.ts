import { read } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { SerialPort } from 'serialport';

const readFile = promisify(read);

/** Reading again would block: nothing has come, or a signal came between. */
const waitCodes = new Set(['EAGAIN', 'EWOULDBLOCK', 'EINTR']);

/**
 * Makes an open port notice that it was hung up or unplugged while a read was under way. Such a read ends with nothing,
 * and from then on all do; the library takes that for a reason to read again, says nothing and keeps a core busy for
 * ever (serialport/node-serialport#2323). Here it is the end of the port. Reads that found no data yet wait as before, and
 * then for as long as `gatherMs` says: what has come by then is read at once.
 */
export function endAtHangUp(serialPort: SerialPort, gatherMs: () => number): void {
  const port = serialPort.port;
  // Windows has no such reads, and a port of another make keeps its own.
  if (port === undefined || !('poller' in port)) return;

  /** The last read took all there was: the next one begins with waiting, which costs less than a read in vain. */
  let isDrained = false;

  port.read = async (buffer, offset, length) => {
    for (;;) {
      if (isDrained && port.fd !== null) {
        await readable(port.poller);
        const waitMs = gatherMs();
        if (waitMs > 0) await setTimeout(waitMs, undefined, { ref: false });
      }
      // Closed by ourselves: the stream asks that such a read is told from a failed one.
      if (port.fd === null) throw Object.assign(new Error('the port was closed'), { canceled: true });
      const bytesRead = await readFile(port.fd, buffer, offset, length, null).then(
        (outcome) => outcome.bytesRead,
        (error: NodeJS.ErrnoException) => {
          if (waitCodes.has(error.code ?? '')) return undefined;
          throw error;
        },
      );
      if (bytesRead === 0) throw new Error('hung up');
      isDrained = bytesRead === undefined || bytesRead < length;
      if (bytesRead !== undefined) return { bytesRead, buffer };
    }
  };
}

interface Poller {
  once(event: string, callback: (error: Error | null) => void): unknown;
}

function readable(poller: Poller): Promise<void> {
  return new Promise((resolve, reject) => {
    poller.once('readable', (error) => {
      if (error === null) resolve();
      else reject(error);
    });
  });
}
