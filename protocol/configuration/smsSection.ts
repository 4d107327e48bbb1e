import { type Static, Type } from 'typebox';
import { hourMs, minuteMs } from '#protocol/core/time.ts';
import { duration, secret, section } from './keys.ts';
import { filled, milliseconds } from './values.ts';

/** An alarm that costs more messages than this before the hourly ones would be a mistake of whoever wrote it. */
const roundsAtMost = 8;

export const smsSection = section(
  {
    number: Type.Optional(
      secret(
        '^\\+[1-9][0-9]{6,14}$',
        'a number with + and its country, such as +46700000000, in quotes',
        'Who gets the alarms that no path has brought through, and whose answers count, in quotes. Without it nobody.',
      ),
    ),
    acknowledges: Type.Optional(
      Type.Boolean({
        default: false,
        description:
          'Whether an answer acknowledges the alarm. It is not signed: whoever can send as that number could end an alarm. ' +
          'Without it an answer only stops further messages (B2.8).',
      }),
    ),
    rounds: Type.Optional(
      Type.Array(Type.Integer({ minimum: 1, maximum: 1_000, description: 'From 1 to 1000.' }), {
        maxItems: roundsAtMost,
        default: [1, 4, 16],
        description: 'The rounds over all paths behind which an alarm costs a message (B2.8), 8 at most.',
      }),
    ),
    thenEvery: duration('1h', 10 * minuteMs, 7 * 24 * hourMs, 'From one further message to the next, for ever (B2.8).'),
  },
  'Short messages: the last path of an alarm (B2.2, B2.8).',
);

export interface SmsConfiguration {
  /** With + and its country. */
  number?: string;
  acknowledges: boolean;
  rounds: readonly number[];
  thenEveryMs: number;
}

export function readSmsSection(document: Static<typeof smsSection> | undefined): SmsConfiguration {
  return {
    ...(document?.number === undefined ? {} : { number: document.number }),
    acknowledges: filled(document?.acknowledges),
    rounds: filled(document?.rounds).toSorted((a, b) => a - b),
    thenEveryMs: milliseconds(document?.thenEvery),
  };
}
