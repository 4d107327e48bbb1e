import { statSync } from 'node:fs';
import { deviceTypes } from '#protocol/scaip/codes.ts';
import { afterEach, describe, expect, test } from 'vitest';
import type { SupplyListener, SupplyReading } from '#agent/hub/devices.ts';
import { hourMs, minuteMs, secondMs } from '#protocol/core/time.ts';
import { type HubAtWork, startHubAtWork } from '#test/hubAtWork.ts';

const dayMs = 24 * hourMs;

let close = (): void => {};
afterEach(() => close());

/** A hub with a supply that a test plays. */
function setUp(layer: Readonly<Record<string, unknown>> = {}) {
  let listener: SupplyListener | undefined;
  const saved: boolean[] = [];
  const tested: number[] = [];
  const saver = () => ({ savePower: (on: boolean) => saved.push(on), stop() {} });
  const at: HubAtWork = startHubAtWork(layer, {
    openSupply(opened) {
      listener = opened;
      return { testBattery: () => tested.push(at.clock.monotonicMs()), stop() {} };
    },
    openGnss: saver,
    openRadar: saver,
  });
  close = at.close;
  const reading = (mains: boolean, battery: Partial<Exclude<SupplyReading['battery'], 'absent'>> | 'absent' = {}) =>
    listener?.reading({ mains, battery: battery === 'absent' ? battery : { chargePercent: 100, ...battery } });
  // Days of power hold test alarms too.
  const records = () => at.records().filter(({ dty }) => dty !== deviceTypes.hub.code);
  const reports = () => records().map(({ report, stc }) => `${report} ${stc}`);
  const notes = () => at.entries().flatMap(({ kind, body }) => (kind === 'power' ? [JSON.stringify(body)] : []));
  reading(true);
  return { ...at, reading, records, reports, notes, saved, tested, supply: () => listener };
}

describe('the mains (B6.1)', () => {
  test('gone for a moment are in the journal and in no report', () => {
    const { reading, clock, reports, notes } = setUp();
    reading(false);
    clock.advance(59 * secondMs);
    reading(true);
    clock.advance(hourMs);
    expect(reports()).toEqual([]);
    expect(notes()).toEqual(['{"mains":"gone"}', '{"mains":"back","flicker":true}']);
  });

  test('gone for longer are reported 60 s after it was noticed, and restored after 10 s of mains', () => {
    const { reading, clock, reports, records } = setUp();
    reading(false);
    clock.advance(minuteMs - 1);
    expect(reports()).toEqual([]);
    clock.advance(1);
    expect(records()).toMatchObject([{ report: 'fault', from: 'hub', dty: 41, stc: 85, pri: 4 }]);
    reading(true);
    clock.advance(10 * secondMs - 1);
    expect(reports()).toHaveLength(1);
    clock.advance(1);
    expect(records()[1]).toMatchObject({ report: 'restore', from: 'hub', dty: 41, stc: 86, pri: 4 });
  });

  test('are reported as late as the configuration says', () => {
    const { reading, clock, reports } = setUp({ power: { reportAfter: '3m' } });
    reading(false);
    clock.advance(3 * minuteMs - 1);
    expect(reports()).toEqual([]);
    clock.advance(1);
    expect(reports()).toEqual(['fault 85']);
  });

  test('are reported when they went before a restart and are gone still, 60 s after it was noticed', () => {
    const { reading, clock, reports, restart } = setUp();
    reading(false);
    clock.advance(30 * secondMs);
    restart();
    clock.advance(5 * secondMs);
    reading(false);
    clock.advance(25 * secondMs - 1);
    expect(reports()).toEqual([]);
    clock.advance(1);
    expect(reports()).toEqual(['fault 85']);
  });

  test('that came back while the hub was off are a flicker, though their time had passed', () => {
    const { reading, clock, reports, restart, notes } = setUp();
    reading(false);
    restart(hourMs);
    clock.advance(secondMs);
    reading(true);
    clock.advance(minuteMs);
    expect(reports()).toEqual([]);
    expect(notes().at(-1)).toBe('{"mains":"back","flicker":true}');
  });

  test('that were reported gone before a restart are restored behind it', () => {
    const { reading, clock, reports, restart } = setUp();
    reading(false);
    clock.advance(2 * minuteMs);
    restart();
    reading(true);
    clock.advance(minuteMs);
    expect(reports()).toEqual(['fault 85', 'restore 86']);
  });
});

