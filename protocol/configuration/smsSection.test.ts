import { expect, test } from 'vitest';
import { readConfiguration } from './configuration.ts';

const least = { hub: 'hub-0001', centre: { primary: { url: 'mqtt://127.0.0.1:1883' } } };

test('nobody gets a message unless it is said who', () => {
  const read = readConfiguration(least);
  if (!read.ok) throw new Error('refused');
  expect(read.value.sms).toEqual({ acknowledges: false, rounds: [1, 4, 16], thenEveryMs: 3_600_000 });
});

test('every key counts, and the rounds are taken in their order', () => {
  const sms = { number: '+46700000000', acknowledges: true, rounds: [8, 2], thenEvery: '2h' };
  expect(readConfiguration({ ...least, sms })).toMatchObject({
    ok: true,
    value: { sms: { number: '+46700000000', acknowledges: true, rounds: [2, 8], thenEveryMs: 7_200_000 } },
  });
});

test.for(['0700000000', '+0700000000', '+46 70 000', '112', ''])(
  '%j is no number that is the same everywhere',
  (number) => {
    expect(readConfiguration({ ...least, sms: { number } }).ok).toBe(false);
  },
);

test('an alarm cannot be made to cost more messages than eight before the hourly ones', () => {
  expect(readConfiguration({ ...least, sms: { rounds: [1, 2, 3, 4, 5, 6, 7, 8] } }).ok).toBe(true);
  expect(readConfiguration({ ...least, sms: { rounds: [1, 2, 3, 4, 5, 6, 7, 8, 9] } }).ok).toBe(false);
});
