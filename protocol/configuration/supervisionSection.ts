import { type Static, Type } from 'typebox';
import { hourMs, minuteMs } from '#protocol/core/time.ts';
import { duration, section } from './keys.ts';
import { filled, milliseconds } from './values.ts';

/** B8.2 and B8.3: whether the accessories are there and well, and whether the radio channel carries them. */

function whole(byDefault: number, minimum: number, maximum: number, description: string) {
  const range = `From ${minimum} to ${maximum}.`;
  return Type.Optional(Type.Integer({ minimum, maximum, default: byDefault, description: `${description} ${range}` }));
}

export const supervisionSchema = section(
  {
    intervals: whole(3, 2, 100, 'Missing for so many of its intervals, an accessory is a fault (B8.2).'),
    batteryLowPercent: whole(20, 1, 90, 'A battery with so much or less is low (B8.2). It is good again 10 above.'),
    batteryLowVolts: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 5,
        default: 2.4,
        description: 'A device that tells its supply voltage is low with so much or less. From 0 to 5.',
      }),
    ),
    batteryLowEvery: duration('24h', minuteMs, 30 * 24 * hourMs, 'A low battery is told again after it (B8.2).'),
  },
  'Whether the accessories are there and well.',
);

export const interferenceSchema = section(
  {
    bytesPerMinute: whole(
      600,
      10,
      1_000_000,
      'So many bytes of the receiver in a minute that are no sound telegram are a disturbed minute (B8.3).',
    ),
    minutes: whole(3, 1, 60, 'So many disturbed minutes in a row are a fault, so many quiet ones its end (B8.3).'),
    missingAtLeast: whole(
      3,
      2,
      64,
      'Most of the supervised accessories missing at once are a fault too, from so many missing on (B8.3).',
    ),
  },
  'Whether the radio channel is disturbed.',
);

export interface SupervisionConfiguration {
  intervals: number;
  batteryLowPercent: number;
  batteryLowVolts: number;
  batteryLowEveryMs: number;
}

export interface InterferenceConfiguration {
  bytesPerMinute: number;
  minutes: number;
  missingAtLeast: number;
}

export function readSupervision(section: Static<typeof supervisionSchema> | undefined): SupervisionConfiguration {
  const { intervals, batteryLowPercent, batteryLowVolts, batteryLowEvery } = filled(section);
  return {
    intervals: filled(intervals),
    batteryLowPercent: filled(batteryLowPercent),
    batteryLowVolts: filled(batteryLowVolts),
    batteryLowEveryMs: milliseconds(batteryLowEvery),
  };
}

export function readInterference(section: Static<typeof interferenceSchema> | undefined): InterferenceConfiguration {
  const { bytesPerMinute, minutes, missingAtLeast } = filled(section);
  return {
    bytesPerMinute: filled(bytesPerMinute),
    minutes: filled(minutes),
    missingAtLeast: filled(missingAtLeast),
  };
}
