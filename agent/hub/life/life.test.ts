import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { stub } from 'sinon';
import { tagText } from '#protocol/configuration/visitsSection.ts';
import { hourMs } from '#protocol/core/time.ts';
import { type HubAtWork, sha256, startHubAtWork } from '#test/hubAtWork.ts';

const number = '0a0b0c0d0e';
const accessories = [{ name: 'pendant', kind: 'pendant', id: '002a0001', location: 'by the bath' }];
const tags = [{ name: 'day-staff', hash: sha256(tagText('hub-0001', number)) }];

const homes: HubAtWork[] = [];
afterEach(() => homes.splice(0).forEach((home) => home.close()));

function startHome(layer: Record<string, unknown> = { accessories, tags }): HubAtWork {
  const home = startHubAtWork(layer);
  homes.push(home);
  return home;
}

const second = { id: '0badcafe', kind: 'extra-pendant', name: 'second', location: 'bed' };

const press = (sender: string) => ({ rorg: 0xf6, payload: Uint8Array.of(0x10), status: 0x30, sender });

/** A home where something has happened that the journal remembers. */
function startLivedIn(): HubAtWork {
  const home = startHome();
  home.hub().paths.condition('primary', 'up');
  home.command('enrol', second);
  home.hub().heard(press('002a0001'));
  home.reader().tag(number);
  home.acknowledgeAll();
  return home;
}

const bytes = (home: HubAtWork): string =>
  ['', '-wal'].map((suffix) => readFileSync(`${home.journalFile}${suffix}`, 'latin1')).join('');

describe('the end of a hub (B14.1, H27)', () => {
  test('leaves nothing of the home in its files, and its proof says what was taken away and what was left', () => {
    const home = startLivedIn();
    expect(bytes(home)).toMatch(/by the bath/u);
    expect(home.command('end')).toMatchObject({ outcome: 'done' });
    const left = bytes(home);
    for (const word of ['pendant', 'by the bath', '002a0001', 'second', 'day-staff', 'deadline/']) {
      expect(left).not.toContain(word);
    }
    const proof = /\{"stage":"ended".*?\}\}/u.exec(left)?.[0] ?? '';
    expect(JSON.parse(proof)).toMatchObject({
      stage: 'ended',
      since: { enrolled: '2026-01-15T11:00:00.000Z', 'in-service': '2026-01-15T11:00:00.000Z' },
      removed: { reports: 0 },
      // The stage, and the highest counter of the centre's commands.
      left: { entries: 1, reports: 0, kept: 2 },
    });
  });

  test('lets no command of before work again: nobody puts a home back into a wiped journal', () => {
    const home = startLivedIn();
    const takeOver = { hub: 'hub-0002', accessories: [second], forgotten: [] };
    home.command('end');
    home.restart();
    const replayed = { v: 1, hub: 'hub-0001', id: 'OLD', counter: 1, name: 'take-over', with: takeOver } as const;
    expect(home.hub().commanded(replayed, '0a1b2c3d', 'primary')).toMatchObject({ ok: false });
    expect(home.command('take-over', takeOver)).toMatchObject({ outcome: 'refused' });
    expect(home.command('exchange')).toMatchObject({ outcome: 'refused' });
    expect(bytes(home)).not.toContain(second.id);
  });

  test('ends everything: no press, no button, no tag and no deadline does anything any more, also after a restart', () => {
    const home = startLivedIn();
    home.command('end');
    const before = home.records().length;
    const tryAll = (): void => {
      home.hub().heard(press('002a0001'));
      home.clock.advance(30 * hourMs);
      expect(home.hub().state()).toMatchObject({ mode: 'ended', visit: 'none' });
      expect(home.command('enrol', second)).toMatchObject({ outcome: 'refused' });
    };
    tryAll();
    home.restart();
    tryAll();
    home.restart(hourMs);
    tryAll();
    expect(home.records()).toHaveLength(before);
  });

  test('is refused while an alarm waits, which nobody would answer any more (B1.1)', () => {
    const home = startLivedIn();
    home.front().button('alarm');
    expect(home.command('end')).toMatchObject({ outcome: 'refused' });
    home.acknowledgeAll();
    expect(home.command('end')).toMatchObject({ outcome: 'done' });
    expect(home.command('end')).toMatchObject({ outcome: 'done' });
  });

  test('that a disk error stopped is told, and done by the next try', () => {
    const home = startLivedIn();
    const failing = stub(home.journal(), 'wipe').throws(new Error('disk on fire'));
    expect(home.command('end')).toMatchObject({ outcome: 'refused' });
    expect(home.hub().state().mode).toBe('in-service');
    failing.restore();
    expect(home.command('end')).toMatchObject({ outcome: 'done' });
    expect(bytes(home)).not.toContain('by the bath');
  });

  test('that a power cut stopped half way is finished at the next start', () => {
    const home = startLivedIn();
    home.journal().wipe(stamp, { kind: 'life', body: {} }, [{ key: 'life', value: { stage: 'ending', since: {} } }]);
    home.restart(hourMs);
    expect(home.hub().state().mode).toBe('ended');
    expect(bytes(home)).toContain('"stage":"ended"');
  });
});

