import { atBaudRates } from '#protocol/at/framer.ts';
import type { Line, LineListener, OpenLine } from '#protocol/core/line.ts';

/** The rate at which a hub talks to its modem, bits per second. */
export const usualBaudRate = atBaudRates[0];

/** Rates in the order of trying: the usual one between all others, because a modem that starts is silent at first. */
const order = atBaudRates.slice(1).flatMap((rate) => [usualBaudRate, rate]);

export interface Rates {
  /** Opens the line at the rate whose turn it is. */
  openLine: OpenLine;
  /** The modem answers at the rate at which the line is open. */
  answered(): void;
  /** The rate at which the line is, or will be opened. */
  baudRate(): number;
  /** The modem has changed its rate: the line is opened anew at that one, unseen by its owner. `opened` follows. */
  change(baudRate: number, opened: () => void): void;
}

/**
 * Finds the rate of a modem that was left at another one (B7.1): each opening of a line on which nothing answered is at
 * the next rate. On a USB modem every rate is right.
 */
export function createRates(openLine: OpenLine): Rates {
  let turn = 0;
  let found: number | undefined;
  /** The line was open, and nobody has answered on it. */
  let inVain = false;
  let lineNumber = 0;
  let current: { line: Line; listener: LineListener } | undefined;

  function rate(): number {
    return found ?? order[turn % order.length] ?? usualBaudRate;
  }

  function openAt(baudRate: number, listener: LineListener, opened: () => void): void {
    lineNumber += 1;
    const mine = lineNumber;
    const isMine = (): boolean => mine === lineNumber;
    const line = openLine(
      { baudRate },
      {
        opened() {
          if (!isMine()) return;
          inVain = true;
          opened();
        },
        received(bytes) {
          if (isMine()) listener.received(bytes);
        },
        closed(reason) {
          if (isMine()) listener.closed(reason);
        },
      },
    );
    current = { line, listener };
  }

  return {
    openLine(_settings, listener) {
      if (inVain) {
        if (found === undefined) turn += 1;
        found = undefined;
      }
      inVain = false;
      openAt(rate(), listener, () => listener.opened());
      return {
        write: (bytes) => current?.line.write(bytes),
        close() {
          lineNumber += 1;
          current?.line.close();
          current = undefined;
        },
      };
    },
    answered() {
      inVain = false;
      found = rate();
      turn = 0;
    },
    baudRate: rate,
    change(baudRate, opened) {
      if (current === undefined) return;
      const { line, listener } = current;
      line.close();
      found = baudRate;
      openAt(baudRate, listener, opened);
    },
  };
}
