import { expect, test } from 'vitest';
import {
  decodeAlarmMessage,
  decodeAnswerMessage,
  encodeAlarmMessage,
  encodeAnswerMessage,
  type AlarmMessage,
} from './alarmMessage.ts';
import { isGsm7, messageLimit } from './gsm7.ts';

const press: AlarmMessage = {
  hub: 'hub-0001',
  ref: '7Q2M',
  dty: 3,
  stc: 10,
  lco: 19,
  at: { hours: 7, minutes: 5 },
};

test('an alarm as a short message says which hub, which alarm, what and when, and nothing about anybody (B2.8)', () => {
  expect(encodeAlarmMessage(press)).toBe('H1 hub-0001 7Q2M 0003 0010 019 0705');
  expect(encodeAlarmMessage({ ...press, lco: undefined, at: undefined })).toBe('H1 hub-0001 7Q2M 0003 0010 - -');
});

test.for([press, { ...press, lco: undefined }, { ...press, at: undefined }])(
  '%j is read as it was written',
  (message) => {
    expect(decodeAlarmMessage(encodeAlarmMessage(message))).toEqual({ ok: true, value: message });
  },
);

test('the longest there can be fits one message of 160 GSM-7 characters', () => {
  const longest = { ...press, hub: 'h'.repeat(32), ref: 'R'.repeat(16), dty: 9_999, stc: 9_999, lco: 999 };
  const text = encodeAlarmMessage(longest);
  expect(isGsm7(text)).toBe(true);
  expect(text.length).toBeLessThanOrEqual(messageLimit);
  expect(decodeAlarmMessage(text)).toEqual({ ok: true, value: longest });
});

test.for([
  '',
  'H1',
  'H2 hub-0001 7Q2M 0003 0010 019 0705',
  'H1 hub-0001 7Q2M 0003 0010 019 2460',
  'H1 hub/0001 7Q2M 0003 0010 019 0705',
  `H1 hub-0001 ${'7'.repeat(17)} 0003 0010 019 0705`,
  'H1 hub-0001 7Q2M 0003 0010 019 0705 {',
  'x'.repeat(161),
])('what is no alarm is told, not taken: %j', (text) => {
  expect(decodeAlarmMessage(text)).toMatchObject({ ok: false, problem: expect.stringContaining('right would be') });
});

test('an answer names the alarm, and may be typed by hand', () => {
  expect(encodeAnswerMessage({ ref: '7Q2M', snu: 0 })).toBe('A1 7Q2M 0');
  expect(decodeAnswerMessage(' a1  7Q2M 0\r\n')).toEqual({ ok: true, value: { ref: '7Q2M', snu: 0 } });
});

test.for(['', 'A1', 'A1 7Q2M', 'A1 7Q2M handled', 'OK', 'A1 7Q/2M 0', `A1 ${' '.repeat(200)}7Q2M 0`])(
  'what is no answer changes nothing: %j',
  (text) => {
    expect(decodeAnswerMessage(text).ok).toBe(false);
  },
);

test('characters that take two places, or none, in a short message are not GSM-7', () => {
  expect(['A', 'å', '{', '€', '中', '`'].map(isGsm7)).toEqual([true, true, false, false, false, false]);
});
