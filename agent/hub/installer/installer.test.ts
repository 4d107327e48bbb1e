import { afterEach, describe, expect, test } from 'vitest';
import { tagText } from '#protocol/configuration/visitsSection.ts';
import { hourMs, minuteMs, secondMs } from '#protocol/core/time.ts';
import type { RadioTelegram } from '#protocol/esp3/profiles.ts';
import { type HubAtWork, sha256, startHubAtWork } from '#test/hubAtWork.ts';
import { journalledTelegramsLimit } from './installer.ts';

const number = '0a0b0c0d0e';
const tags = [{ name: 'installer', installer: true, hash: sha256(tagText('hub-0001', number)) }];
const accessories = [{ name: 'pendant', kind: 'pendant', id: '002a0001', location: 'bathroom' }];

/** A rocker's release: something that is heard and raises nothing. */
function telegram(signalDbm: number, sender = '002a0001'): RadioTelegram {
  const reception = { subTelegrams: 3, destination: 'ffffffff', signalDbm, securityLevel: 0 };
  return { rorg: 0xf6, payload: Uint8Array.of(0x00), status: 0x20, sender, reception };
}

let home: HubAtWork | undefined;
afterEach(() => {
  home?.close();
  home = undefined;
});

function startHome(): HubAtWork {
  home = startHubAtWork({ tags, accessories });
  return home;
}

function readTag({ reader, clock }: HubAtWork): void {
  reader().tag(number);
  clock.advance(10 * secondMs);
}

const rangeTests = ({ lines }: HubAtWork): unknown[] =>
  lines.map(({ fields }) => fields).filter(({ step }) => step === 'range-test');

describe('installer mode', () => {
  test('is begun and ended by the installer’s tag, which checks nobody in and reports nothing (B10.1)', () => {
    const home = startHome();
    readTag(home);
    expect(home.hub().state()).toMatchObject({ mode: 'installer', visit: 'none' });
    expect(home.lights.at(-1)).toBe('installer');
    readTag(home);
    expect(home.hub().state()).toMatchObject({ mode: 'in-service', visit: 'none' });
    expect(home.records()).toEqual([]);
  });

  test('ends by itself after 30 minutes, the time without power counted (B10.1)', () => {
    const home = startHome();
    readTag(home);
    home.clock.advance(15 * minuteMs);
    home.restart(5 * minuteMs);
    expect(home.hub().state().mode).toBe('installer');
    home.clock.advance(10 * minuteMs - 10 * secondMs - 1);
    expect(home.hub().state().mode).toBe('installer');
    home.clock.advance(1);
    expect(home.hub().state().mode).toBe('in-service');
  });

  test('sounds and logs the signal of every telegram, and whose room it is; outside of it nothing is (B10.1)', () => {
    const home = startHome();
    home.hub().heard(telegram(-70));
    readTag(home);
    home.hub().heard(telegram(-70));
    home.hub().heard(telegram(-91, '0badcafe'));
    readTag(home);
    home.hub().heard(telegram(-70));
    expect(rangeTests(home)).toMatchObject([
      { from: 'pendant', room: 'bathroom', signalDbm: -70 },
      { from: 'stranger', signalDbm: -91 },
    ]);
    expect(home.sounds.filter((sound) => sound === 'range-test')).toHaveLength(2);
  });

  test('journals what it heard of the home’s own, up to a limit, and at the end each room’s signal', () => {
    const home = startHome();
    const rows = (): number => home.journal().commit(stamp, [{ kind: 'stopped', body: {} }])[0] ?? 0;
    readTag(home);
    const before = rows();
    for (let count = 0; count < journalledTelegramsLimit + 5; count += 1) home.hub().heard(telegram(-60 - (count % 9)));
    home.hub().heard(telegram(-91, '0badcafe'));
    expect(rows() - before - 1).toBe(journalledTelegramsLimit);
  });

  test('changes nothing about alarms (B10.1)', () => {
    const home = startHome();
    readTag(home);
    home.front().button('alarm');
    home.clock.advance(hourMs);
    expect(home.records()).toMatchObject([{ report: 'alarm', from: 'hub', stc: 10, pri: 8 }]);
  });
});

const stamp = { boot: 'test', monotonicMs: 0, wallMs: 0, trusted: true };
