import { expect, test } from 'vitest';
import { readConfiguration } from './configuration.ts';

function read(sections: object) {
  const configuration = readConfiguration({
    hub: 'hub-0001',
    centre: { primary: { url: 'mqtt://127.0.0.1:1883' } },
    ...sections,
  });
  return configuration.ok ? configuration.value : configuration.problem.map(({ message }) => message);
}

test('the test alarm comes every 23 hours and is to be acknowledged within one, unless it is said otherwise (B5)', () => {
  expect(read({})).toMatchObject({ testAlarm: { everyMs: 82_800_000, answerWithinMs: 3_600_000 } });
  expect(read({ testAlarm: { every: '1d', answerWithin: '2h' } })).toMatchObject({
    testAlarm: { everyMs: 86_400_000, answerWithinMs: 7_200_000 },
  });
});

test('the clock is looked at every 5 s until it is set and every 15 min then, unless it is said otherwise (B12)', () => {
  expect(read({})).toMatchObject({ time: { lookEveryMs: 5_000, lookForJumpsEveryMs: 900_000, jumpMs: 5_000 } });
  expect(read({ time: { lookEvery: '1s', lookForJumpsEvery: '1m', jump: '2s' } })).toMatchObject({
    time: { lookEveryMs: 1_000, lookForJumpsEveryMs: 60_000, jumpMs: 2_000 },
  });
});

test('a test alarm more often than once a minute is a slip', () => {
  expect(read({ testAlarm: { every: '30s' } })).toMatchObject([expect.stringContaining('testAlarm.every')]);
});
