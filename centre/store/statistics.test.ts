import { describe, expect, test } from 'vitest';
import { statisticsCsv, statisticsLines } from './formats.ts';
import type { LogRow } from './reader.ts';
import { statisticsOf } from './statistics.ts';

let seq = 0;
function row(month: number, hub: string, kind: string, body: Record<string, unknown> = {}): LogRow {
  seq += 1;
  return { seq, wallMs: Date.UTC(2026, month - 1, 15), kind, hub, ref: null, cause: null, words: '', body };
}

const alarm = { report: 'alarm' };
const rows = [
  row(1, 'north-1', 'installed'),
  row(1, 'south-1', 'installed'),
  row(1, 'north-1', 'opened', alarm),
  row(1, 'north-1', 'answered', { afterMs: 8_000 }),
  row(1, 'north-1', 'dispatched', { cause: 'the operator decided so' }),
  row(1, 'north-1', 'opened', { report: 'fault' }),
  row(1, 'north-1', 'opened', { report: 'restore' }),
  row(1, 'south-1', 'hub-lost'),
  row(2, 'south-1', 'opened', alarm),
  row(2, 'south-1', 'answered', { afterMs: 3_000 }),
  row(2, 'south-1', 'opened', alarm),
  row(2, 'south-1', 'dispatched'),
  row(2, 'north-1', 'ended'),
  { ...row(2, 'north-1', 'opened', alarm), hub: null },
];

const options = {
  unitOf: (hub: string) => hub.replace(/-\d+$/u, ''),
  monthOf: (wallMs: number) => new Date(wallMs).toISOString().slice(0, 7),
};

describe('statistics (H29)', () => {
  test('are overall and for each unit, for the whole period and for each month', () => {
    expect([...statisticsCsv(statisticsOf(rows, options))].map((line) => line.trimEnd())).toEqual([
      'unit,month,newInstallations,endedInstallations,alarms,answered,meanAnswerS,faults,dispatches',
      'all,all,2,1,3,2,5.5,2,2',
      'all,2026-01,2,0,1,1,8,2,1',
      'all,2026-02,0,1,2,1,3,0,1',
      'north,all,1,1,1,1,8,1,1',
      'north,2026-01,1,0,1,1,8,1,1',
      'north,2026-02,0,1,0,0,,0,0',
      'south,all,1,0,2,1,3,1,1',
      'south,2026-01,1,0,0,0,,1,0',
      'south,2026-02,0,0,2,1,3,0,1',
    ]);
  });

  test('of a period in which nothing happened are zero', () => {
    expect([...statisticsCsv(statisticsOf([], options))][1]).toBe('all,all,0,0,0,0,,0,0\r\n');
  });

  test('of a unit that is called "all" are its own', () => {
    const units = statisticsOf(rows, { ...options, unitOf: (hub) => (hub === 'north-1' ? 'all' : 'south') });
    expect(units.filter(({ month }) => month === 'all').map(({ unit, alarms }) => [unit, alarms])).toEqual([
      ['all', 3],
      ['all', 1],
      ['south', 2],
    ]);
  });

  test('are CSV in which no unit is a formula, and a table for people', () => {
    const figures = statisticsOf(rows.slice(0, 1), { ...options, unitOf: () => '=cmd()' });
    expect([...statisticsCsv(figures)][3]).toBe("'=cmd(),all,1,0,0,0,,0,0\r\n");
    expect([...statisticsLines(figures)].slice(0, 2)).toEqual([
      'unit    month    new  ended  alarms  answered  mean answer, s  faults  dispatches\n',
      'all     all        1      0       0         0                       0           0\n',
    ]);
  });
});
