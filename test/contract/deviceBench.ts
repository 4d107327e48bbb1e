import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSerial } from '#agent/lines/serialLine.ts';
import { createRealClock } from '#agent/runtime/clock.ts';
import { createMemoryLine } from '#devices/line/memoryLine.ts';
import { createPtyLine } from '#devices/line/ptyLine.ts';
import type { Connector, DeviceEnd } from '#devices/line/wire.ts';
import type { OpenLine } from '#protocol/core/line.ts';
import type { Clock, Random } from '#protocol/core/time.ts';
import { createSeededRandom } from '#test/seededRandom.ts';
import { createVirtualClock } from '#test/virtualClock.ts';

/** A driver's end and a fake's end of one line, in memory or on a pseudo terminal. */
export interface DeviceBench {
  clock: Clock;
  random: Random;
  openLine: OpenLine;
  line: DeviceEnd;
  connector: Connector;
  /** Something was told: whoever waits looks again. */
  notice(): void;
  /** Waits for what is told, never for time. */
  until(isSo: () => boolean): Promise<void>;
  end(): Promise<void>;
}

/** Virtual time in which everything should have happened on a line in memory. */
const settledWithinMs = 120_000;

export interface MemoryBench extends DeviceBench {
  clock: ReturnType<typeof createVirtualClock>;
}

export function memoryBench(
  difficulties: { latencyMs?: number; fragmentation?: number; noise?: number } = {},
): MemoryBench {
  const clock = createVirtualClock();
  const random = createSeededRandom(11);
  const line = createMemoryLine({ clock, random, ...difficulties });
  return {
    clock,
    random,
    openLine: line.openLine,
    line: line.device,
    connector: line,
    notice() {},
    until(isSo) {
      for (let passedMs = 0; passedMs < settledWithinMs && !isSo(); passedMs += 50) clock.advance(50);
      return isSo() ? Promise.resolve() : Promise.reject(new Error(`${isSo.toString()} did not come true`));
    },
    end: () => Promise.resolve(),
  };
}

export async function ptyBench(): Promise<DeviceBench> {
  const folder = mkdtempSync(join(tmpdir(), 'device-'));
  let waiting: { isSo: () => boolean; resolve: () => void }[] = [];
  const link = join(folder, 'ttyDEVICE');
  const line = createPtyLine({ link });
  await line.ready;
  return {
    clock: createRealClock(),
    random: createSeededRandom(11),
    openLine: openSerial(link),
    line: line.device,
    connector: line,
    notice() {
      const met = waiting.filter(({ isSo }) => isSo());
      waiting = waiting.filter((one) => !met.includes(one));
      for (const { resolve } of met) resolve();
    },
    until: (isSo) =>
      isSo()
        ? Promise.resolve()
        : new Promise((resolve) => {
            waiting.push({ isSo, resolve });
          }),
    async end() {
      await line.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** A device's end of a line on which something goes wrong at the `at`th byte, in either direction. */
export interface BreakingEnd extends DeviceEnd {
  /** Bytes that have passed so far. */
  passed(): number;
}

/** The rest of the piece with that byte is lost; what comes after it passes again. */
export function breaking(end: DeviceEnd, at: number, goWrong: () => void): BreakingEnd {
  let passed = 0;

  function through(bytes: Uint8Array, onward: (bytes: Uint8Array) => void): void {
    const before = passed;
    passed += bytes.length;
    if (before >= at || passed < at) {
      onward(bytes);
      return;
    }
    onward(bytes.subarray(0, at - before));
    goWrong();
  }

  return {
    write: (bytes) => through(bytes, (part) => end.write(part)),
    onReceived: (handler) => end.onReceived((bytes) => through(bytes, handler)),
    passed: () => passed,
  };
}
