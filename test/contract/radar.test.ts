import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Radar, startRadar } from '#agent/drivers/radar/radar.ts';
import { tryAgainMs } from '#agent/drivers/radar/settingUp.ts';
import type { SessionSettings } from '#agent/lines/session.ts';
import { radarProfiles } from '#devices/radar/profiles.ts';
import { createRadarDevice } from '#devices/radar/radarDevice.ts';
import type { Connector, DeviceEnd } from '#devices/line/wire.ts';
import { hourMs, secondMs } from '#protocol/core/time.ts';
import { createLogRecorder } from '#test/logRecorder.ts';
import { summarize } from '#test/summary.ts';
import { breaking, type DeviceBench, memoryBench, ptyBench } from './deviceBench.ts';

type ProfileName = keyof typeof radarProfiles;

interface Options {
  profile?: ProfileName;
  line?: DeviceEnd;
  connector?: Connector;
  settings?: Partial<SessionSettings>;
}

/** The driver and the fake on one line, and what the hub is told. */
function putTogether(bench: DeviceBench, { profile = 'ld2410b', settings = {}, ...other }: Options = {}) {
  const { clock, random, openLine, notice } = bench;
  const { line = bench.line, connector = bench.connector } = other;
  const fake = createRadarDevice({ line, clock, random, connector, profile: radarProfiles[profile] });
  const told: string[] = [];
  const tell = (what: string): void => {
    told.push(what);
    notice();
  };
  const radar: Radar = startRadar({
    openLine,
    clock,
    log: createLogRecorder().log,
    listener: {
      presence: (present) => tell(present ? 'present' : 'gone'),
      movement: () => tell('moves'),
      well: () => tell('well'),
      failing: () => tell('failing'),
    },
    settings,
  });
  const say = (words: string): void => {
    const done = fake.obey(words);
    if (!done.ok) throw new Error(done.problem);
  };
  const health = (): string[] => told.filter((what) => what === 'well' || what === 'failing');
  return { fake, radar, told, health, say };
}

describe.each([
  ['in memory', () => Promise.resolve(memoryBench())],
  ['in memory, slow and torn', () => Promise.resolve(memoryBench({ latencyMs: 20, fragmentation: 0.7 }))],
  ['on a pseudo terminal', ptyBench],
] as const)('a radar, its driver and its fake %s', (_, makeBench) => {
  describe.each(Object.keys(radarProfiles).filter(isProfile))('%s', (profile) => {
    let bench: DeviceBench;
    let world: ReturnType<typeof putTogether>;

    beforeEach(async () => {
      bench = await makeBench();
      // In real time too, nobody waits for long.
      world = putTogether(bench, { profile, settings: { closedGraceMs: 200, reopenEveryMs: 50 } });
      await bench.until(() => world.told.length > 0);
    });
    afterEach(async () => {
      world.radar.stop();
      world.fake.stop();
      await bench.end();
    });

    test('is set up, and tells who comes in', async () => {
      const { say, told, radar } = world;
      say('presence moving');
      await bench.until(() => told.length === 3);
      expect(told).toEqual(['well', 'present', 'moves']);
      expect(radar.counters()).toMatchObject({ setUps: 1, failedSetUps: 0, undecodable: 0 });
    });

    test('is failing while it is pulled out, and tells who comes in when it is back', async () => {
      const { say, told, health } = world;
      say('unplug');
      await bench.until(() => health().length === 2);
      say('plug');
      await bench.until(() => health().length === 3);
      expect(told).toEqual(['well', 'failing', 'well']);
      say('presence moving');
      await bench.until(() => told.length === 5);
      expect(told.slice(3)).toEqual(['present', 'moves']);
    });
  });
});

/** What goes wrong, how it ends, and what the hub is told of the radar's health after it first was well. */
const faults: Record<string, { words: readonly [string, string]; health: readonly string[]; screwedDown?: true }> = {
  'pulled out for a while': { words: ['unplug', 'plug'], health: ['failing', 'well'] },
  'silent for a while': { words: ['fault silent', 'fault none'], health: ['failing', 'well'] },
  'babbling for a while': { words: ['fault babbling', 'fault none'], health: [] },
  // Only the module loses its power, not the port: nobody says so.
  'restarted after a second': { words: ['unplug', 'plug'], health: [], screwedDown: true },
};
/** Two rounds of setting up, in both directions, with reports before and after. */
const bytesOfSettingUp = 400;

describe.each(Object.entries(faults))(
  'whatever byte it is %s at',
  (what, { words: [begin, end], health, screwedDown }) => {
    test('a radar tells who comes in again by itself, and whether it works', () => {
      for (let at = 1; at <= bytesOfSettingUp; at += 1) {
        const bench = memoryBench();
        const { clock } = bench;
        const line = breaking(bench.line, at, () => void clock.at(clock.monotonicMs(), goWrong));
        const connector = { unplug() {}, plug() {} };
        const world = putTogether(bench, { line, ...(screwedDown ? { connector } : {}) });
        function goWrong(): void {
          world.say(begin);
          if (screwedDown) clock.at(clock.monotonicMs() + secondMs, () => world.say(end));
        }
        clock.advance(25 * secondMs);
        if (!screwedDown) world.say(end);
        clock.advance(25 * secondMs);
        expect(line.passed(), `byte ${at}`).toBeGreaterThan(at);
        expect(world.health().join(' '), `byte ${at}`).toMatch(
          new RegExp(`^(well )?${health.length > 0 ? health.join(' ') : 'well'}$`, 'u'),
        );
        expect(world.told, `byte ${at}`).not.toContain('present');
        world.say('presence moving');
        clock.advance(secondMs);
        expect(world.told.slice(-2), `byte ${at}`).toEqual(['present', 'moves']);
        // What spoilt its setting up did not spoil it for good.
        if (world.radar.counters().setUps === 0) clock.advance(tryAgainMs);
        expect(world.radar.counters().setUps, `byte ${at}`).toBeGreaterThan(0);
        world.radar.stop();
        world.fake.stop();
        expect(clock.waiting(), `byte ${at}`).toBe(0);
      }
      summarize('worst wires', [`a radar ${what}, at each of ${bytesOfSettingUp} bytes: back by itself each time`]);
    });
  },
);

test('on a line where every hundredth byte is noise a radar sees nobody who is not there, and whoever is', () => {
  const bench = memoryBench({ latencyMs: 5, fragmentation: 0.5, noise: 0.01 });
  const world = putTogether(bench);
  bench.clock.advance(hourMs);
  expect(world.told).toEqual(['well']);
  expect(world.radar.counters().discardedBytes['no-trailer']).toBeGreaterThan(10_000);
  world.say('presence still');
  bench.clock.advance(hourMs);
  expect(world.told).toEqual(['well', 'present']);
});

function isProfile(name: string): name is ProfileName {
  return Object.hasOwn(radarProfiles, name);
}
