import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startUps, type Ups } from '#agent/drivers/ups/ups.ts';
import type { SupplyReading } from '#agent/hub/devices.ts';
import type { SessionSettings } from '#agent/lines/session.ts';
import { openSerial } from '#agent/lines/serialLine.ts';
import { createRealClock } from '#agent/runtime/clock.ts';
import { createMemoryLine } from '#devices/line/memoryLine.ts';
import { createPtyLine } from '#devices/line/ptyLine.ts';
import type { Connector, DeviceEnd } from '#devices/line/wire.ts';
import { type UpsProfile, upsProfiles, type UpsProfileName } from '#devices/ups/profiles.ts';
import { createUpsDevice } from '#devices/ups/upsDevice.ts';
import type { OpenLine } from '#protocol/core/line.ts';
import { type Clock, minuteMs } from '#protocol/core/time.ts';
import { createLogRecorder } from '#test/logRecorder.ts';
import { createSeededRandom } from '#test/seededRandom.ts';
import { createVirtualClock } from '#test/virtualClock.ts';

/** What carries driver and supply: a line in virtual time, or a pseudo terminal in real time. */
export interface Ground {
  clock: Clock;
  openLine: OpenLine;
  line: DeviceEnd;
  connector: Connector;
  settings?: Partial<SessionSettings>;
  notice(): void;
  /** Waits for what is told, never for time. */
  until(isSo: () => boolean): Promise<void>;
  end(): Promise<void>;
}

/** Virtual time within which all that is waited for has happened. */
const settleMs = 2 * minuteMs;

export function memoryGround(): Ground {
  const clock = createVirtualClock();
  const line = createMemoryLine({
    clock,
    random: createSeededRandom(3),
    baudRate: 2400,
    latencyMs: 50,
    fragmentation: 0.5,
  });
  return {
    clock,
    openLine: line.openLine,
    line: line.device,
    connector: line,
    notice() {},
    until(isSo) {
      for (let waitedMs = 0; waitedMs < settleMs && !isSo(); waitedMs += 100) clock.advance(100);
      return isSo() ? Promise.resolve() : Promise.reject(new Error(`${isSo.toString()} did not come true`));
    },
    end: () => Promise.resolve(),
  };
}

/** The driver looks faster than it does in a home: what it does is the same. */
const hasty: Partial<SessionSettings> = {
  silenceMs: 100,
  probeTimeoutMs: 1_600,
  reopenEveryMs: 50,
  closedGraceMs: 300,
  roundPauseMs: 100,
};

export async function ptyGround(): Promise<Ground> {
  const folder = mkdtempSync(join(tmpdir(), 'ups-'));
  const link = join(folder, 'ttyUPS');
  const line = createPtyLine({ link });
  await line.ready;
  let waiting: { isSo: () => boolean; resolve: () => void }[] = [];
  return {
    clock: createRealClock(),
    openLine: openSerial(link),
    line: line.device,
    connector: line,
    settings: hasty,
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

/** A driver and a fake supply at the two ends of a line, and what the hub is told. */
export function connect(ground: Ground, name: UpsProfileName | UpsProfile, line = ground.line) {
  const profile = typeof name === 'string' ? upsProfiles[name] : name;
  const readings: SupplyReading[] = [];
  const health: ('well' | 'failing')[] = [];
  const random = createSeededRandom(9);
  const device = createUpsDevice({ ...ground, line, random, profile });
  const note = (): void => ground.notice();
  const ups: Ups = startUps({
    openLine: ground.openLine,
    clock: ground.clock,
    log: createLogRecorder().log,
    listener: {
      reading(reading) {
        readings.push(reading);
        note();
      },
      failing() {
        health.push('failing');
        note();
      },
      well() {
        health.push('well');
        note();
      },
    },
    ...(ground.settings === undefined ? {} : { settings: ground.settings }),
  });
  const battery = () => {
    const last = readings.at(-1)?.battery;
    return last === 'absent' || last === undefined ? { chargePercent: -1, absent: last === 'absent' } : last;
  };
  return { ups, device, say: device.obey, readings, health, battery, mains: () => readings.at(-1)?.mains };
}