const stamp = { boot: 'test', monotonicMs: 0, wallMs: 0, trusted: true };

describe('an exchange (B14.1, H26)', () => {
  test('moves what was enrolled and forgotten at the old hub to the new one, and the tags are known there', () => {
    const old = startLivedIn();
    old.command('forget', { name: 'pendant' });
    const told = old.command('exchange');
    expect(told).toMatchObject({ outcome: 'done', body: { hub: 'hub-0001', forgotten: ['002a0001'] } });

    const next = startHome({ hub: 'hub-0002', accessories, tags });
    expect(next.command('take-over', told.body)).toMatchObject({ outcome: 'done', body: { accessories: 1 } });
    next.restart();
    next.hub().heard(press('0badcafe'));
    next.hub().heard(press('002a0001'));
    next.reader().tag(number);
    expect(next.records().map(({ report, from }) => `${report} ${from}`)).toEqual(['alarm second', 'visit day-staff']);
  });

  test('tells the configuration that the centre had sent, to be sent to the new hub', () => {
    const old = startLivedIn();
    const configuration = {
      version: 5,
      centre: { primary: { url: 'mqtt://127.0.0.1:1883' } },
      heartbeat: { interval: '1m' },
    };
    expect(old.command('exchange').body).not.toHaveProperty('configuration');
    expect(old.command('configure', { configuration })).toMatchObject({ outcome: 'done' });
    expect(old.command('exchange')).toMatchObject({ body: { version: 5, configuration } });
  });

  test('can be asked for again and again from a hub with many accessories, and no command works twice', () => {
    const old = startLivedIn();
    for (let count = 0; count < 55; count += 1) {
      const id = (0x00_2c_00_00 + count).toString(16).padStart(8, '0');
      old.command('enrol', { id, kind: 'extra-pendant', name: `button-${count}`, location: 'x'.repeat(32) });
    }
    for (let count = 0; count < 20; count += 1) expect(old.command('exchange').body?.['accessories']).toHaveLength(56);
    expect(old.hub().counters()).toMatchObject({ journalFailures: 0 });
  });

  test('lets the old hub raise alarms until it is ended', () => {
    const old = startLivedIn();
    old.command('exchange');
    old.restart();
    old.hub().heard(press('002a0001'));
    expect(old.records().at(-1)).toMatchObject({ report: 'alarm', from: 'pendant' });
  });

  test.each([
    ['nothing', {}],
    ['an accessory that is none', { hub: 'hub-0001', accessories: [second, { name: 'third' }] }],
    ['one that the new hub has already', { hub: 'hub-0001', accessories: [second, { ...second, name: 'pendant' }] }],
  ])('of %s is refused, all or nothing', (_what, details) => {
    const next = startHome();
    expect(next.command('take-over', details)).toMatchObject({ outcome: 'refused' });
    next.hub().heard(press('0badcafe'));
    expect(next.records()).toEqual([]);
  });

  test('of a hub that was never in service is refused', () => {
    expect(startHome().command('exchange')).toMatchObject({ outcome: 'refused' });
  });
});
