import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startReader } from '#agent/drivers/reader/reader.ts';
import type { Device } from '#agent/hub/devices.ts';
import type { SessionSettings } from '#agent/lines/session.ts';
import { readerProfiles } from '#devices/tag-reader/profiles.ts';
import { createTagReader } from '#devices/tag-reader/tagReader.ts';
import type { DeviceEnd } from '#devices/line/wire.ts';
import { secondMs } from '#protocol/core/time.ts';
import { createLogRecorder } from '#test/logRecorder.ts';
import { summarize } from '#test/summary.ts';
import { breaking, type DeviceBench, memoryBench, ptyBench } from './deviceBench.ts';

type ProfileName = keyof typeof readerProfiles;

const staff = '3c00ce754c';
const other = '5900b47b4f';

/** The driver and the fake on one line, and what the hub is told. */
function putTogether(bench: DeviceBench, profile: ProfileName, line: DeviceEnd, settings: Partial<SessionSettings>) {
  const { clock, random, connector, openLine, notice } = bench;
  const fake = createTagReader({ line, clock, random, connector, profile: readerProfiles[profile] });
  const health: string[] = [];
  const tags: string[] = [];
  const tell = (list: string[], what: string): void => {
    list.push(what);
    notice();
  };
  const driver: Device = startReader({
    openLine,
    clock,
    log: createLogRecorder().log,
    listener: {
      tag: (number) => tell(tags, number),
      well: () => tell(health, 'well'),
      failing: () => tell(health, 'failing'),
    },
    settings,
  });
  const say = (words: string): void => {
    const done = fake.obey(words);
    if (!done.ok) throw new Error(done.problem);
  };
  return { fake, driver, health, tags, say };
}

describe.each([
  ['in memory', () => Promise.resolve(memoryBench())],
  ['in memory, slow and torn', () => Promise.resolve(memoryBench({ latencyMs: 20, fragmentation: 0.7 }))],
  ['on a pseudo terminal', ptyBench],
] as const)('a tag reader, its driver and its fake %s', (_, makeBench) => {
  describe.each(Object.keys(readerProfiles).filter(isProfile))('%s', (profile) => {
    let bench: DeviceBench;
    let world: ReturnType<typeof putTogether>;

    beforeEach(async () => {
      bench = await makeBench();
      // In real time too, nobody waits for long.
      const settings = { steadyMs: 100, closedGraceMs: 200, reopenEveryMs: 50 };
      world = putTogether(bench, profile, bench.line, settings);
      await bench.until(() => world.health.length > 0);
    });
    afterEach(async () => {
      world.driver.stop();
      world.fake.stop();
      await bench.end();
    });

    test('tells each tag that is held to it', async () => {
      const { say, tags } = world;
      say(`tag ${staff}`);
      await bench.until(() => tags.includes(staff));
      say(`hold ${other}`);
      await bench.until(() => tags.includes(other));
      expect(new Set(tags)).toEqual(new Set([staff, other]));
    });

    test('is failing while it is pulled out, well when it is back, and tells tags again', async () => {
      const { say, health, tags } = world;
      say('unplug');
      await bench.until(() => health.length === 2);
      say('plug');
      await bench.until(() => health.length === 3);
      expect(health).toEqual(['well', 'failing', 'well']);
      say(`hold ${staff}`);
      await bench.until(() => tags.length > 0);
      expect(tags[0]).toBe(staff);
    });
  });
});

const faults = {
  'pulled out and put back': ['unplug', 'plug'],
  'silent for a while': ['fault silent', 'fault none'],
  'babbling for a while': ['fault babbling', 'fault none'],
  'sending wrong checksums for a while': ['fault wrong-checksums', 'fault none'],
} as const;

/** Two frames of the longer kind. */
const bytesOfTwoFrames = 32;

describe.each(Object.entries(faults))('whatever byte it is %s at', (what, [begin, end]) => {
  test.each(Object.keys(readerProfiles).filter(isProfile))('a reader tells tags again by itself: %s', (profile) => {
    for (let at = 1; at <= bytesOfTwoFrames; at += 1) {
      const bench = memoryBench();
      const { clock } = bench;
      const line = breaking(bench.line, at, () => void clock.at(clock.monotonicMs(), () => world.say(begin)));
      const world = putTogether(bench, profile, line, {});
      clock.advance(2 * secondMs);
      world.say(`hold ${staff}`);
      clock.advance(secondMs);
      world.say('take-away');
      world.say(`hold ${staff}`);
      clock.advance(15 * secondMs);
      world.say(end);
      clock.advance(15 * secondMs);
      world.say(`hold ${other}`);
      clock.advance(secondMs);
      expect(world.tags.at(-1), `byte ${at}`).toBe(other);
      expect(new Set(world.tags).size, `byte ${at}`).toBeLessThanOrEqual(2);
      expect(world.health, `byte ${at}`).toEqual(begin === 'unplug' ? ['well', 'failing', 'well'] : ['well']);
      world.driver.stop();
      world.fake.stop();
      expect(clock.waiting(), `byte ${at}`).toBe(0);
    }
    summarize('worst wires', [
      `a tag reader (${profile}) ${what}, at each of ${bytesOfTwoFrames} bytes: back by itself each time`,
    ]);
  });
});

function isProfile(name: string): name is ProfileName {
  return Object.hasOwn(readerProfiles, name);
}
