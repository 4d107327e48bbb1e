import { afterEach, describe, expect, test } from 'vitest';
import { tagText } from '#protocol/configuration/visitsSection.ts';
import { hourMs, minuteMs, secondMs } from '#protocol/core/time.ts';
import { type HubAtWork, sha256, startHubAtWork } from '#test/hubAtWork.ts';
import { rememberedTags } from './tags.ts';

const day = '0a0b0c0d0e';
const night = '0a0b0c0d0f';
const tags = [
  { name: 'day-staff', hash: sha256(tagText('hub-0001', day)) },
  { name: 'night-staff', hash: sha256(tagText('hub-0001', night)) },
];

let home: HubAtWork | undefined;
afterEach(() => {
  home?.close();
  home = undefined;
});

function startHome(): HubAtWork {
  home = startHubAtWork({ tags });
  return home;
}

/** Holds a tag to the reader, and lets time pass until the next one is a read of its own. */
function read({ reader, clock }: HubAtWork, number: string): void {
  reader().tag(number);
  clock.advance(10 * secondMs);
}

const said = ({ records }: HubAtWork): string[] => records().map(({ report, from, stc }) => `${report} ${from} ${stc}`);

describe('a visit', () => {
  test('is two reports: in, planned, and out, by the same tag or another; each with its light and sound (B9.1, B9.5)', () => {
    const home = startHome();
    read(home, day);
    expect(home.hub().state().visit).toBe('open');
    expect(home.lights.at(-1)).toBe('checked-in');
    read(home, night);
    expect(home.hub().state().visit).toBe('none');
    expect(home.records()).toMatchObject([
      { report: 'visit', from: 'day-staff', dty: 2, stc: 87, pri: 5 },
      { report: 'visit', from: 'night-staff', dty: 2, stc: 111, pri: 5 },
    ]);
    expect(home.sounds).toEqual(['checked-in', 'checked-out']);
    expect(home.lights.slice(-2)).toEqual(['checked-out', 'no-connection']);
  });

  test('is upon alarm when an alarm awaits one, until somebody has checked in (B9.1)', () => {
    const home = startHome();
    home.front().button('alarm');
    home.acknowledgeAll();
    [day, day, day].forEach((number) => read(home, number));
    expect(said(home).slice(1)).toEqual(['visit day-staff 88', 'visit day-staff 111', 'visit day-staff 87']);
  });

  test.each([
    ['just before 24 hours', 24 * hourMs - 1, 88],
    ['after 24 hours', 24 * hourMs, 87],
  ])('%s after the alarm is awaited, or not any more (B9.1)', (_when, afterMs, status) => {
    const home = startHome();
    home.front().button('alarm');
    home.clock.advance(afterMs);
    read(home, day);
    expect(home.records().findLast(({ report }) => report === 'visit')).toMatchObject({ report: 'visit', stc: status });
  });

  test('that an alarm awaits is still awaited after a restart and a power cut; one that came is not (B6.6)', () => {
    const home = startHome();
    home.front().button('alarm');
    home.restart();
    home.restart(10 * minuteMs);
    read(home, day);
    home.restart();
    read(home, day);
    home.restart();
    read(home, day);
    expect(said(home).slice(1)).toEqual(['visit day-staff 88', 'visit day-staff 111', 'visit day-staff 87']);
  });

  test('stays open over a restart and a power cut (B9.3)', () => {
    const home = startHome();
    read(home, day);
    home.restart(hourMs);
    expect(home.hub().state().visit).toBe('open');
    read(home, day);
    expect(said(home)).toEqual(['visit day-staff 87', 'visit day-staff 111']);
  });

  test('open for over 4 hours is told once, the time without power counted, and still to be checked out (B9.3)', () => {
    const home = startHome();
    read(home, day);
    home.clock.advance(2 * hourMs);
    home.restart(2 * hourMs);
    home.clock.advance(secondMs);
    expect(home.records().at(-1)).toMatchObject({ report: 'information', from: 'hub', dty: 2, stc: 104, pri: 1 });
    home.restart();
    home.clock.advance(9 * hourMs);
    read(home, day);
    expect(said(home)).toEqual(['visit day-staff 87', 'information hub 104', 'visit day-staff 111']);
  });

  test('checked out in time is not told of', () => {
    const home = startHome();
    read(home, day);
    home.clock.advance(4 * hourMs - minuteMs);
    read(home, day);
    home.clock.advance(9 * hourMs);
    expect(said(home)).toHaveLength(2);
  });
});

