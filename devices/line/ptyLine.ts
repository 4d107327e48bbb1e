import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { placeLink, removeLink } from './link.ts';
import type { Connector, DeviceEnd } from './wire.ts';

/** Characters kept of what the helper process says on standard error. */
const complaintLengthLimit = 4_096;

const helperPath = fileURLToPath(new URL('pty.pl', import.meta.url));

export interface PtyLineOptions {
  /** The symbolic link under which the hub finds the port. A link that is there already is replaced, nothing else is. */
  link: string;
  /** The port is there under its link: at first, and after each {@link Connector.plug}. */
  onPlugged?(): void;
  /** The port is gone though nobody unplugged or closed it, or did not come back when it was plugged in again. */
  onExit?(reason: string): void;
  /** Bytes of the device were discarded: nobody has the port open, or whoever has it does not read. */
  onDiscarded?(message: string): void;
  /** Somebody has opened the port, as a device with the DTR line sees it; it may have closed it again by now. */
  onOpened?(): void;
  /** Nobody has the port open any more; what was not read is forgotten. */
  onReleased?(): void;
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
}

interface PortListener {
  /** The terminal is there, and its path known. */
  opened(terminal: string): void;
  received(bytes: Uint8Array): void;
  /** A line on standard error. */
  said(line: string): void;
  /** The process is gone. Said once. */
  ended(): void;
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
  const living = new Set<Port>();
  let whenNoneLives: (() => void)[] = [];

  function start(started: () => void, failed: (problem: Error) => void): void {
    const mine = spawnPort(link, {
      opened(terminal) {
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
      received(bytes) {
        if (port === mine) deviceHears(bytes);
      },
      said(line) {
        if (line === 'opened') options.onOpened?.();
        else if (line === 'released') options.onReleased?.();
        else if (line.startsWith('discarded')) options.onDiscarded?.(`${link}: ${line}`);
        else mine.complaint = `${mine.complaint}${line} `.slice(0, complaintLengthLimit);
      },
      ended() {
        forget(mine);
        if (port !== mine) return;
        end();
        const reason = `the port ${link} is gone: ${mine.complaint.trim() || 'its helper process ended'}`;
        if (mine.terminal === undefined) failed(new Error(reason));
        else options.onExit?.(reason);
      },
    });
    port = mine;
    living.add(mine);
  }

  function forget(gone: Port): void {
    living.delete(gone);
    if (living.size > 0) return;
    const waiting = whenNoneLives;
    whenNoneLives = [];
    for (const told of waiting) told();
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
      if (port !== undefined) return;
      start(
        () => {},
        (problem) => options.onExit?.(problem.message),
      );
    },
    close() {
      end();
      return new Promise((resolve) => {
        if (living.size === 0) resolve();
        else whenNoneLives.push(resolve);
      });
    },
  };
}

function spawnPort(link: string, listener: PortListener): Port {
  const helper = spawn('perl', [helperPath, link], { stdio: ['pipe', 'pipe', 'pipe'] });
  const port: Port = { helper, complaint: '' };
  helper.once('error', (problem) => {
    port.complaint = `perl could not be started: ${problem.message}`;
  });
  helper.once('close', () => {
    listener.ended();
  });
  // A helper that is gone tells so by its end; what was still to be written to it is lost as on any unplugged wire.
  helper.stdin.on('error', () => {});
  createInterface({ input: helper.stderr }).on('line', listener.said);
  let firstLine = '';
  helper.stdout.on('data', (bytes: Buffer) => {
    if (port.terminal !== undefined) {
      listener.received(bytes);
      return;
    }
    firstLine += bytes.toString('latin1');
    const end = firstLine.indexOf('\n');
    if (end === -1) return;
    port.terminal = firstLine.slice(0, end);
    const rest = Buffer.from(firstLine.slice(end + 1), 'latin1');
    listener.opened(port.terminal);
    if (rest.length > 0) listener.received(rest);
  });
  return port;
}
