import { describe, expect, test } from 'vitest';
import { accessoryKinds, accessoryProfiles, isRadioKind } from './accessories.ts';
import { type AccessoryConfiguration, readConfiguration } from './configuration.ts';

const least = { hub: 'hub-0001', centre: { primary: { url: 'mqtt://127.0.0.1:1883' } } };

function read(...accessories: unknown[]): readonly AccessoryConfiguration[] {
  const configuration = readConfiguration({ ...least, accessories });
  if (!configuration.ok) throw new Error(configuration.problem.map(({ message }) => message).join('\n'));
  return configuration.value.accessories;
}

function problemsOf(accessory: Readonly<Record<string, unknown>>): string[] {
  const configuration = readConfiguration({ ...least, accessories: [{ name: 'it', ...accessory }] });
  return configuration.ok ? [] : configuration.problem.map(({ path, message }) => `${path.join('.')}: ${message}`);
}

const door = { kind: 'door', id: '002a0007' };

describe('an accessory', () => {
  test.each(accessoryKinds)('a %s has the profile that such devices have', (kind) => {
    const id = isRadioKind(kind) ? { id: '002a0001' } : {};
    const others: Readonly<Record<string, string>> = { smoke: 'F6-05-02', door: 'D5-00-01', motion: 'A5-07-01' };
    const usual = others[kind] ?? 'F6-02-01';
    expect(read({ name: 'it', kind, ...id })).toMatchObject([{ profile: isRadioKind(kind) ? usual : '' }]);
    for (const profile of accessoryProfiles[kind]) expect(problemsOf({ kind, profile, ...id })).toEqual([]);
  });

  test('has every default of its kind: a fall waits 20 s, what says how it is is supervised (B1.5, B8.2)', () => {
    const [fall, motion, pendant] = read(
      { name: 'fall', kind: 'fall', id: '002a0009' },
      { name: 'motion', kind: 'motion', id: '002a0008', profile: 'A5-07-03' },
      { name: 'pendant', kind: 'pendant', id: '002a0001' },
    );
    expect(fall).toMatchObject({ cancelMs: 20_000, superviseMs: 0 });
    expect(motion).toMatchObject({ cancelMs: 0, superviseMs: 3_600_000, openTooLongMs: 300_000, outOfBedMs: 900_000 });
    expect(pendant).toMatchObject({ cancelMs: 0, superviseMs: 0, visits: [] });
  });

  test('that is no radio device has no radio id, and its name stands in for one', () => {
    expect(read({ name: 'tracker', kind: 'gps' })).toMatchObject([{ id: 'tracker', profile: '' }]);
  });

  test.each<[string, Readonly<Record<string, unknown>>, string]>([
    ['a radio device without id', { kind: 'mat' }, 'accessories[1].id is missing; right would be the eight hex digits'],
    [
      'a radar with a radio id',
      { kind: 'radar', id: '002a0001' },
      'accessories[1].id means nothing to a radar: it is no radio device; remove it',
    ],
    [
      'a profile for a camera',
      { kind: 'camera', profile: 'F6-02-01' },
      'which a camera does not speak; right would be none, it is no radio device',
    ],
    [
      'hours of nothing',
      { ...door, hours: '' },
      'accessories[1].hours is ""; right would be hours such as "22:00-06:00"',
    ],
    [
      'hours in another form',
      { ...door, hours: '22-06' },
      'right would be hours such as "22:00-06:00", in quotes, a list',
    ],
    ['hours after midnight', { ...door, hours: '22:00-25:00' }, 'right would be hours such as "22:00-06:00"'],
    ['a day from nowhere', { ...door, hours: { monday: '22:00-06:00' } }, 'or a map of them by weekday (mon, tue, …)'],
    ['no day', { ...door, hours: {} }, 'or a map of them by weekday'],
    ['an empty list of hours', { ...door, hours: [] }, 'right would be hours such as'],
    [
      'hours for a pendant',
      { kind: 'pendant', id: '002a0001', hours: '22:00-06:00' },
      'accessories[1].hours means nothing to a pendant: it guards nothing; remove it',
    ],
    [
      'a bed with inactivity',
      { kind: 'bed', id: '002a000b', inactivity: '12h' },
      'accessories[1].inactivity means nothing to a bed: it knows hours, outOfBed; remove it',
    ],
    [
      'a time from nowhere',
      { kind: 'camera', visits: ['9:00'] },
      'right would be a time of day such as "09:00", in quotes',
    ],
    [
      'an area too small to be left',
      { kind: 'gps', area: { latitude: 56, longitude: 12, radiusM: 5 } },
      'right would be a whole number from 50 to 100000',
    ],
    [
      'a place that is none',
      { kind: 'gps', area: { latitude: 91, longitude: 12, radiusM: 500 } },
      'accessories[1].area.latitude is the number 91; right would be a number from -90 to 90',
    ],
  ])('%s is told with its place and what would be right', (_slip, accessory, words) => {
    expect(problemsOf(accessory).join('\n')).toContain(words);
  });
});

test('a time zone that nobody knows is told', () => {
  const configuration = readConfiguration({ ...least, timezone: 'Europe/Stokholm' });
  expect(configuration.ok ? [] : configuration.problem.map(({ message }) => message)).toEqual([
    'timezone: there is no time zone "Europe/Stokholm"; right would be like Europe/Stockholm',
  ]);
});
