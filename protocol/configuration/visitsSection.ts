import { type Static, Type } from 'typebox';
import { hourMs, minuteMs, secondMs } from '#protocol/core/time.ts';
import { duration, map, secret, section, text } from './keys.ts';
import { type DocumentProblem, pathName, shown } from './problem.ts';
import { filled, milliseconds } from './values.ts';

/** B9, B10 and B14.2: who comes to the home, and what they do at the hub. */

const tag = map(
  {
    // Whoever writes a person's name here is not to find it in a log.
    name: secret(
      '^(?!(hub|unknown)$)[a-z0-9][a-z0-9-]{0,31}$',
      'small letters, digits and hyphens, 32 at most, and neither hub nor unknown',
      'What reports call it; each name once. A label such as day-staff, not the name of a person.',
    ),
    hash: text(
      '^[0-9a-fA-F]{64}$',
      'the 64 hex digits of a SHA-256',
      "Its number, hidden: SHA-256 in hex of the hub's id, a colon and the ten hex digits of the number in small " +
        'letters; each hash once. The number itself is kept nowhere.',
    ),
    installer: Type.Optional(
      Type.Boolean({
        default: false,
        description: 'It begins and ends installer mode (B10), and checks nobody in.',
      }),
    ),
  },
  'A tag that the hub knows.',
);

export const tagsSchema = Type.Optional(
  Type.Array(tag, { maxItems: 256, default: [], description: 'The tags of the staff, 256 at most (B9.1).' }),
);

export const visitsSchema = section(
  {
    repeatWithin: duration(
      '3s',
      2 * secondMs,
      minuteMs,
      'A tag read again within it is read once (B9.2); one that lies on the reader is read every second.',
    ),
    awaitedFor: duration('24h', minuteMs, 7 * 24 * hourMs, 'An alarm awaits a visit for so long at most (B9.1).'),
    openAtMost: duration('4h', minuteMs, 7 * 24 * hourMs, 'A visit open for longer is told to the centre (B9.3).'),
    shownFor: duration('5s', secondMs, minuteMs, 'The lights for out and for refused are on for so long (B9.5).'),
  },
  'Visits of the staff.',
);

export const installerSchema = section(
  { endsAfter: duration('30m', minuteMs, 24 * hourMs, 'Installer mode ends by itself after it (B10.1).') },
  'Installer mode, with its range test.',
);

export const enrolmentSchema = section(
  {
    window: duration('10m', minuteMs, hourMs, 'The window for teach-in telegrams is open for so long (B14.2).'),
    weakestDbm: Type.Optional(
      Type.Integer({
        minimum: -120,
        maximum: 0,
        default: -75,
        description:
          "A teach-in telegram weaker than this is not taken: it may be the next flat's (B14.2). In dBm, -120 to 0.",
      }),
    ),
  },
  'How new accessories are enrolled at the hub.',
);

export interface TagConfiguration {
  name: string;
  /** SHA-256 in hex, in lower case, of `tagText`. */
  hash: string;
  installer: boolean;
}

export interface VisitsConfiguration {
  repeatWithinMs: number;
  awaitedForMs: number;
  openAtMostMs: number;
  shownForMs: number;
}

export interface InstallerConfiguration {
  endsAfterMs: number;
}

export interface EnrolmentConfiguration {
  windowMs: number;
  weakestDbm: number;
}

/** What is hashed in place of a tag's number, ten hex digits in lower case. Each hub has hashes of its own. */
export function tagText(hub: string, number: string): string {
  return `${hub}:${number}`;
}

export function readTags(tags: Static<typeof tagsSchema> | undefined): readonly TagConfiguration[] {
  return filled(tags).map(({ name, hash, installer }) => ({
    name,
    hash: hash.toLowerCase(),
    installer: filled(installer),
  }));
}

/** A name or a hash that two tags have. */
export function tagProblems(tags: Static<typeof tagsSchema> = []): DocumentProblem[] {
  const seen = new Map<string, number>();
  return tags.flatMap(({ name, hash }, index) =>
    Object.entries({ name, hash: hash.toLowerCase() }).flatMap(([key, value]): DocumentProblem[] => {
      const first = seen.get(`${key}/${value}`);
      if (first === undefined) {
        seen.set(`${key}/${value}`, index);
        return [];
      }
      const path = ['tags', index, key];
      const message = `${pathName(path)} is ${shown(value)}, and so is that of ${pathName(['tags', first])}; each ${key} once`;
      return [{ path, at: 'value', message }];
    }),
  );
}

export function readVisits(visits: Static<typeof visitsSchema> | undefined): VisitsConfiguration {
  const { repeatWithin, awaitedFor, openAtMost, shownFor } = filled(visits);
  return {
    repeatWithinMs: milliseconds(repeatWithin),
    awaitedForMs: milliseconds(awaitedFor),
    openAtMostMs: milliseconds(openAtMost),
    shownForMs: milliseconds(shownFor),
  };
}

export function readInstaller(installer: Static<typeof installerSchema> | undefined): InstallerConfiguration {
  return { endsAfterMs: milliseconds(filled(installer).endsAfter) };
}

export function readEnrolment(enrolment: Static<typeof enrolmentSchema> | undefined): EnrolmentConfiguration {
  const { window, weakestDbm } = filled(enrolment);
  return { windowMs: milliseconds(window), weakestDbm: filled(weakestDbm) };
}
