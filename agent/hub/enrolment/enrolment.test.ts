import { afterEach, describe, expect, test } from 'vitest';
import { stub } from 'sinon';
import { tagText } from '#protocol/configuration/visitsSection.ts';
import { hourMs, minuteMs, secondMs } from '#protocol/core/time.ts';
import { encodeProfile, type ProfileEvent, type RadioTelegram } from '#protocol/esp3/profiles.ts';
import { type HubAtWork, sha256, startHubAtWork } from '#test/hubAtWork.ts';
import { accessoriesLimit } from './enrolled.ts';

const number = '0a0b0c0d0e';
const tags = [{ name: 'installer', installer: true, hash: sha256(tagText('hub-0001', number)) }];
const accessories = [{ name: 'pendant', kind: 'pendant', id: '002a0001' }];

function telegram(sender: string, profile: string, event: ProfileEvent, signalDbm = -50): RadioTelegram {
  const content = encodeProfile(profile, event);
  if (!content.ok) throw new Error(content.problem.message);
  return {
    ...content.value,
    sender,
    reception: { subTelegrams: 3, destination: 'ffffffff', signalDbm, securityLevel: 0 },
  };
}

const press = (sender: string, signalDbm?: number): RadioTelegram =>
  telegram(sender, 'F6-02-01', { event: 'pressed', button: 'AI' }, signalDbm);

let home: HubAtWork | undefined;
afterEach(() => {
  home?.close();
  home = undefined;
});

function startHome(layer: Record<string, unknown> = {}): HubAtWork {
  home = startHubAtWork({ tags, accessories, ...layer });
  return home;
}

/** Presses and waits until a further press is one of its own. */
function pressOnce({ hub, clock }: HubAtWork, sender: string, signalDbm?: number): void {
  hub().heard(press(sender, signalDbm));
  hub().heard(press(sender, signalDbm));
  clock.advance(5 * secondMs);
}

const alarms = ({ records }: HubAtWork): string[] => records().map(({ report, from }) => `${report} ${from}`);

describe('by id from the centre (B14.2)', () => {
  test('an accessory is enrolled at once, over restarts, and forgotten again', () => {
    const home = startHome();
    pressOnce(home, '0badcafe');
    const second = { id: '0badcafe', kind: 'extra-pendant', name: 'second', location: 'bed' };
    expect(home.command('enrol', second)).toMatchObject({ outcome: 'done' });
    pressOnce(home, '0badcafe');
    home.acknowledgeAll();
    home.restart();
    pressOnce(home, '0badcafe');
    expect(home.records()).toMatchObject([{ from: 'second', did: '0badcafe', lte: 'bed' }, { from: 'second' }]);
    home.acknowledgeAll();
    expect(home.command('forget', { name: 'second' })).toMatchObject({ outcome: 'done' });
    pressOnce(home, '0badcafe');
    expect(home.records()).toHaveLength(2);
  });

  test('one of the configuration can be forgotten too, over restarts, and enrolled again', () => {
    const home = startHome();
    home.command('forget', { id: '002a0001' });
    home.restart();
    pressOnce(home, '002a0001');
    expect(alarms(home)).toEqual([]);
    home.command('enrol', { id: '002a0001', kind: 'pendant', name: 'pendant' });
    pressOnce(home, '002a0001');
    expect(alarms(home)).toEqual(['alarm pendant']);
  });

  test.each([
    ['a kind that there is not', { id: '0badcafe', kind: 'pendulum', name: 'second' }, /pendant/u],
    ['no name', { id: '0badcafe', kind: 'extra-pendant' }, /name is missing/u],
    ['a name that another one has', { id: '0badcafe', kind: 'extra-pendant', name: 'pendant' }, /another pendant/u],
    ['an id that is enrolled', { id: '002a0001', kind: 'extra-pendant', name: 'second' }, /enrolled already/u],
    ['a kind of window that there is not', { kind: 'pendulum' }, /pendant/u],
  ])('%s is refused with what would be right', (_what, details, reason) => {
    const result = startHome().command('enrol', details);
    expect(result).toMatchObject({ outcome: 'refused' });
    expect(result.reason).toMatch(reason);
  });

  test('what is no radio device is enrolled without an id, at once', () => {
    const home = startHome();
    expect(home.command('enrol', { kind: 'radar', name: 'bedroom-radar' })).toMatchObject({ outcome: 'done' });
    expect(home.hub().state().mode).toBe('in-service');
    home.restart();
    expect(home.command('forget', { name: 'bedroom-radar' })).toMatchObject({ outcome: 'done' });
  });

  test('one that is not there cannot be forgotten', () => {
    expect(startHome().command('forget', { name: 'nobody' })).toMatchObject({ outcome: 'refused' });
  });

  test(`there are ${accessoriesLimit} at most`, () => {
    const many = Array.from({ length: accessoriesLimit - 1 }, (_none, index) => ({
      name: `button-${index}`,
      kind: 'extra-pendant',
      id: (0x00_2b_00_00 + index).toString(16).padStart(8, '0'),
    }));
    const home = startHome({ accessories: many });
    const one = (id: string): unknown => home.command('enrol', { id, kind: 'extra-pendant', name: `b-${id}` }).outcome;
    expect([one('0badcafe'), one('0badcaff')]).toEqual(['done', 'refused']);
  });
});

