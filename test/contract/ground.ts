import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SessionSettings } from '#agent/lines/session.ts';
import { openSerial } from '#agent/lines/serialLine.ts';
import { createRealClock } from '#agent/runtime/clock.ts';
import { createMemoryLine } from '#devices/line/memoryLine.ts';
import { createPtyLine } from '#devices/line/ptyLine.ts';
import type { Connector, DeviceEnd } from '#devices/line/wire.ts';
import type { OpenLine } from '#protocol/core/line.ts';
import { type Clock, minuteMs } from '#protocol/core/time.ts';
import { createSeededRandom } from '#test/seededRandom.ts';
import { createVirtualClock } from '#test/virtualClock.ts';

/** What carries a driver and its device: a line in virtual time, or a pseudo terminal in real time. */
export interface Ground {
  clock: Clock;
  openLine: OpenLine;
  line: DeviceEnd;
  connector: Connector;
  settings?: Partial<SessionSettings>;
  /** Something was told: whoever waits looks again. */
  notice(): void;
  /** Waits for what is told, never for time. */
  until(isSo: () => boolean): Promise<void>;
  end(): Promise<void>;
}

/** Virtual time within which all that is waited for has happened. */
const settleMs = 2 * minuteMs;

export interface MemoryGroundOptions {
  baudRate: number;
  latencyMs: number;
  fragmentation: number;
  /** Virtual time between two looks at what is waited for. */
  lookEveryMs: number;
}

export function memoryGround({ lookEveryMs, ...wire }: MemoryGroundOptions): Ground {
  const clock = createVirtualClock();
  const line = createMemoryLine({ clock, random: createSeededRandom(3), ...wire });
  return {
    clock,
    openLine: line.openLine,
    line: line.device,
    connector: line,
    notice() {},
    until(isSo) {
      for (let waitedMs = 0; waitedMs < settleMs && !isSo(); waitedMs += lookEveryMs) clock.advance(lookEveryMs);
      return isSo() ? Promise.resolve() : Promise.reject(new Error(`${isSo.toString()} did not come true`));
    },
    end: () => Promise.resolve(),
  };
}

/** `settings` may have the driver give up sooner than it does in a home: what it does is the same. */
export async function ptyGround(settings: Partial<SessionSettings>): Promise<Ground> {
  const folder = mkdtempSync(join(tmpdir(), 'ground-'));
  const link = join(folder, 'tty');
  const line = createPtyLine({ link });
  await line.ready;
  let waiting: { isSo: () => boolean; resolve: () => void }[] = [];
  return {
    clock: createRealClock(),
    openLine: openSerial(link),
    line: line.device,
    connector: line,
    settings,
    notice() {
      const met = waiting.filter(({ isSo }) => isSo());
      waiting = waiting.filter((one) => !met.includes(one));
      for (const { resolve } of met) resolve();
    },
    until(isSo) {
      if (isSo()) return Promise.resolve();
      return new Promise((resolve) => {
        waiting.push({ isSo, resolve });
      });
    },
    async end() {
      await line.close();
      rmSync(folder, { recursive: true });
    },
  };
}
