import { Type } from 'typebox';
import { hourMs, minuteMs, secondMs } from '#protocol/core/time.ts';
import { duration, printable, section, text } from './keys.ts';
import { filled, milliseconds } from './values.ts';

const dayMs = 24 * hourMs;
const mebibyte = 1_048_576;

export const journalSchema = section(
  {
    file: Type.Optional(
      text(
        printable(1_024),
        'the name of a file',
        'Where the journal is kept, on a disk of its own if possible. A relative name counts from this file.',
        '/var/lib/welfare-hub/journal.db',
      ),
    ),
    keep: duration('365d', 7 * dayMs, 3_650 * dayMs, 'What is older goes, unless it waits for the centre (B13.1).'),
    lookAgain: duration(
      '10m',
      secondMs,
      60 * minuteMs,
      'How often is looked whether a journal that fails is well again; well is what took everything in between (B16).',
    ),
    limit: Type.Optional(
      Type.Integer({
        minimum: 16,
        maximum: 4_096,
        default: 200,
        description:
          'What does not fit into so many megabytes goes, the oldest of the lowest kind first, alarms last (B13.2). From 16 to 4096.',
      }),
    ),
  },
  'What happened, and what waits for the centre (B13).',
);

export interface JournalConfiguration {
  file: string;
  keepMs: number;
  lookAgainMs: number;
  limitBytes: number;
}

export function readJournal(
  journal: { file?: string; keep?: string; lookAgain?: string; limit?: number } | undefined,
): JournalConfiguration {
  const { file, keep, lookAgain, limit } = filled(journal);
  return {
    file: filled(file),
    keepMs: milliseconds(keep),
    lookAgainMs: milliseconds(lookAgain),
    limitBytes: filled(limit) * mebibyte,
  };
}
