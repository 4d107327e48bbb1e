import { describe, expect, test } from 'vitest';
import { stateAtBegin, type WorldEvent } from '#simulator/world/world.ts';
import { arrival, type Happening } from '#test/handWorld.ts';
import { lookAt, stateDiffers } from './looking.ts';
import type { LookedFor } from './scenario.ts';

const reported: Happening = {
  kind: 'journal',
  atMs: 10,
  row: 1,
  entry: 'report',
  ref: 'A',
  report: 'alarm',
  from: 'pendant',
  status: 10,
  priority: 8,
  buffered: true,
};

const message: Happening = { kind: 'sms', atMs: 900, is: 'sent', number: '+46', text: 'H1 hub-0001 A 3 10', ref: 'A' };

/** An alarm that nobody at the primary centre takes, until the reserve does; and it went by SMS. */
const story: readonly Happening[] = [
  reported,
  arrival(100, 'A', { answer: undefined }),
  arrival(200, 'A', { repeat: true, answer: undefined }),
  arrival(300, 'A', { at: 'reserve', verified: false }),
  message,
  { ...message, atMs: 950 },
];

/** The times of what matches, and how many are counted. */
function found(lookedFor: LookedFor, happenings: readonly Happening[] = story) {
  const events: WorldEvent[] = happenings.map((happening, index) => ({ sequence: index + 1, ...happening }));
  const looking = lookAt(events);
  const times = events.filter((event) => looking.matches(event, lookedFor)).map(({ atMs }) => atMs);
  return { times, count: looking.count(lookedFor, 0, 1_000) };
}

describe('a report', () => {
  test('is its first arrival at any centre, and no short message', () => {
    expect(found({ report: 'alarm' })).toEqual({ times: [100], count: 1 });
  });

  test('matches at each arrival where a place is named, and counts once', () => {
    expect(found({ report: 'alarm', at: 'primary' })).toEqual({ times: [100, 200], count: 1 });
    expect(found({ report: 'alarm', at: 'reserve' })).toEqual({ times: [300], count: 1 });
  });

  test('by sms is the message that carries it, and says what the journal says', () => {
    expect(found({ report: 'alarm', at: 'sms', from: 'pendant', status: 10 })).toEqual({ times: [900, 950], count: 1 });
    expect(found({ report: 'alarm', at: 'sms', from: 'smoke' })).toEqual({ times: [], count: 0 });
  });

  test('is verified unless it says that it is not', () => {
    expect(found({ at: 'primary', verified: true }).times).toEqual([100, 200]);
    expect(found({ at: 'reserve', verified: true }).times).toEqual([]);
    expect(found({ at: 'reserve', verified: false }).times).toEqual([300]);
  });
});

test('a heartbeat is none that only probes a path', () => {
  const beat: Happening = {
    kind: 'heartbeat',
    atMs: 1,
    at: 'reserve',
    hub: 'hub-0001',
    beat: 1,
    probe: false,
    waiting: 0,
    answered: true,
  };
  const beats = [beat, { ...beat, atMs: 2, at: 'primary' as const, probe: true }];
  expect(found({ report: 'heartbeat' }, beats)).toEqual({ times: [1], count: 1 });
  expect(found({ report: 'heartbeat', at: 'primary' }, beats).times).toEqual([]);
});

test('what is no report is found by its own word, and a short message by what is in it', () => {
  const others: readonly Happening[] = [
    { kind: 'voice', atMs: 1, is: 'ringing', path: 'sip', by: 'hub', to: 'sip:centre' },
    { kind: 'light', atMs: 2, name: 'alarm' },
    { kind: 'sound', atMs: 3, name: 'alarm' },
    { ...message, atMs: 4 },
    { ...message, atMs: 5, is: 'received' },
    { kind: 'journal', atMs: 6, row: 1, entry: 'power' },
  ];
  expect(found({ voice: 'ringing' }, others).times).toEqual([1]);
  expect(found({ light: 'alarm' }, others).times).toEqual([2]);
  expect(found({ sound: 'alarm' }, others).times).toEqual([3]);
  expect(found({ sms: ' 3 10$' }, others).times).toEqual([4]);
  expect(found({ sms: '^A1' }, others).times).toEqual([]);
  expect(found({ journal: 'power' }, others).times).toEqual([6]);
});

test('a state is told in the words of the language', () => {
  expect(stateDiffers(stateAtBegin, { away: 'off', charge: '100%', path: 'primary' })).toBeUndefined();
  expect(stateDiffers({ ...stateAtBegin, charge: 15, away: true }, { charge: '20%' })).toEqual({
    key: 'charge',
    expected: '20%',
    actual: '15%',
  });
  expect(stateDiffers({ ...stateAtBegin, away: true }, { away: 'off' })).toMatchObject({ actual: 'on' });
});
