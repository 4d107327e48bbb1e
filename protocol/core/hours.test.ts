import { describe, expect, test } from 'vitest';
import { type LocalTime, localTimeIn, readHours, type WrittenHours } from './hours.ts';
import { hourMs, minuteMs } from './time.ts';

function stockholm(): LocalTime {
  const read = localTimeIn('Europe/Stockholm');
  if (!read.ok) throw new Error(read.problem);
  return read.value;
}

const night = readHours('22:00-06:00');

function isInside(written: WrittenHours, utc: string): boolean {
  return stockholm().isInside(readHours(written), Date.parse(utc));
}

describe('hours are local time', () => {
  test.each([
    ['before they begin', '2026-01-15T20:59:59.999Z', false],
    ['when they begin', '2026-01-15T21:00:00Z', true],
    ['over midnight', '2026-01-16T00:00:00Z', true],
    ['just before they end', '2026-01-16T04:59:59.999Z', true],
    ['when they end', '2026-01-16T05:00:00Z', false],
    ['in summer, an hour earlier by UTC', '2026-07-15T20:00:00Z', true],
    ['in summer, when they have ended', '2026-07-16T04:00:00Z', false],
  ])('%s', (_when, utc, inside) => {
    expect(isInside('22:00-06:00', utc)).toBe(inside);
  });

  test.each([
    ['the night on which the clocks go forward is an hour shorter', '2026-03-28T21:00:00Z', 7 * hourMs],
    ['the night on which they go back is an hour longer', '2026-10-24T20:00:00Z', 9 * hourMs],
  ])('%s (B8.1)', (_night, begin, lengthMs) => {
    const beginMs = Date.parse(begin);
    const local = stockholm();
    const inside = (ms: number): boolean => local.isInside(night, beginMs + ms);
    expect([-1, 0, lengthMs - 1, lengthMs].map(inside)).toEqual([false, true, true, false]);
  });

  test('of a weekday are those that begin on it, and they go on over midnight', () => {
    const friday = { fri: '22:00-06:00' };
    expect(isInside(friday, '2026-01-16T22:00:00Z')).toBe(true);
    expect(isInside(friday, '2026-01-17T04:00:00Z')).toBe(true);
    expect(isInside(friday, '2026-01-17T22:00:00Z')).toBe(false);
    expect(isInside(friday, '2026-01-16T04:00:00Z')).toBe(false);
  });

  test('may be several, and a whole day', () => {
    const twice = ['06:00-07:00', '12:00-13:00'];
    expect([5, 6, 11, 12].map((hour) => isInside(twice, `2026-01-15T${String(hour).padStart(2, '0')}:30:00Z`))).toEqual(
      [true, false, true, false],
    );
    expect(isInside('00:00-24:00', '2026-01-15T22:59:59Z')).toBe(true);
    expect(isInside('07:00-07:00', '2026-01-15T05:59:59Z')).toBe(true);
  });
});

describe('the time until so much of it was inside the hours', () => {
  const at = (utc: string, lengthMs: number, written: WrittenHours = '07:00-22:00'): number | undefined =>
    stockholm().untilInside(readHours(written), Date.parse(utc), lengthMs);

  test('is that time itself while it stays inside them', () => {
    expect(at('2026-01-15T06:00:30.5Z', 12 * hourMs)).toBe(12 * hourMs);
    expect(at('2026-01-15T06:00:30.5Z', 15 * minuteMs)).toBe(15 * minuteMs);
  });

  test('leaves out what lies outside', () => {
    // 21:00 local: one hour of the day is left, then nine hours of night.
    expect(at('2026-01-15T20:00:00Z', 12 * hourMs)).toBe(21 * hourMs);
    // The night of 29 March is an hour shorter.
    expect(at('2026-03-28T20:00:00Z', 12 * hourMs)).toBe(20 * hourMs);
  });

  test('is not known when there are no such hours in two weeks', () => {
    expect(at('2026-01-15T20:00:00Z', minuteMs, {})).toBeUndefined();
    expect(at('2026-01-15T20:00:00Z', 60 * hourMs, { mon: '07:00-08:00' })).toBeUndefined();
  });
});

describe('the time until a time of day', () => {
  const until = (utc: string, minute: number): number | undefined => stockholm().untilNext([minute], Date.parse(utc));

  test('is never now, and follows the clocks', () => {
    expect(until('2026-01-15T08:00:00Z', 540)).toBe(24 * hourMs);
    expect(until('2026-01-15T07:59:30Z', 540)).toBe(30_000);
    expect(until('2026-03-28T08:00:00Z', 540)).toBe(23 * hourMs);
  });

  test('that the clocks skip is that of the next day', () => {
    expect(until('2026-03-28T22:00:00Z', 150)).toBe(26.5 * hourMs);
  });
});

test('a zone that nobody knows is told, and hours without form are a slip of ours', () => {
  expect(localTimeIn('Europe/Stokholm')).toMatchObject({ ok: false });
  expect(() => readHours('22-06')).toThrow('"22-06" are no hours');
});
