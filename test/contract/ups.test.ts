import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createDrain } from '#agent/hub/power/drain.ts';
import type { DeviceEnd } from '#devices/line/wire.ts';
import { upsProfiles, type UpsProfileName } from '#devices/ups/profiles.ts';
import { hourMs, minuteMs, secondMs } from '#protocol/core/time.ts';
import { summarize } from '#test/summary.ts';
import type { createVirtualClock } from '#test/virtualClock.ts';
import type { Ground } from './ground.ts';
import { connect, supplyMemory, supplyPty } from './supplyGround.ts';

const profiles = Object.keys(upsProfiles) as UpsProfileName[];
/** What mends itself by waiting, over and over, is for virtual time. */
const quickFaults = ['duplicate-answers', 'partial-writes', 'babbling', 'reboot-in-command'];

upsContract('in memory', profiles, [...quickFaults, 'wrong-checksums'], () => Promise.resolve(supplyMemory()));
upsContract('on a pseudo terminal', ['era-plus-1000'], quickFaults, supplyPty);

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
    const ground = supplyMemory();
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
      const ground = supplyMemory();
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
  const ground = supplyMemory();
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
    const ground = supplyMemory();
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
    ({ trouble, begin, over, fails }) => {
      for (const { way, at } of places) {
        const lived = live(way, at, begin, over);
        expect({ way, at, ...lived }).toEqual({ way, at, told: [false, true, 'well'], failed: fails });
      }
      if (fails) {
        summarize('worst wires', [`a supply ${trouble} at each of ${places.length} bytes: back by itself each time`]);
      }
    },
  );
});
