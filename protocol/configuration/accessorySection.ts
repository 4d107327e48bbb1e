import { type Static, Type } from 'typebox';
import { type Hours, minuteOf, readHours, spanPattern, timePattern } from '#protocol/core/hours.ts';
import { hourMs, minuteMs, secondMs } from '#protocol/core/time.ts';
import {
  type AccessoryKind,
  accessoryKinds,
  accessoryProfiles,
  guardKeys,
  isRadioKind,
  periodicProfiles,
  usualProfile,
} from './accessories.ts';
import { duration, durationWithoutDefault, map, printable, secret, text } from './keys.ts';
import { type DocumentProblem, pathName, shown } from './problem.ts';
import { filled, milliseconds } from './values.ts';

/** The accessories of a home (B8), as they are written and as they are used. */

const rightHours = 'hours such as "22:00-06:00", in quotes, a list of them, or a map of them by weekday (mon, tue, …)';

const span = Type.String({ pattern: spanPattern });
const spans = Type.Union([span, Type.Array(span, { minItems: 1, maxItems: 8 })]);
const weekdaySpans = Type.Optional(spans);

const hoursSchema = Type.Union(
  [
    span,
    Type.Array(span, { minItems: 1, maxItems: 8 }),
    Type.Object(
      {
        sun: weekdaySpans,
        mon: weekdaySpans,
        tue: weekdaySpans,
        wed: weekdaySpans,
        thu: weekdaySpans,
        fri: weekdaySpans,
        sat: weekdaySpans,
      },
      { additionalProperties: false, minProperties: 1 },
    ),
  ],
  {
    'x-choice': rightHours,
    description:
      'When it is guarded, in local time: "22:00-06:00" every day, a list of such, or by weekday (mon to sun), each on ' +
      'the day on which it begins. What ends when it begins is a whole day. Without it a mat, a door and a bed guard ' +
      'nothing, a sensor of movement raises at none, and one with inactivity counts day and night (B8.1).',
  },
);

const degrees = (most: number, description: string) => Type.Number({ minimum: -most, maximum: most, description });

const area = map(
  {
    latitude: degrees(90, 'Degrees to the north, WGS 84, from -90 to 90.'),
    longitude: degrees(180, 'Degrees to the east, WGS 84, from -180 to 180.'),
    radiusM: Type.Integer({ minimum: 50, maximum: 100_000, description: 'In metres, from 50 to 100000.' }),
  },
  'Where a tracker may be: a circle. Leaving it raises an alarm (B8).',
);

export const accessorySchema = map(
  {
    // Whoever writes a person's name here is not to find it in a log.
    name: secret(
      '^(?!hub$)[a-z0-9][a-z0-9-]{0,31}$',
      'small letters, digits and hyphens, 32 at most, and not hub',
      'What it is called in reports and logs; each name once.',
    ),
    kind: Type.Enum([...accessoryKinds], {
      description: 'What it is. A strap is a spare part in the inventory: it raises nothing.',
    }),
    id: Type.Optional(
      text(
        '^(?!0{8}$|[fF]{8}$)[0-9a-fA-F]{8}$',
        'the eight hex digits printed on it, in quotes',
        'Its radio id, eight hex digits, in quotes; each id once. A radar, gps, camera and strap have none.',
      ),
    ),
    profile: Type.Optional(
      Type.Enum([...new Set(Object.values(accessoryProfiles).flat())], {
        description:
          'Its EnOcean equipment profile. Default: F6-02-01; for smoke F6-05-02, door D5-00-01, motion A5-07-01.',
      }),
    ),
    location: Type.Optional(secret(printable(32), 'a text of 32 characters at most', 'Where in the home it is.')),
    hours: Type.Optional(hoursSchema),
    inactivity: durationWithoutDefault(
      10 * minuteMs,
      7 * 24 * hourMs,
      'A motion sensor or radar raises after so long without movement inside its hours (B8). It then raises at no movement.',
    ),
    supervise: durationWithoutDefault(
      0,
      7 * 24 * hourMs,
      'It says something at least so often; missing for three of these intervals is a fault (B8.2). 0s: not supervised. ' +
        'Default: 1h for a door, motion and smoke, which say how they are by themselves; nothing for the others.',
    ),
    cancel: durationWithoutDefault(
      0,
      5 * minuteMs,
      "Its alarm waits for so long, announced, and the hub's cancel button ends it (B1.5). Default: 20s for fall, else 0s.",
    ),
    voice: Type.Optional(Type.Enum(['none'], { description: 'none: no call follows its alarms (B3.6).' })),
    openTooLong: duration('5m', secondMs, 24 * hourMs, 'A door open for so long inside its hours raises (B8).'),
    outOfBed: duration('15m', secondMs, 24 * hourMs, 'A bed left for so long inside its hours raises (B8).'),
    area: Type.Optional(area),
    visits: Type.Optional(
      Type.Array(text(`^${timePattern}$`, 'a time of day such as "09:00", in quotes', 'A time of day, local.'), {
        maxItems: 24,
        default: [],
        description: 'When a camera is looked through each day, 24 times at most; always announced (B8).',
      }),
    ),
  },
  'Something that belongs to this hub.',
);

