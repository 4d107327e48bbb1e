import { type Static, Type } from 'typebox';
import { hourMs, minuteMs, secondMs } from '#protocol/core/time.ts';
import { duration, section } from './keys.ts';
import { filled, milliseconds } from './values.ts';

/** B4.1, B4.4. */
export interface HeartbeatConfiguration {
  intervalMs: number;
  answerWithinMs: number;
  /** Unanswered in a row until the path counts as down. */
  unanswered: number;
  probeEveryMs: number;
  /** Answered probes in a row until the primary is taken back. */
  answersToReturn: number;
  reportLossAfterMs: number;
}

const times = (byDefault: number, description: string) =>
  Type.Optional(
    Type.Integer({ minimum: 1, maximum: 100, default: byDefault, description: `${description} From 1 to 100.` }),
  );

export const heartbeatSection = section(
  {
    interval: duration('120s', secondMs, 24 * hourMs, 'The time between heartbeats (B4.1).'),
    answerWithin: duration('30s', secondMs, 5 * minuteMs, 'Without an answer for so long it is unanswered (B4.4).'),
    unanswered: times(3, 'So many unanswered in a row, and the path counts as down: the reserve is used (B4.4).'),
    probeEvery: duration('2m', secondMs, hourMs, 'While the reserve is used, the primary is probed so often (B4.4).'),
    answersToReturn: times(3, 'After so many answers in a row the primary is used again (B4.4).'),
    reportLossAfter: duration(
      '60s',
      0,
      hourMs,
      'Used for so long, the reserve is told that the primary is lost (B16); a shorter loss is in the journal only.',
    ),
  },
  'The sign of life.',
);

export function toHeartbeat(written: Static<typeof heartbeatSection> | undefined): HeartbeatConfiguration {
  return {
    intervalMs: milliseconds(written?.interval),
    answerWithinMs: milliseconds(written?.answerWithin),
    unanswered: filled(written?.unanswered),
    probeEveryMs: milliseconds(written?.probeEvery),
    answersToReturn: filled(written?.answersToReturn),
    reportLossAfterMs: milliseconds(written?.reportLossAfter),
  };
}
