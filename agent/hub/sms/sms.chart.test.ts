import { expect, test } from 'vitest';
import { startChart } from '#agent/hub/actors.ts';
import { hourMs } from '#protocol/core/time.ts';
import { uncovered } from '#test/chartCoverage.ts';
import { createLogRecorder } from '#test/logRecorder.ts';
import { smsChart, type SmsEvent } from './sms.chart.ts';

const rounds = [1, 4, 16];
const roundOver = (round: number, sinceLastMs = 0) =>
  ({ type: 'roundOver', round, rounds, sinceLastMs, thenEveryMs: hourMs }) as const;

function decisionsOf(...events: SmsEvent[]) {
  const chart = startChart(smsChart, createLogRecorder().log);
  return events.flatMap((event) => chart.send(event)).filter(({ type }) => type !== 'nothing');
}

test('an alarm costs a message behind rounds 1, 4 and 16, and no other (B2.8)', () => {
  const chart = startChart(smsChart, createLogRecorder().log);
  const costly = Array.from({ length: 40 }, (_none, index) => index + 1).filter((round) =>
    chart.send(roundOver(round)).some(({ type }) => type === 'send'),
  );
  expect(costly).toEqual(rounds);
});

test('then one an hour', () => {
  const spent = { type: 'restored', sent: 3, stopped: false } as const;
  expect(decisionsOf(spent, roundOver(17, hourMs - 1))).toEqual([]);
  expect(decisionsOf(spent, roundOver(17, hourMs))).toEqual([{ type: 'send', count: 4 }]);
});

test('a restart costs none: the rounds begin anew, the messages go on where they were', () => {
  const once = { type: 'restored', sent: 1, stopped: false } as const;
  expect(decisionsOf(once, roundOver(1), roundOver(2), roundOver(3))).toEqual([]);
  expect(decisionsOf(once, roundOver(4))).toEqual([{ type: 'send', count: 2 }]);
});

test('a round that had no network is made good by the next', () => {
  expect(decisionsOf(roundOver(3))).toEqual([{ type: 'send', count: 1 }]);
});

test('what the network has not taken is due again', () => {
  expect(decisionsOf(roundOver(1), { type: 'failed' }, roundOver(2))).toEqual([
    { type: 'send', count: 1 },
    { type: 'take-back', count: 0 },
    { type: 'send', count: 1 },
  ]);
});

test('an answer stops them, over a restart too', () => {
  expect(
    decisionsOf(roundOver(1), { type: 'answered' }, roundOver(4), { type: 'failed' }, { type: 'answered' }),
  ).toEqual([{ type: 'send', count: 1 }, { type: 'stop' }]);
  expect(decisionsOf({ type: 'restored', sent: 1, stopped: true }, roundOver(4))).toEqual([]);
});

test('has no state and no transition that these events do not reach', () => {
  const events: SmsEvent[] = [
    roundOver(1),
    roundOver(16, hourMs),
    { type: 'failed' },
    { type: 'answered' },
    { type: 'restored', sent: 2, stopped: false },
    { type: 'restored', sent: 2, stopped: true },
  ];
  expect(uncovered(smsChart, events)).toEqual([]);
});