type AccessoryDocument = Static<typeof accessorySchema>;

export interface AccessoryConfiguration {
  name: string;
  kind: AccessoryKind;
  /** Eight hex digits in lower case; the name of what is no radio device. */
  id: string;
  /** EnOcean equipment profile, for example F6-02-01; empty for what is no radio device. */
  profile: string;
  location?: string;
  hours?: Hours;
  inactivityMs?: number;
  /** 0: not supervised. */
  superviseMs: number;
  /** 0: its alarm goes out at once. */
  cancelMs: number;
  /** No call follows its alarms (B3.6). */
  voice?: 'none';
  openTooLongMs: number;
  outOfBedMs: number;
  area?: { latitude: number; longitude: number; radiusM: number };
  /** Minutes of the local day. */
  visits: readonly number[];
}

/** Time to think it over, where a fall may have been none (B1.5). */
const fallCancelMs = 20 * secondMs;

export function readAccessories(accessories: readonly AccessoryDocument[] | undefined): AccessoryConfiguration[] {
  return filled(accessories).map((accessory) => {
    const { name, kind, location, hours, inactivity, supervise, cancel, voice, area: circle, visits } = accessory;
    const profile = accessory.profile ?? usualProfile(kind);
    return {
      name,
      kind,
      id: accessory.id?.toLowerCase() ?? name,
      profile,
      ...(location === undefined ? {} : { location }),
      ...(hours === undefined ? {} : { hours: readHours(hours) }),
      ...(inactivity === undefined ? {} : { inactivityMs: milliseconds(inactivity) }),
      superviseMs: supervise === undefined ? (periodicProfiles[profile] ?? 0) : milliseconds(supervise),
      cancelMs: cancel === undefined ? (kind === 'fall' ? fallCancelMs : 0) : milliseconds(cancel),
      ...(voice === undefined ? {} : { voice }),
      openTooLongMs: milliseconds(accessory.openTooLong),
      outOfBedMs: milliseconds(accessory.outOfBed),
      ...(circle === undefined ? {} : { area: circle }),
      visits: filled(visits).map(minuteOf),
    };
  });
}

/** Names and ids that are there twice, ids and profiles that do not fit, guards that the kind does not have. */
export function accessoryProblems(accessories: readonly AccessoryDocument[] = []): DocumentProblem[] {
  const problems: DocumentProblem[] = [];
  const names = new Map<string, number>();
  const ids = new Map<string, number>();
  for (const [index, accessory] of accessories.entries()) {
    const path = ['accessories', index];
    const { name, kind, id, profile } = accessory;
    for (const [key, value, seen] of [
      ['name', name, names],
      ['id', id?.toLowerCase(), ids],
    ] as const) {
      const first = value === undefined ? undefined : seen.get(value);
      if (first !== undefined) {
        const message = `${pathName([...path, key])} is ${shown(value)}, and so is that of ${pathName(['accessories', first])}; each ${key} once`;
        problems.push({ path: [...path, key], at: 'value', message });
      } else if (value !== undefined) {
        seen.set(value, index);
      }
    }
    const fitting: readonly string[] = accessoryProfiles[kind];
    if (isRadioKind(kind) && id === undefined) {
      const message = `${pathName([...path, 'id'])} is missing; right would be the eight hex digits printed on it, in quotes`;
      problems.push({ path, at: 'value', message });
    }
    if (!isRadioKind(kind) && id !== undefined) problems.push(needless(path, 'id', kind, 'it is no radio device'));
    if (profile !== undefined && !fitting.includes(profile)) {
      const right = fitting.length === 0 ? 'none, it is no radio device' : fitting.join(' or ');
      const message = `${pathName([...path, 'profile'])} is ${profile}, which a ${kind} does not speak; right would be ${right}`;
      problems.push({ path: [...path, 'profile'], at: 'value', message });
    }
    problems.push(...guardProblems(accessory, path));
  }
  return problems;
}

/** Keys that have no default and no meaning for the kind: whoever wrote them believes in a guard that is not there. */
function guardProblems(accessory: AccessoryDocument, path: readonly (string | number)[]): DocumentProblem[] {
  const { kind, visits = [] } = accessory;
  const known = guardKeys[kind] ?? [];
  const written = { ...accessory, visits: visits.length === 0 ? undefined : visits };
  return (['hours', 'inactivity', 'area', 'visits'] as const)
    .filter((key) => written[key] !== undefined && !known.includes(key))
    .map((key) => needless(path, key, kind, known.length === 0 ? 'it guards nothing' : `it knows ${known.join(', ')}`));
}

function needless(path: readonly (string | number)[], key: string, kind: string, why: string): DocumentProblem {
  const message = `${pathName([...path, key])} means nothing to a ${kind}: ${why}; remove it`;
  return { path: [...path, key], at: 'key', message };
}
