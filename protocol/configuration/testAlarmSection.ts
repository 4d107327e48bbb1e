import { hourMs, minuteMs } from '#protocol/core/time.ts';
import { duration, section } from './keys.ts';
import { milliseconds } from './values.ts';

/** The automatic test alarm (B5). */
export const testAlarmSection = section(
  {
    every: duration('23h', minuteMs, 31 * 24 * hourMs, 'From one test alarm to the next (B5.1).'),
    answerWithin: duration('1h', minuteMs, 24 * hourMs, 'Not acknowledged for so long it is a fault (B5.3).'),
  },
  'The automatic test alarm.',
);

export interface TestAlarmConfiguration {
  everyMs: number;
  answerWithinMs: number;
}

export function readTestAlarm(document: { every?: string; answerWithin?: string } | undefined): TestAlarmConfiguration {
  return { everyMs: milliseconds(document?.every), answerWithinMs: milliseconds(document?.answerWithin) };
}
