import { SerialPort } from 'serialport';
import type { Line, LineListener, LineSettings, OpenLine } from '#protocol/core/line.ts';
import { endAtHangUp } from './hangUp.ts';

/**
 * How many bytes may wait to be sent, in one line. A device that takes none is stuck, and the kernel may never say so:
 * at the limit the line is given up rather than a request lost in silence.
 */
export const outgoingLimitBytes = 16_384;

/**
 * A serial port of the machine, or a pty that stands in for one: 8 data bits, no parity, 1 stop bit. Each opening is a
 * port object of its own, because a closed one sends its old writes when it is opened again.
 */
export function openSerial(path: string): OpenLine {
  return (settings, listener) => {
    const end = createEnd(path, settings, listener);
    try {
      end.start(new SerialPort({ path, baudRate: settings.baudRate, autoOpen: false }));
    } catch (error) {
      // The library throws at settings that no port can have; a listener is never called before it has its line.
      queueMicrotask(() => end.fail(`cannot open ${path} at ${describe(settings)}: ${wordsOf(error)}`));
    }
    return end.line;
  };
}

function createEnd(path: string, settings: LineSettings, listener: LineListener) {
  let port: SerialPort | undefined;
  /** Set by the first of close and failure: after it the listener hears nothing. */
  let over = false;
  let open = false;
  /** Something was sent: what comes next is read at once, whatever else is gathered. */
  let isAnswerDue = false;
  let queue: Uint8Array[] = [];
  let inFlight: Uint8Array | undefined;

  function start(serialPort: SerialPort): void {
    port = serialPort;
    // Stays for good: an error without a listener would end the process.
    serialPort.on('error', (error) => fail(`${path} failed: ${wordsOf(error)}`));
    serialPort.on('close', (error: unknown) => fail(`${path} is gone: ${wordsOf(error ?? 'hung up')}`));
    serialPort.open((error) => {
      if (error !== null) fail(`cannot open ${path}: ${wordsOf(error)}`);
      else if (over) release();
      else flushAndTell(serialPort);
    });
  }

  /** What arrived while nobody listened belongs to an older session: it is dropped before anything is read. */
  function flushAndTell(serialPort: SerialPort): void {
    serialPort.flush((error) => {
      if (over) return;
      if (error !== null) {
        fail(`cannot flush ${path}: ${wordsOf(error)}`);
        return;
      }
      endAtHangUp(serialPort, () => (isAnswerDue ? 0 : (settings.gatherMs ?? 0)));
      serialPort.on('data', (bytes: Buffer) => {
        isAnswerDue = false;
        if (!over) listener.received(new Uint8Array(bytes));
      });
      open = true;
      listener.opened();
    });
  }

  function fail(reason: string): void {
    if (over) return;
    over = true;
    release();
    listener.closed(reason);
  }

  function release(): void {
    queue = [];
    if (port?.isOpen === true) port.close(() => undefined);
  }

  function sendNext(): void {
    inFlight = queue.shift();
    if (inFlight === undefined) return;
    // The callback may never come, or come with an error long after the device is gone.
    port?.write(inFlight, (error) => {
      if (over) return;
      if (error) fail(`cannot write to ${path}: ${wordsOf(error)}`);
      else sendNext();
    });
  }

  const line: Line = {
    write(bytes) {
      if (over || !open) return;
      const waiting = queue.reduce((sum, chunk) => sum + chunk.length, inFlight?.length ?? 0);
      if (waiting + bytes.length > outgoingLimitBytes) {
        // Told later: a writer does not expect its line to close under its hands.
        queueMicrotask(() => fail(`${path} does not take what is sent: ${waiting} bytes wait already`));
        return;
      }
      isAnswerDue = true;
      queue.push(bytes.slice());
      if (inFlight === undefined) sendNext();
    },
    close() {
      over = true;
      release();
    },
  };
  return { line, start, fail };
}

function describe({ baudRate }: LineSettings): string {
  return `${baudRate} baud`;
}

/** The library's words without what is said already: "Error: No such file or directory, cannot open /dev/ttyUSB0". */
function wordsOf(error: unknown): string {
  const words = error instanceof Error ? error.message : String(error);
  return words.replace(/^Error: /u, '').replace(/, cannot open .*$/u, '');
}
