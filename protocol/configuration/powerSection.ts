import { type Static, Type } from 'typebox';
import { hourMs, minuteMs, secondMs } from '#protocol/core/time.ts';
import { duration, section, text } from './keys.ts';
import { filled, milliseconds } from './values.ts';

/** Mains and battery (B6). */

const dayMs = 24 * hourMs;

function whole(byDefault: number, minimum: number, maximum: number, description: string) {
  const range = `From ${minimum} to ${maximum}.`;
  return Type.Optional(Type.Integer({ minimum, maximum, default: byDefault, description: `${description} ${range}` }));
}

export const powerSchema = section(
  {
    reportAfter: duration('60s', 0, 3 * minuteMs, 'The mains are gone for so long: then it is reported (B6.1).'),
    restoredAfter: duration('10s', secondMs, hourMs, 'The mains are back for so long: then they are restored (B6.1).'),
    low: section(
      {
        charge: whole(20, 1, 90, 'Per cent.'),
        hours: whole(12, 1, 168, 'Hours left at the measured drain, while the hub runs on battery.'),
      },
      'The battery is low from here on, whichever comes first (B6.3).',
    ),
    critical: whole(5, 1, 50, 'The battery is critical at so many per cent (B6.3).'),
    charged: whole(95, 50, 100, 'A battery that was low is charged again at so many per cent (B6.3).'),
    batteryRuntime: duration(
      '72h',
      hourMs,
      30 * dayMs,
      'How long a new battery carries the hub: what the hours left are told by until the drain was measured (B6.3).',
    ),
    batteryTestEvery: duration('30d', hourMs, 365 * dayMs, 'The time between tests of the battery (B6.5).'),
    batteryInstalled: Type.Optional(
      text(
        '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$',
        'a date such as "2026-01-15"',
        'The day on which the battery was put in; its service life counts from it. Without it the life is not watched.',
      ),
    ),
    batteryLifeYears: whole(5, 1, 20, 'The service life of the battery, in years (B6.5).'),
  },
  'Mains and battery.',
);

type PowerDocument = Static<typeof powerSchema>;

export interface PowerConfiguration {
  reportAfterMs: number;
  restoredAfterMs: number;
  low: { chargePercent: number; hours: number };
  criticalPercent: number;
  chargedPercent: number;
  batteryRuntimeMs: number;
  batteryTestEveryMs: number;
  /** When the battery's service life ends, milliseconds since 1970; undefined when nobody said when it began. */
  batteryEndsMs: number | undefined;
}

/** A section that has passed its schema, as the agent uses it. */
export function readPower(power: PowerDocument | undefined): PowerConfiguration {
  return {
    reportAfterMs: milliseconds(power?.reportAfter),
    restoredAfterMs: milliseconds(power?.restoredAfter),
    low: { chargePercent: filled(power?.low?.charge), hours: filled(power?.low?.hours) },
    criticalPercent: filled(power?.critical),
    chargedPercent: filled(power?.charged),
    batteryRuntimeMs: milliseconds(power?.batteryRuntime),
    batteryTestEveryMs: milliseconds(power?.batteryTestEvery),
    batteryEndsMs: endOfLife(power?.batteryInstalled, filled(power?.batteryLifeYears)),
  };
}

function endOfLife(installed: string | undefined, years: number): number | undefined {
  if (installed === undefined) return undefined;
  const [year = 0, month = 1, day = 1] = installed.split('-').map(Number);
  return Date.UTC(year + years, month - 1, day);
}
