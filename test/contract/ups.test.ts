import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startUps, type Ups } from '#agent/drivers/ups/ups.ts';
import type { SupplyReading } from '#agent/hub/devices.ts';
import { createDrain } from '#agent/hub/power/drain.ts';
import type { SessionSettings } from '#agent/lines/session.ts';
import { openSerial } from '#agent/lines/serialLine.ts';
import { createRealClock } from '#agent/runtime/clock.ts';
import { createMemoryLine } from '#devices/line/memoryLine.ts';
import { createPtyLine } from '#devices/line/ptyLine.ts';
import type { Connector, DeviceEnd } from '#devices/line/wire.ts';
import { type UpsProfile, upsProfiles, type UpsProfileName } from '#devices/ups/profiles.ts';
import { createUpsDevice } from '#devices/ups/upsDevice.ts';
import type { OpenLine } from '#protocol/core/line.ts';
import { type Clock, hourMs, minuteMs, secondMs } from '#protocol/core/time.ts';
import { createLogRecorder } from '#test/logRecorder.ts';
import { createSeededRandom } from '#test/seededRandom.ts';
import { createVirtualClock } from '#test/virtualClock.ts';

/** What carries driver and supply: a line in virtual time, or a pseudo terminal in real time. */
interface Ground {
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

function memoryGround(): Ground {
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

async function ptyGround(): Promise<Ground> {
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
function connect(ground: Ground, name: UpsProfileName | UpsProfile, line = ground.line) {
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

const profiles = Object.keys(upsProfiles) as UpsProfileName[];
/** What mends itself by waiting, over and over, is for virtual time. */
const quickFaults = ['duplicate-answers', 'partial-writes', 'babbling', 'reboot-in-command'];

upsContract('in memory', profiles, [...quickFaults, 'wrong-checksums'], () => Promise.resolve(memoryGround()));
upsContract('on a pseudo terminal', ['era-plus-1000'], quickFaults, ptyGround);

function upsContract(
  where: string,
  profiles: readonly UpsProfileName[],
  faults: readonly string[],
  makeGround: () => Promise<Ground>,
): void {
  describe.each(profiles)(`driver and fake of a %s, ${where}`, (profile) => {
    let ground: Ground;
    let both: ReturnType<typeof connect>;
    let told: (isSo: () => boolean) => Promise<void>;

    beforeEach(async () => {
      ground = await makeGround();
      both = connect(ground, profile);
      told = ground.until;
    });
    afterEach(async () => {
      both.ups.stop();
      both.say('fault none');
      await ground.end();
    });

    test('agree about the mains, whether there is a battery and when it is low', async () => {
      const { say, mains, battery, health } = both;
      await told(() => mains() === true && battery().chargePercent === 100);
      say('mains off');
      await told(() => mains() === false);
      say('charge 3');
      await told(() => battery().chargePercent <= 10);
      say('mains on');
      await told(() => mains() === true);
      say('battery absent');
      await told(() => both.readings.at(-1)?.battery === 'absent');
      say('battery present');
      await told(() => both.readings.at(-1)?.battery !== 'absent');
      expect(health).toEqual(['well']);
    });

    test('find each other again when the cable was pulled out', async () => {
      const { say, mains, health } = both;
      await told(() => mains() === true && health.length === 1);
      say('unplug');
      say('mains off');
      await told(() => health.length === 2);
      say('plug');
      await told(() => mains() === false && health.length === 3);
      expect(health).toEqual(['well', 'failing', 'well']);
    });

    test.each(['silent', 'late-answers'])('find each other again when the supply was %s', async (fault) => {
      const { say, mains, health } = both;
      await told(() => mains() === true);
      say(`fault ${fault}`);
      if (fault === 'silent') await told(() => health.at(-1) === 'failing');
      say('fault none');
      say('mains off');
      await told(() => mains() === false && health.at(-1) === 'well');
      expect([mains(), health.at(-1)]).toEqual([false, 'well']);
    });

    test.each(faults)('understand each other in spite of it: %s', async (fault) => {
      const { say, mains, health } = both;
      await told(() => mains() === true);
      say(`fault ${fault}`);
      say('mains off');
      await told(() => mains() === false);
      say('mains on');
      await told(() => mains() === true && health.at(-1) === 'well');
      expect([mains(), health.at(-1)]).toEqual([true, 'well']);
    });
  });
}

describe('driver and fake', () => {
  test.each([
    ['failed', 'test-fails on'],
    ['failed', 'health 60'],
    ['passed', 'health 80'],
  ])('agree that a test has %s: %s', (test, words) => {
    const ground = memoryGround();
    const clock = ground.clock as ReturnType<typeof createVirtualClock>;
    const { ups, say, battery, readings } = connect(ground, 'era-plus-1000');
    say(words);
    clock.advance(minuteMs);
    ups.testBattery();
    clock.advance(minuteMs);
    expect(battery()).toEqual({ chargePercent: 100, test });
    expect(readings).toHaveLength(2);
  });

  test.each(profiles)(
    'agree about the charge within a fifth, from full to empty and back; it never rises on the way down: %s',
    (profile) => {
      const ground = memoryGround();
      const clock = ground.clock as ReturnType<typeof createVirtualClock>;
      const { device, say, readings, battery } = connect(ground, profile);
      clock.advance(minuteMs);
      say('mains off');
      const errors: number[] = [];
      while (device.chargePercent() > 2) {
        clock.advance(10 * minuteMs);
        errors.push(Math.abs(battery().chargePercent - device.chargePercent()));
      }
      const down = readings.map(({ battery }) => (battery === 'absent' ? -1 : battery.chargePercent));
      expect(down).toEqual(down.toSorted((one, other) => other - one));
      expect(Math.max(...errors)).toBeLessThanOrEqual(20);
      say('mains on');
      clock.advance(11 * hourMs);
      expect(battery().chargePercent).toBe(100);
    },
  );
});

test('a hub that lives on it for three days measures its drain, and is not told that little is left before it is (B6.3)', () => {
  const ground = memoryGround();
  const clock = ground.clock as ReturnType<typeof createVirtualClock>;
  const runtimeHours = 72;
  // The supply itself draws 4 W.
  const profile = { ...upsProfiles['era-plus-1000'], batteryWattHours: 4 * runtimeHours };
  const drain = createDrain(clock, 100 / runtimeHours);
  const { say, battery, mains, device } = connect(ground, profile);
  say('load 0');
  clock.advance(minuteMs);
  say('mains off');
  /** How far the measured drain is from the real one, and what is really there when little is left. */
  const measured: number[] = [];
  const little: number[] = [];
  while (battery().chargePercent > 20) {
    clock.advance(5 * secondMs);
    drain.reading(battery().chargePercent, mains() === false);
    measured.push((drain.percentPerHour() * runtimeHours) / 100);
    if (battery().chargePercent / drain.percentPerHour() <= 12) little.push(device.chargePercent());
  }
  expect(Math.max(...measured)).toBeLessThan(2);
  expect(Math.max(0, ...little)).toBeLessThan(20);
});

/**
 * What befalls a supply at a byte of what it hears, or says, the words that begin it, and those that end it. What is
 * behind the byte in the same piece is lost.
 */
const troubles = [
  { trouble: 'unplugged', begin: ['unplug'], over: ['plug'], fails: true },
  { trouble: 'silent', begin: ['fault silent'], over: ['fault none'], fails: true },
  { trouble: 'babbling', begin: ['fault babbling'], over: ['fault none'], fails: false },
  {
    trouble: 'restarted',
    begin: ['battery absent', 'mains off', 'mains on', 'battery present'],
    over: [],
    fails: false,
  },
] as const;

describe('trouble at any byte', () => {
  /** Status and ratings, asked and answered: `Q1`, `F`, 47 bytes, 22 bytes. */
  const places = [
    ...Array.from({ length: 5 }, (_, at) => ({ way: 'asked', at })),
    ...Array.from({ length: 69 }, (_, at) => ({ way: 'answered', at })),
  ] as const;

  /** Hands on what comes before the byte at which it happens, and nothing behind it in the same piece. */
  function troubled(line: DeviceEnd, way: string, at: number, happen: () => void): DeviceEnd {
    let passed = 0;
    function upTo(bytes: Uint8Array, hand: (bytes: Uint8Array) => void): void {
      const left = at - passed;
      passed += bytes.length;
      if (left < 0 || left >= bytes.length) {
        hand(bytes);
        return;
      }
      hand(bytes.slice(0, left));
      happen();
    }
    return {
      write: (bytes) => (way === 'answered' ? upTo(bytes, line.write) : line.write(bytes)),
      onReceived: (handler) => line.onReceived((bytes) => (way === 'asked' ? upTo(bytes, handler) : handler(bytes))),
    };
  }

  function live(way: string, at: number, begin: readonly string[], over: readonly string[]) {
    const ground = memoryGround();
    const clock = ground.clock as ReturnType<typeof createVirtualClock>;
    const line = troubled(ground.line, way, at, () => clock.at(clock.monotonicMs(), () => begin.forEach(both.say)));
    const both = connect(ground, 'era-plus-1000', line);
    clock.advance(40 * secondMs);
    over.forEach(both.say);
    clock.advance(minuteMs);
    both.say('mains off');
    clock.advance(5 * secondMs);
    const off = both.mains();
    both.say('mains on');
    clock.advance(5 * secondMs);
    return { told: [off, both.mains(), both.health.at(-1)], failed: both.health.includes('failing') };
  }

  test.each(troubles)(
    '$trouble: the readings come back by themselves, and failing and well are told',
    ({ begin, over, fails }) => {
      for (const { way, at } of places) {
        const lived = live(way, at, begin, over);
        expect({ way, at, ...lived }).toEqual({ way, at, told: [false, true, 'well'], failed: fails });
      }
    },
  );
});