describe('by teach-in (B14.2)', () => {
  test('a stranger’s press enrols nobody while no window is open, nor after it has closed', () => {
    const home = startHome();
    pressOnce(home, '0badcafe');
    home.command('enrol', { kind: 'extra-pendant', name: 'second' });
    expect(home.hub().state().mode).toBe('enrolling');
    home.clock.advance(10 * minuteMs);
    expect(home.hub().state().mode).toBe('in-service');
    pressOnce(home, '0badcafe');
    pressOnce(home, '0badcafe');
    expect(alarms(home)).toEqual([]);
  });

  test('the press that teaches in is no alarm, repeats and all; the next one is, and the window is closed', () => {
    const home = startHome();
    home.command('enrol', { kind: 'extra-pendant', name: 'second', location: 'bed' });
    expect(home.lights.at(-1)).toBe('enrolling');
    pressOnce(home, '0badcafe');
    expect(home.sounds).toEqual(['enrolled']);
    expect(alarms(home)).toEqual([]);
    pressOnce(home, '0badcafe');
    pressOnce(home, '0badcaff');
    expect(alarms(home)).toEqual(['alarm second']);
    expect(home.hub().state().mode).toBe('in-service');
  });

  test('the next flat’s press is too weak to be taken', () => {
    const home = startHome();
    home.command('enrol', { kind: 'extra-pendant', name: 'second' });
    pressOnce(home, '0badcafe', -76);
    expect(home.hub().state().mode).toBe('enrolling');
    pressOnce(home, '0badcafe', -75);
    expect(home.hub().state().mode).toBe('in-service');
  });

  test('nothing is taught in, or sounds so, while the disk fails: a crash would undo it', () => {
    const home = startHome();
    home.command('enrol', { kind: 'extra-pendant', name: 'second' });
    const failing = stub(home.journal(), 'commit').throws(new Error('the disk fails'));
    pressOnce(home, '0badcafe');
    failing.restore();
    expect(home.hub().counters()).toMatchObject({ taughtIn: 0, teachInRefused: 2 });
    expect(home.sounds).toEqual([]);
    pressOnce(home, '0badcafe');
    expect(home.sounds).toEqual(['enrolled']);
  });

  test('the window outlives a restart, and knows what it was opened for', () => {
    const home = startHome();
    home.command('enrol', { kind: 'extra-pendant', name: 'second' });
    home.restart(minuteMs);
    expect(home.hub().state().mode).toBe('enrolling');
    pressOnce(home, '0badcafe');
    pressOnce(home, '0badcafe');
    expect(alarms(home)).toEqual(['alarm second']);
  });

  test('a telegram of another kind of device than the one that was meant teaches nothing in', () => {
    const home = startHome();
    home.command('enrol', { kind: 'smoke', name: 'second' });
    home.hub().heard(telegram('0badcafe', 'D5-00-01', { event: 'contact', open: true }));
    expect(home.hub().state().mode).toBe('enrolling');
    expect(home.hub().counters()).toMatchObject({ taughtIn: 0, teachInRefused: 1 });
  });

  test('an installer opens the window by the presence button, for any that is known, and closes it (B10)', () => {
    const home = startHome();
    home.reader().tag(number);
    home.front().button('presence');
    expect(home.hub().state()).toMatchObject({ mode: 'enrolling', away: false });
    pressOnce(home, '0badcafe');
    pressOnce(home, '0badcaff');
    home.front().button('presence');
    expect(home.hub().state().mode).toBe('installer');
    pressOnce(home, '0badcafe');
    pressOnce(home, '0badcaff');
    expect(alarms(home)).toEqual(['alarm extra-pendant-cafe', 'alarm extra-pendant-caff']);
    expect(home.entries().filter(({ body }) => 'enrolled' in body)).toHaveLength(2);
  });

  test('without an installer the presence button opens no window', () => {
    const home = startHome();
    home.front().button('presence');
    expect(home.hub().state()).toMatchObject({ mode: 'in-service', away: true });
    home.clock.advance(hourMs);
  });
});
