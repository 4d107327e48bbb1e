import { describe, expect, test } from 'vitest';
import { distanceM } from '#protocol/core/distance.ts';
import { failure, success } from '#protocol/core/result.ts';
import { hourMs, secondMs } from '#protocol/core/time.ts';
import { createFramer } from '#protocol/nmea/framer.ts';
import { type Gga, readGga } from '#protocol/nmea/gga.ts';
import { readRmc, satelliteWallMs } from '#protocol/nmea/rmc.ts';
import { readGsa, readGsv } from '#protocol/nmea/satellites.ts';
import { type Sentence, standardLengthLimit } from '#protocol/nmea/sentence.ts';
import { createMemoryLine } from '#devices/line/memoryLine.ts';
import { createSeededRandom } from '#test/seededRandom.ts';
import { createVirtualClock } from '#test/virtualClock.ts';
import {
  createGnssDevice,
  firstFixMs,
  type GnssDeviceOptions,
  type GnssEvent,
  startMs,
  wanderM,
} from './gnssDevice.ts';
import { gnssProfiles } from './profiles.ts';

const home = { latitude: 56.0465, longitude: 12.6945 };
const street = [home, { latitude: 56.0475, longitude: 12.6945 }, { latitude: 56.0475, longitude: 12.7045 }];

/** A receiver on a line in memory, and a host that reads what it says. */
function setUp(options: Partial<GnssDeviceOptions> = {}) {
  const clock = createVirtualClock();
  const random = createSeededRandom(5);
  const line = createMemoryLine({ clock, random });
  const events: GnssEvent[] = [];
  const device = createGnssDevice({
    line: line.device,
    clock,
    random,
    connector: line,
    readTrack: (path) => (path === 'a street.gpx' ? success(street) : failure(`there is no ${path}`)),
    onEvent: (event) => events.push(event),
    ...options,
  });
  const framer = createFramer();
  const heard: Sentence[] = [];
  const discarded: string[] = [];
  const open = () =>
    line.openLine(
      { baudRate: 9_600 },
      {
        opened() {},
        received(bytes) {
          for (const item of framer.push(bytes)) {
            if (item.kind === 'sentence') heard.push(item.sentence);
            else discarded.push(item.reason);
          }
        },
        closed() {},
      },
    );
  open();
  clock.advance(100);
  heard.length = 0;
  return {
    clock,
    device,
    line,
    events,
    heard,
    discarded,
    reopen: open,
    /** What it says in the next second, and of that the last of a type. */
    second(seconds = 1) {
      heard.length = 0;
      clock.advance(seconds * secondMs);
      return heard.map(({ talker, type }) => talker + type);
    },
    last: (type: string) => heard.findLast((sentence) => sentence.type === type) ?? emptySentence,
    say(words: string) {
      const done = device.obey(words);
      return done.ok ? done.value.text : done.problem;
    },
  };
}

const emptySentence: Sentence = { talker: '', type: '', fields: [], text: '' };

function fixOf(world: ReturnType<typeof setUp>): Gga {
  const read = readGga(world.last('GGA'));
  if (!read.ok) throw new Error(read.problem.message);
  return read.value;
}

function offM(world: ReturnType<typeof setUp>, place: { latitude: number; longitude: number }): number {
  const { latitude = 0, longitude = 0 } = fixOf(world);
  return distanceM(place, { latitude, longitude });
}

describe('a receiver says each second what one of its make says', () => {
  test.each([
    ['ublox8', ['GNRMC', 'GNVTG', 'GNGGA', 'GNGSA', 'GNGSA', 'GPGSV', 'GPGSV', 'GLGSV', 'GNGLL']],
    ['ublox7', ['GPRMC', 'GPVTG', 'GPGGA', 'GPGSA', 'GPGSV', 'GPGSV', 'GPGSV', 'GPGLL']],
    ['sim7600', ['GPGSV', 'GPGSV', 'GLGSV', 'GPGGA', 'GPVTG', 'GPRMC', 'GPGSA', 'GPGSA']],
  ] as const)('%s', (name, sentences) => {
    const world = setUp({ profile: gnssProfiles[name] });
    expect(world.second()).toEqual(sentences);
    expect(world.heard.every(({ text }) => text.length + 2 <= standardLengthLimit)).toBe(true);
    expect(fixOf(world)).toMatchObject({ quality: 1, satellites: 9 });
  });

  test('where it stands, some metres off, another place each second', () => {
    const world = setUp();
    const places = Array.from({ length: 20 }, () => {
      world.second();
      expect(offM(world, home)).toBeLessThan(wanderM * 1.5);
      return `${fixOf(world).latitude} ${fixOf(world).longitude}`;
    });
    expect(new Set(places).size).toBe(20);
  });

  test('the time, and the satellites that its fix is made of', () => {
    const world = setUp();
    world.second();
    const rmc = readRmc(world.last('RMC'));
    expect(rmc.ok && satelliteWallMs(rmc.value)).toBe(Math.floor(world.clock.wallMs() / secondMs) * secondMs);
    expect(readGsa(world.last('GSA'))).toMatchObject({ value: { fix: 3, satellites: [65, 66, 67, 68] } });
    expect(readGsv(world.last('GSV'))).toMatchObject({ value: { inView: 4 } });
  });

  test.each([
    ['ublox8', /^\$GNGGA,\d{6}\.00,,,,,0,,99\.99,,,,,,\*/u, /^\$GNRMC,\d{6}\.00,V,,,,,,,\d{6},,,N\*/u],
    ['sim7600', /^\$GPGGA,,,,,,0,,,,,,,,\*66$/u, /^\$GPRMC,,V,,,,,,,,,,N\*53$/u],
  ] as const)('that it has no fix, as %s says it', (name, gga, rmc) => {
    const world = setUp({ profile: gnssProfiles[name] });
    world.say('fix lost');
    world.second();
    expect(world.last('GGA').text).toMatch(gga);
    expect(world.last('RMC').text).toMatch(rmc);
  });
});

