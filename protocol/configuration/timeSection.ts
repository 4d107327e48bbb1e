import { hourMs, minuteMs, secondMs } from '#protocol/core/time.ts';
import { duration, section } from './keys.ts';
import { milliseconds } from './values.ts';

/** How the hub looks after its wall clock (B12). */
export const timeSection = section(
  {
    lookEvery: duration('5s', secondMs, 10 * minuteMs, 'An unset clock is looked at so often (B12.2).'),
    lookForJumpsEvery: duration('15m', secondMs, 24 * hourMs, 'A clock that is set is looked at so often (B12.1).'),
    jump: duration('5s', secondMs, hourMs, 'A wall clock that is off by more than this has jumped (B12.1).'),
  },
  'The wall clock.',
);

export interface TimeConfiguration {
  lookEveryMs: number;
  lookForJumpsEveryMs: number;
  jumpMs: number;
}

export function readTime(
  document: { lookEvery?: string; lookForJumpsEvery?: string; jump?: string } | undefined,
): TimeConfiguration {
  return {
    lookEveryMs: milliseconds(document?.lookEvery),
    lookForJumpsEveryMs: milliseconds(document?.lookForJumpsEvery),
    jumpMs: milliseconds(document?.jump),
  };
}
