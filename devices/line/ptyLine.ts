import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { placeLink, removeLink } from './link.ts';
import type { Connector, DeviceEnd } from './wire.ts';

/** What the helper process may say on standard error before the rest is no longer kept. */
const complaintLengthLimit = 4_096;

const helperPath = fileURLToPath(new URL('pty.pl', import.meta.url));

export interface PtyLineOptions {
  /** The symbolic link under which the hub finds the port. A link that is there already is replaced, nothing else is. */
  link: string;
  /** The port is there under its link: at first, and after each {@link Connector.plug}. */
  onPlugged?(): void;
  /** The port is gone though nobody unplugged or closed it: its helper process ended. */
  onExit?(reason: string): void;
  /** Bytes were discarded because somebody has the port open and does not read. */
  onDiscarded?(message: string): void;
}

export interface PtyLine extends Connector {
  device: DeviceEnd;
  /** Where the hub finds the port. */
  path: string;
  /** Kept when the port is there for the first time; broken with an Error for people when it cannot be had. */
  ready: Promise<void>;
  /** Ends everything: no process and no link is left when the promise is kept. */
  close(): Promise<void>;
}

/** One pseudo terminal, and the process that holds it. */
interface Port {
  helper: ChildProcessWithoutNullStreams;
  /** The terminal's own path; known once it is there. */
  terminal?: string;
  complaint: string;
  ended: Promise<void>;
}

/**
 * A serial port on a pseudo terminal, held by one helper process (`pty.pl`) so that no native module is needed. Bytes
 * written while nobody has the port open are lost, as on a real one. The helper ends, and removes the link, when this
 * process ends in whatever way.
 */
export function createPtyLine(options: PtyLineOptions): PtyLine {
  const { link } = options;
  let port: Port | undefined;
  let deviceHears: (bytes: Uint8Array) => void = () => {};
  const ending = new Set<Promise<void>>();

  function start(started: () => void, failed: (reason: Error) => void): void {
    const mine = spawnPort(
      link,
      (terminal) => {
        if (port !== mine) return;
        try {
          placeLink(link, terminal);
        } catch (problem) {
          end();
          failed(problem instanceof Error ? problem : new Error(String(problem)));
          return;
        }
        started();
        options.onPlugged?.();
      },
      (bytes) => {
        if (port === mine) deviceHears(bytes);
      },
      options.onDiscarded,
    );
    port = mine;
    ending.add(mine.ended);
    void mine.ended.then(() => {
      ending.delete(mine.ended);
      if (port !== mine) return;
      end();
      const reason = `the port ${link} is gone: ${mine.complaint.trim() || 'its helper process ended'}`;
      if (mine.terminal === undefined) failed(new Error(reason));
      else options.onExit?.(reason);
    });
  }

  /** Hangs up at once: what was under way is lost, as when the plug is pulled. */
  function end(): void {
    if (port === undefined) return;
    if (port.terminal !== undefined) removeLink(link, port.terminal);
    port.helper.kill('SIGTERM');
    port.helper.stdin.destroy();
    port = undefined;
  }

  const ready = new Promise<void>((resolve, reject) => {
    start(resolve, reject);
  });
  return {
    path: link,
    ready,
    device: {
      write(bytes) {
        port?.helper.stdin.write(Buffer.from(bytes));
      },
      onReceived(handler) {
        deviceHears = handler;
      },
    },
    unplug: end,
    plug() {
      if (port === undefined)
        start(
          () => {},
          (problem) => options.onExit?.(problem.message),
        );
    },
    async close() {
      end();
      await Promise.all(ending);
    },
  };
}

/** Starts a helper; `opened` is told the terminal's path, then `received` the bytes. */
function spawnPort(
  link: string,
  opened: (terminal: string) => void,
  received: (bytes: Uint8Array) => void,
  onDiscarded: ((message: string) => void) | undefined,
): Port {
  const helper = spawn('perl', [helperPath, link], { stdio: ['pipe', 'pipe', 'pipe'] });
  const ended = new Promise<void>((resolve) => {
    helper.once('close', () => resolve());
    helper.once('error', (problem) => {
      port.complaint = `perl could not be started: ${problem.message}`;
      resolve();
    });
  });
  const port: Port = { helper, complaint: '', ended };
  // A helper that is gone tells so by its end; what was still to be written to it is lost as on any unplugged wire.
  helper.stdin.on('error', () => {});
  helper.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (text.startsWith('discarded')) onDiscarded?.(`${link}: ${text.trim()}`);
    else port.complaint = (port.complaint + text).slice(0, complaintLengthLimit);
  });
  let firstLine = '';
  helper.stdout.on('data', (bytes: Buffer) => {
    if (port.terminal !== undefined) {
      received(bytes);
      return;
    }
    firstLine += bytes.toString('latin1');
    if (!firstLine.endsWith('\n')) return;
    port.terminal = firstLine.trimEnd();
    opened(port.terminal);
  });
  return port;
}
