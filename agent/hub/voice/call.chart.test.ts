import { expect, test } from 'vitest';
import { startChart } from '#agent/hub/actors.ts';
import { uncovered } from '#test/chartCoverage.ts';
import { createLogRecorder } from '#test/logRecorder.ts';
import { type CallDecision, type CallEvent, callChart } from './call.chart.ts';

const attempts = 3;
const bothUp = { ways: [true, true], attempts };
const onlyModemUp = { ways: [false, true], attempts };
const allDown = { ways: [false, false], attempts };
const none = { ways: [], attempts };

function decisionsOf(...events: CallEvent[]): CallDecision[] {
  const { log, lines } = createLogRecorder();
  const chart = startChart(callChart, log);
  const decisions = events.flatMap((event) => [...chart.send(event)]);
  expect(lines).toEqual([]);
  return decisions;
}

const wanted: CallEvent = { type: 'wanted', ...bothUp };
const failed: CallEvent = { type: 'failed', ...bothUp };
const again: CallEvent = { type: 'again', late: false, ...bothUp };
const connected: CallEvent = { type: 'connected' };
const ended: CallEvent = { type: 'ended' };
const incoming: CallEvent = { type: 'incoming', open: true };
const stranger: CallEvent = { type: 'incoming', open: false };

test('three tries on the first voice path and three on the next, then there was no voice contact (B3.3)', () => {
  const tries = Array.from({ length: 5 }).flatMap(() => [failed, again]);
  const decisions = decisionsOf(wanted, ...tries, failed);
  expect(decisions.filter(({ type }) => type !== 'pause')).toEqual([
    ...[0, 1].flatMap((way) => [1, 2, 3].map((number) => ({ type: 'dial', way, number }))),
    { type: 'give-up' },
  ]);
});

test('a path that is down is passed over while the next one is up', () => {
  expect(decisionsOf({ type: 'wanted', ...onlyModemUp })).toEqual([{ type: 'dial', way: 1, number: 1 }]);
  expect(decisionsOf(wanted, failed, { type: 'again', late: false, ...onlyModemUp }).at(-1)).toEqual({
    type: 'dial',
    way: 1,
    number: 1,
  });
});

test('with no path up the call waits for one, until it must have started (B3.2)', () => {
  const down: CallEvent = { type: 'wanted', ...allDown };
  expect(decisionsOf(down, { type: 'again', late: false, ...allDown }, again)).toEqual([
    { type: 'wait' },
    { type: 'wait' },
    { type: 'dial', way: 0, number: 1 },
  ]);
  expect(decisionsOf(down, { type: 'again', late: true, ...allDown }).at(-1)).toEqual({ type: 'give-up' });
});

test('with nobody to call there is no voice contact, at once', () => {
  expect(decisionsOf({ type: 'wanted', ...none })).toEqual([{ type: 'give-up' }]);
});

test('an alarm acknowledged during a call joins it, whatever the call is doing (B3.7)', () => {
  for (const before of [[wanted], [wanted, failed], [wanted, connected], [{ type: 'wanted', ...allDown } as const]]) {
    expect(decisionsOf(...before, wanted).at(-1)).toEqual({ type: 'join' });
    expect(decisionsOf(...before, { type: 'callback-wanted' }).at(-1)).toEqual({ type: 'join' });
  }
});

test('calls are answered in a window alone, and not during another call (B3.5)', () => {
  expect(decisionsOf(incoming)).toEqual([{ type: 'answer' }]);
  expect(decisionsOf(stranger)).toEqual([{ type: 'refuse' }]);
  expect(decisionsOf(wanted, connected, incoming).at(-1)).toEqual({ type: 'refuse' });
});

test('a call that the centre has promised and not made is no voice contact (B3.1, H15)', () => {
  expect(decisionsOf({ type: 'callback-wanted' }, { type: 'window-over' })).toEqual([
    { type: 'close-window' },
    { type: 'give-up' },
  ]);
});

test('each key of the operator does what it is for (B3.4)', () => {
  const keyed = (digit: string) => decisionsOf(wanted, connected, { type: 'key', digit }).slice(2);
  expect(Object.fromEntries('0134789'.split('').map((digit) => [digit, keyed(digit)]))).toEqual({
    0: [{ type: 'hang-up' }, { type: 'over' }],
    1: [{ type: 'volume', steps: -1 }],
    3: [{ type: 'volume', steps: 1 }],
    4: [{ type: 'mode', mode: 'duplex' }],
    7: [{ type: 'mode', mode: 'microphone-only' }],
    8: [{ type: 'mode', mode: 'speaker-only' }],
    9: [{ type: 'output' }],
  });
  expect(keyed('#')).toEqual([{ type: 'unknown-key' }]);
});

test('every state and every transition is reached', () => {
  const ways = [bothUp, onlyModemUp, allDown, none];
  const events: CallEvent[] = [
    ...ways.flatMap((way): CallEvent[] => [
      { type: 'wanted', ...way },
      { type: 'failed', ...way },
      { type: 'again', late: false, ...way },
      { type: 'again', late: true, ...way },
    ]),
    connected,
    ended,
    incoming,
    stranger,
    { type: 'callback-wanted' },
    { type: 'window-over' },
    { type: 'key', digit: '0' },
    { type: 'key', digit: '4' },
  ];
  expect(uncovered(callChart, events)).toEqual([]);
});