describe('saving power (B6.2)', () => {
  test('begins when the mains go and ends when they are steady; GNSS and radar rest', () => {
    const { reading, clock, saved, lights } = setUp();
    reading(false);
    expect(saved).toEqual([true, true]);
    expect(lights.at(-1)).toBe('no-connection');
    reading(true);
    expect(saved).toHaveLength(2);
    clock.advance(10 * secondMs);
    expect(saved).toEqual([true, true, false, false]);
  });

  test('goes on after a restart in the middle of it', () => {
    const { reading, restart, saved } = setUp();
    reading(false);
    saved.length = 0;
    restart();
    expect(saved).toEqual([true, true]);
  });
});

describe('the battery (B6.3)', () => {
  test('is low at 20 per cent, once, critical at 5, and reported well when it is charged', () => {
    const { reading, clock, reports, records } = setUp({ power: { low: { hours: 1 } } });
    reading(false);
    for (let chargePercent = 100; chargePercent > 2; chargePercent -= 1) {
      clock.advance(45 * minuteMs);
      reading(false, { chargePercent });
    }
    expect(records().slice(1)).toMatchObject([
      { report: 'maintenance', from: 'hub', dty: 41, stc: 16, pri: 3 },
      { report: 'fault', from: 'hub', dty: 41, stc: 14, pri: 4 },
    ]);
    for (let chargePercent = 3; chargePercent <= 100; chargePercent += 1) {
      reading(true, { chargePercent });
      clock.advance(6 * minuteMs);
    }
    expect(reports().slice(3)).toEqual(['restore 86', 'restore 15']);
    expect(records().at(-1)).toMatchObject({ dty: 41, pri: 1 });
  });

  test('is low at 12 hours left at the measured drain, when that comes first', () => {
    const { reading, clock, reports } = setUp();
    reading(false);
    // Half an hour a per cent: 24 per cent are 12 hours.
    let chargePercent = 100;
    for (; chargePercent > 25; chargePercent -= 1) {
      clock.advance(30 * minuteMs);
      reading(false, { chargePercent });
    }
    expect(reports()).toEqual(['fault 85']);
    for (; chargePercent > 20; chargePercent -= 1) {
      clock.advance(30 * minuteMs);
      reading(false, { chargePercent });
    }
    expect(reports()).toEqual(['fault 85', 'maintenance 16']);
  });

  test('tells the hours left: first by what is to be expected, then as it was measured, over restarts too', () => {
    const { reading, clock, hub, restart } = setUp();
    expect(hub().heartbeat()).toEqual({ power: 'mains', battery: { chargePercent: 100, hoursLeft: 72 } });
    reading(false);
    for (let chargePercent = 99; chargePercent >= 50; chargePercent -= 1) {
      clock.advance(30 * minuteMs);
      reading(false, { chargePercent });
    }
    expect(hub().heartbeat()).toMatchObject({ power: 'battery', battery: { chargePercent: 50 } });
    expect(hub().heartbeat().battery?.hoursLeft).toBeCloseTo(25, 0);
    restart();
    reading(false, { chargePercent: 50 });
    const hours = hub().heartbeat().battery?.hoursLeft ?? 0;
    expect(Math.abs(hours - 25)).toBeLessThan(3);
  });

  test('is not told low again after a restart, and well when it is charged', () => {
    const { reading, reports, restart } = setUp();
    reading(true, { chargePercent: 15 });
    restart();
    reading(true, { chargePercent: 15 });
    expect(reports()).toEqual(['maintenance 16']);
    reading(true, { chargePercent: 60 });
    expect(reports()).toHaveLength(1);
    reading(true, { chargePercent: 95 });
    expect(reports()).toEqual(['maintenance 16', 'restore 15']);
  });

  test('down again before it was charged is told again', () => {
    const { reading, reports } = setUp();
    for (const chargePercent of [15, 40, 15]) reading(true, { chargePercent });
    expect(reports()).toEqual(['maintenance 16', 'maintenance 16']);
  });

  test('when it is critical the journal is one file again, with nothing to put right behind it', () => {
    const { reading, journalFile } = setUp();
    const log = (): number => statSync(`${journalFile}-wal`).size;
    reading(true, { chargePercent: 15 });
    expect(log()).toBeGreaterThan(0);
    reading(true, { chargePercent: 5 });
    expect(log()).toBe(0);
  });
});

