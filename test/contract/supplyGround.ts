import { startUps, type Ups } from '#agent/drivers/ups/ups.ts';
import type { SupplyReading } from '#agent/hub/devices.ts';
import type { SessionSettings } from '#agent/lines/session.ts';
import { type UpsProfile, upsProfiles, type UpsProfileName } from '#devices/ups/profiles.ts';
import { createUpsDevice } from '#devices/ups/upsDevice.ts';
import { createLogRecorder } from '#test/logRecorder.ts';
import { createSeededRandom } from '#test/seededRandom.ts';
import { type Ground, memoryGround, ptyGround } from './ground.ts';

/** A line as a supply has it, in virtual time. */
export const supplyMemory = (): Ground =>
  memoryGround({ baudRate: 2400, latencyMs: 50, fragmentation: 0.5, lookEveryMs: 100 });

/** The driver looks faster than it does in a home: what it does is the same. */
const hasty: Partial<SessionSettings> = {
  silenceMs: 100,
  probeTimeoutMs: 1_600,
  reopenEveryMs: 50,
  closedGraceMs: 300,
  roundPauseMs: 100,
};

export const supplyPty = (): Promise<Ground> => ptyGround(hasty);

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
