import { afterEach, expect, test } from 'vitest';
import type { HealthListener } from '#agent/hub/devices.ts';
import { type HubAtWork, startHubAtWork } from '#test/hubAtWork.ts';

let close = (): void => {};
afterEach(() => close());

function setUp() {
  const opened: Partial<Record<'gnss' | 'radar', HealthListener>> = {};
  const saver = { savePower() {}, stop() {} };
  const at: HubAtWork = startHubAtWork(
    {},
    {
      openGnss(listener) {
        opened.gnss = listener;
        return saver;
      },
      openRadar(listener) {
        opened.radar = listener;
        return saver;
      },
    },
  );
  close = at.close;
  return { ...at, opened };
}

test('a device that fails is reported once with its name, and restored when it works, over a restart too (B16)', () => {
  const { opened, records, restart } = setUp();
  opened.gnss?.failing('nothing was heard');
  opened.gnss?.failing('nothing was heard');
  restart();
  opened.gnss?.failing('nothing was heard');
  opened.gnss?.well();
  opened.gnss?.well();
  expect(records()).toMatchObject([
    { report: 'fault', from: 'hub', dty: 31, did: 'gnss', stc: 67, pri: 4 },
    { report: 'restore', from: 'hub', dty: 31, did: 'gnss', stc: 91, pri: 4 },
  ]);
});

test('devices are told apart: one that works does not restore another', () => {
  const { opened, records, entries } = setUp();
  opened.radar?.failing('no frame');
  opened.gnss?.well();
  expect(records().map(({ report, did }) => `${report} ${did}`)).toEqual(['fault radar']);
  expect(entries().filter(({ kind }) => kind === 'device')).toMatchObject([
    { body: { device: 'radar', is: 'failing', reason: 'no frame' } },
  ]);
});

test('the front and the radio receiver are watched alike', () => {
  const { front, hub, records } = setUp();
  front().failing('no lamp');
  hub().radioFailing('silent');
  front().well();
  hub().radioWell();
  expect(records().map(({ report, dty, stc, did }) => [report, dty, stc, did])).toEqual([
    ['fault', 31, 67, 'front'],
    ['fault', 50, 67, 'radio'],
    ['restore', 31, 91, 'front'],
    ['restore', 50, 91, 'radio'],
  ]);
});
