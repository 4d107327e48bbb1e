import { expect, test } from 'vitest';
import { startChart } from '#agent/hub/actors.ts';
import { uncovered } from '#test/chartCoverage.ts';
import { createLogRecorder } from '#test/logRecorder.ts';
import { batteryChart, type BatteryEvent } from './battery.chart.ts';

function decided(...events: BatteryEvent[]): string[] {
  const chart = startChart(batteryChart, createLogRecorder().log);
  return events.flatMap((event) =>
    chart.send(event).map((one) => ('fault' in one ? `${one.type} ${one.fault}` : one.type)),
  );
}

const worn = { type: 'fault', fault: 'worn' } as const;
const mended = { type: 'mended', fault: 'worn' } as const;

test('it is low once, critical once, and well when it is charged (B6.3)', () => {
  expect(decided({ type: 'low' }, { type: 'critical' }, { type: 'fair' }, { type: 'charged' })).toEqual([
    'low',
    'critical',
    'charged',
    'well',
  ]);
});

test('a battery that falls at once is both low and critical', () => {
  expect(decided({ type: 'critical' })).toEqual(['low', 'critical']);
});

test('down again before it was charged, it is told again', () => {
  expect(decided({ type: 'low' }, { type: 'fair' }, { type: 'low' }, { type: 'critical' })).toEqual([
    'low',
    'low',
    'critical',
  ]);
});

test('it is well only when it is charged and nothing is wrong with it any more (B6.5)', () => {
  expect(decided(worn, { type: 'low' }, { type: 'charged' }, mended)).toEqual([
    'fault worn',
    'low',
    'charged',
    'mended worn',
    'well',
  ]);
  expect(decided(worn, { type: 'low' }, mended, { type: 'charged' })).toEqual([
    'fault worn',
    'low',
    'mended worn',
    'charged',
    'well',
  ]);
  const absent = { type: 'fault', fault: 'absent' } as const;
  expect(decided(worn, absent, mended)).toEqual(['fault worn', 'fault absent', 'mended worn']);
});

test('after a restart it goes on where it was, and decides nothing anew (B6.6)', () => {
  expect(decided({ type: 'restored-low' }, { type: 'charged' })).toEqual(['charged', 'well']);
  expect(decided({ type: 'restored-critical' }, { type: 'charged' })).toEqual(['charged', 'well']);
  expect(decided({ type: 'restored-fault', fault: 'worn' }, mended)).toEqual(['mended worn', 'well']);
});

test('every state and every transition can be reached', () => {
  const plain = (['low', 'critical', 'fair', 'charged', 'restored-low', 'restored-critical'] as const).map((type) => ({
    type,
  }));
  const faults = (['fault', 'restored-fault'] as const).map((type) => ({ type, fault: 'worn' }) as const);
  expect(uncovered(batteryChart, [...plain, ...faults, mended])).toEqual([]);
});