describe('a tag', () => {
  test('read again within 3 s is read once, however long it is held there (B9.2)', () => {
    const home = startHome();
    for (let count = 0; count < 20; count += 1) {
      home.reader().tag(day);
      home.clock.advance(2_999);
    }
    expect(said(home)).toEqual(['visit day-staff 87']);
    home.clock.advance(1);
    home.reader().tag(day);
    expect(said(home)).toHaveLength(2);
  });

  test('that nobody knows is refused, told, and opens nothing (B9.2, B9.5)', () => {
    const home = startHome();
    read(home, 'ffffffffff');
    expect(home.records()).toMatchObject([{ report: 'information', from: 'hub', dty: 2, stc: 107, pri: 1 }]);
    expect(home.hub().state().visit).toBe('none');
    expect(home.sounds).toEqual(['refused']);
    expect(home.lights).toContain('refused');
  });

  test('has a number that is neither in the journal nor in the log, nor is its hash', () => {
    const home = startHome();
    read(home, day);
    read(home, 'ffffffffff');
    const rows = JSON.stringify([...home.journal().pending(), ...home.journal().kept(), ...home.lines]);
    for (const secret of [day, 'ffffffffff', ...tags.map(({ hash }) => hash)]) expect(rows).not.toContain(secret);
  });

  test('beyond as many as are remembered pushes the oldest out, which is then read anew', () => {
    const home = startHome();
    home.reader().tag(day);
    for (let other = 0; other < rememberedTags - 1; other += 1) home.reader().tag(`ff000000${10 + other}`);
    home.reader().tag(day);
    expect(home.hub().state().visit).toBe('open');
    for (let other = 0; other < rememberedTags; other += 1) home.reader().tag(`ee000000${10 + other}`);
    home.reader().tag(day);
    expect(home.hub().state().visit).toBe('none');
  });
});

describe('the centre', () => {
  const close = (home: HubAtWork): unknown => home.command('close-visit');

  test('closes an open visit: that is in the journal, and the next tag checks in (B9.4, H22)', () => {
    const home = startHome();
    read(home, day);
    expect(close(home)).toMatchObject({ outcome: 'done' });
    expect(home.hub().state().visit).toBe('none');
    home.clock.advance(9 * hourMs);
    read(home, day);
    expect(said(home)).toEqual(['visit day-staff 87', 'visit day-staff 87']);
  });

  test('acknowledges the visit that an alarm awaits, and a later one is planned (H22)', () => {
    const home = startHome();
    home.front().button('alarm');
    expect(close(home)).toMatchObject({ outcome: 'done' });
    read(home, day);
    expect(home.records().at(-1)).toMatchObject({ report: 'visit', stc: 87 });
  });

  test('hears that there is no visit to close', () => {
    expect(close(startHome())).toMatchObject({ outcome: 'refused' });
  });
});

describe('the presence button', () => {
  test('says that the client is out, and is back, and a restart changes nothing (B8.4)', () => {
    const home = startHome();
    home.front().button('presence');
    expect(home.hub().state().away).toBe(true);
    home.restart(minuteMs);
    expect(home.hub().state().away).toBe(true);
    home.front().button('presence');
    expect(home.hub().state().away).toBe(false);
    expect(home.records()).toMatchObject([
      { report: 'information', from: 'hub', dty: 2, stc: 3, pri: 1 },
      { report: 'information', from: 'hub', dty: 2, stc: 121, pri: 1 },
    ]);
  });
});

test('a reader that fails is a fault, once over restarts too, and well again a restore (B16)', () => {
  const home = startHome();
  home.reader().well();
  home.reader().failing('unplugged');
  home.restart();
  home.reader().failing('unplugged');
  home.reader().well();
  expect(home.records()).toMatchObject([
    { report: 'fault', from: 'hub', dty: 31, stc: 67, pri: 4 },
    { report: 'restore', from: 'hub', dty: 31, stc: 91, pri: 4 },
  ]);
});
