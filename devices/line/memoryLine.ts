import type { Line, LineListener, LineSettings, OpenLine } from '#protocol/core/line.ts';
import type { Clock, Random } from '#protocol/core/time.ts';
import { createPipe, type Pipe } from './pipe.ts';
import type { Connector, DeviceEnd } from './wire.ts';

export interface MemoryLineOptions {
  clock: Clock;
  random: Random;
  /** What the port is called in reasons, as a path is; default `memory`. */
  name?: string;
  /** The device's rate in bits per second. Opened at another one, every byte arrives changed. Default: any will do. */
  baudRate?: number;
  /** The longest time a piece is under way, in milliseconds; default 0: at once, but never inside the write. */
  latencyMs?: number;
  /** Chance, 0 to 1, that a delivery is cut in two; default 0: each write arrives as it was written. */
  fragmentation?: number;
  /** Chance, 0 to 1, for each byte carried that a random byte slips in before it; default 0. */
  noise?: number;
}

export interface MemoryLine extends Connector {
  /** The hub's end. It can be opened again and again, by one at a time. No callback comes inside the call. */
  openLine: OpenLine;
  device: DeviceEnd;
  /** Bytes lost because too many were under way already. */
  lostBytes(): number;
}

interface Session {
  listener: LineListener;
  settings: LineSettings;
  state: 'opening' | 'open' | 'gone';
}

/**
 * A serial line that exists in memory and runs on the clock alone: the wire of virtual time. It behaves as a port does:
 * what is written while nobody has it open is lost, order is kept, and the hub's end never hears of anything once closed.
 */
export function createMemoryLine(options: MemoryLineOptions): MemoryLine {
  const { clock, random, name = 'memory' } = options;
  let plugged = true;
  let session: Session | undefined;
  let deviceHears: (bytes: Uint8Array) => void = () => {};

  const toHub = pipeTo((bytes) => session?.listener.received(asHeard(bytes)));
  const toDevice = pipeTo((bytes) => deviceHears(bytes));

  function pipeTo(deliver: (bytes: Uint8Array) => void): Pipe {
    const { latencyMs = 0, fragmentation = 0, noise = 0 } = options;
    return createPipe({ clock, random, latencyMs, fragmentation, noise, deliver });
  }

  function asHeard(bytes: Uint8Array): Uint8Array {
    const sameRate = options.baudRate === undefined || session?.settings.baudRate === options.baudRate;
    return sameRate ? bytes : bytes.map((byte) => byte ^ (1 + Math.floor(random() * 255)));
  }

  function drop(): void {
    toHub.clear();
    toDevice.clear();
  }

  function tellGone(gone: Session, reason: string): void {
    soon(() => {
      if (gone.state === 'gone') return;
      gone.state = 'gone';
      gone.listener.closed(reason);
    });
  }

  function soon(action: () => void): void {
    clock.at(clock.monotonicMs(), action);
  }

  function open(settings: LineSettings, listener: LineListener): Line {
    const mine: Session = { listener, settings, state: 'opening' };
    const isMine = (): boolean => session === mine;
    if (!plugged) {
      tellGone(mine, `cannot open ${name}: no such port`);
    } else if (session !== undefined) {
      tellGone(mine, `cannot open ${name}: somebody else has it open`);
    } else {
      session = mine;
      soon(() => {
        if (mine.state !== 'opening' || !isMine()) return;
        mine.state = 'open';
        listener.opened();
      });
    }
    return {
      write(bytes) {
        if (isMine() && mine.state === 'open') toDevice.push(asHeard(bytes));
      },
      close() {
        mine.state = 'gone';
        if (!isMine()) return;
        session = undefined;
        toHub.clear();
      },
    };
  }

  return {
    openLine: open,
    device: {
      write(bytes) {
        if (session?.state === 'open') toHub.push(bytes);
      },
      onReceived(handler) {
        deviceHears = handler;
      },
    },
    unplug() {
      if (!plugged) return;
      plugged = false;
      drop();
      if (session !== undefined) tellGone(session, `${name} is gone: unplugged`);
      session = undefined;
    },
    plug() {
      plugged = true;
    },
    lostBytes: () => toHub.lostBytes() + toDevice.lostBytes(),
  };
}