describe('a battery that is not fit (B6.5)', () => {
  test('is tested at its time, over restarts too; a failed test is a fault, and a passed one ends it', () => {
    const { reading, clock, reports, restart, tested } = setUp({ power: { batteryTestEvery: '3d' } });
    clock.advance(2 * dayMs);
    restart();
    reading(true);
    clock.advance(dayMs);
    expect(tested).toEqual([3 * dayMs]);
    reading(true, { test: 'failed' });
    expect(reports()).toEqual(['fault 14']);
    clock.advance(3 * dayMs);
    expect(tested).toHaveLength(2);
    reading(true, { test: 'passed' });
    expect(reports()).toEqual(['fault 14', 'restore 15']);
  });

  test('is not tested while the hub runs on it, but soon behind', () => {
    const { reading, clock, tested } = setUp({ power: { batteryTestEvery: '3d' } });
    clock.advance(3 * dayMs - hourMs);
    reading(false);
    clock.advance(5 * hourMs);
    expect(tested).toEqual([]);
    reading(true);
    clock.advance(2 * hourMs);
    expect(tested).toHaveLength(1);
  });

  test('that is absent is a fault, at the start too, and told once; put in, it is tested', () => {
    const { reading, reports, restart, tested } = setUp();
    reading(true, 'absent');
    restart();
    reading(true, 'absent');
    expect(reports()).toEqual(['fault 14']);
    reading(true);
    expect(reports()).toEqual(['fault 14', 'restore 15']);
    expect(tested).toHaveLength(1);
  });

  test('that is absent is told of in no heartbeat', () => {
    const { reading, hub } = setUp();
    reading(true, 'absent');
    expect(hub().heartbeat()).toEqual({ power: 'mains' });
  });

  test('over its service life is a fault on the day, until a younger one is configured', () => {
    const { clock, reports, configure, restart } = setUp({ power: { batteryInstalled: '2021-01-17' } });
    clock.advance(36 * hourMs);
    expect(reports()).toEqual([]);
    clock.advance(hourMs);
    expect(reports()).toEqual(['fault 14']);
    configure({ power: { batteryInstalled: '2026-01-17' } });
    restart();
    expect(reports()).toEqual(['fault 14', 'restore 15']);
  });

  test('is not old by a clock that nobody has set', () => {
    const { clock, reports, restart, hub } = setUp({ power: { batteryInstalled: '2020-01-17' } });
    expect(reports()).toEqual(['fault 14']);
    clock.setWall(0, false);
    restart();
    expect(reports()).toEqual(['fault 14']);
    expect(hub().heartbeat()).toEqual({});
  });
});

test('another battery that is charged is reported well at the first look on mains', () => {
  const { reading, clock, reports } = setUp();
  reading(false, { chargePercent: 15 });
  reading(false, { chargePercent: 100 });
  reading(true, { chargePercent: 100 });
  clock.advance(hourMs);
  expect(reports()).toEqual(['maintenance 16', 'restore 15']);
});

test('what a silent supply said last is in no heartbeat until it speaks again', () => {
  const { supply, hub } = setUp();
  supply()?.failing('silent');
  expect(hub().heartbeat()).not.toHaveProperty('power');
  supply()?.well();
  expect(hub().heartbeat()).toMatchObject({ power: 'mains', battery: { chargePercent: 100 } });
});

test('a supply that does not answer is a fault of the ups, and well again a restore (B16)', () => {
  const { supply, records } = setUp();
  supply()?.well();
  supply()?.failing('silent');
  supply()?.well();
  expect(records()).toMatchObject([
    { report: 'fault', from: 'hub', dty: 31, stc: 67, pri: 4, did: 'ups' },
    { report: 'restore', from: 'hub', dty: 31, stc: 91, pri: 4, did: 'ups' },
  ]);
});