describe('a person may tell it', () => {
  test('where it is', () => {
    const world = setUp();
    expect(world.say('at -33.8688 151.2093')).toBe('at -33.8688 151.2093');
    world.second();
    expect(offM(world, { latitude: -33.8688, longitude: 151.2093 })).toBeLessThan(wanderM * 1.5);
  });

  test('to drive along a track at a speed, of which it tells the course, and at whose end it stays', () => {
    const world = setUp();
    world.say('speed 36km/h');
    expect(world.say('drive a street.gpx')).toBe('driving along 3 points at 36 km/h');
    world.second(5);
    expect(Math.abs(offM(world, home) - 50)).toBeLessThan(wanderM * 1.5);
    expect(readRmc(world.last('RMC'))).toMatchObject({
      value: { courseDegrees: 0, speedKnots: expect.closeTo(19.438, 2) },
    });
    world.second(hourMs / secondMs);
    expect(world.events.at(-1)).toEqual({ event: 'arrived' });
    expect(offM(world, street[2] ?? home)).toBeLessThan(wanderM * 1.5);
    expect(readRmc(world.last('RMC'))).toMatchObject({ value: { speedKnots: 0 } });
  });

  test('that its fix is lost and found, by its sky or by its satellites', () => {
    const world = setUp();
    world.say('satellites 3');
    world.second();
    expect(fixOf(world).quality).toBe(0);
    world.say('satellites 4');
    world.second();
    expect(fixOf(world)).toMatchObject({ quality: 1, satellites: 4, hdop: 3 });
    expect(world.events).toEqual([
      { event: 'fix', fix: 'found' },
      { event: 'fix', fix: 'lost' },
      { event: 'fix', fix: 'found' },
    ]);
  });

  test.each([
    ['at 91 0', 'a latitude is from -90 to 90 degrees; usage: at LAT LON'],
    ['at 0 x', 'a longitude is from -180 to 180 degrees; usage: at LAT LON'],
    ['at 0 0 0', 'at takes a latitude and a longitude; usage: at LAT LON'],
    ['drive', 'drive takes a GPX file; usage: drive FILE.gpx'],
    ['drive nowhere.gpx', 'there is no nowhere.gpx; usage: drive FILE.gpx'],
    ['fix maybe', 'fix: there is no "maybe"; known are lost, found; usage: fix lost | found'],
    ['speed 301', 'speed takes a number from 0 to 300 km/h, not "301"; usage: speed N'],
  ])('nothing that cannot be: %s', (words, problem) => {
    expect(setUp().say(words)).toBe(problem);
  });

  test('to start anew: it says who it is, and has its fix some seconds later', () => {
    const world = setUp();
    world.say('restart');
    expect(world.second().filter((one) => one === 'GNTXT')).toHaveLength(2);
    expect(fixOf(world).quality).toBe(0);
    world.clock.advance(startMs + firstFixMs);
    expect(fixOf(world).quality).toBe(1);
  });

  test('to be pulled out and put back: it starts anew', () => {
    const world = setUp();
    world.say('unplug');
    expect(world.second(60)).toEqual([]);
    world.say('plug');
    world.reopen();
    expect(world.second(60)).toContain('GNTXT');
    expect(fixOf(world).quality).toBe(1);
  });

  test('to misbehave: nothing that it says then is taken for a sentence that it is not', () => {
    const world = setUp();
    world.say('fault silent');
    expect(world.second(10)).toEqual([]);
    world.say('fault none');
    world.say('fault wrong-checksums');
    world.second(10);
    expect(world.discarded.length).toBeGreaterThan(5);
    world.say('fault none');
    world.say('fault partial-writes');
    expect(world.second(10).length).toBeGreaterThan(60);
  });
});

test('stopped, it says nothing any more and nothing waits', () => {
  const world = setUp();
  world.say('fault babbling');
  world.device.stop();
  expect(world.second(60)).toEqual([]);
  expect(world.clock.waiting()).toBe(0);
});
