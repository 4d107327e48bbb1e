import { type Static, Type } from 'typebox';
import { hourMs, minuteMs, secondMs } from '#protocol/core/time.ts';
import { idPattern } from '#protocol/mqtt/identifiers.ts';
import { accessorySchema } from './accessorySection.ts';
import { centreSection } from './centreSection.ts';
import { gnssSection, radarSection, readerSection, upsSection } from './fittedSections.ts';
import { frontSection } from './frontSection.ts';
import { heartbeatSection } from './heartbeatSection.ts';
import { interferenceSchema, supervisionSchema } from './supervisionSection.ts';
import { modemSection } from './modemSection.ts';
import { smsSection } from './smsSection.ts';
import { journalSchema } from './journalSection.ts';
import { duration, pathText, section, text } from './keys.ts';
import { powerSchema } from './powerSection.ts';
import { remoteSchema } from './remoteSection.ts';
import { enrolmentSchema, installerSchema, tagsSchema, visitsSchema } from './visitsSection.ts';
import { testAlarmSection } from './testAlarmSection.ts';
import { timeSection } from './timeSection.ts';
import { voiceSection } from './voiceSection.ts';

/** The hub's configuration as it is written. Each key has a description and, unless there can be none, its default. */

export const configurationSchema = Type.Object(
  {
    hub: text(idPattern, 'letters, digits and hyphens, 32 at most', "The hub's id at the centre."),
    centre: centreSection,
    paths: section(
      {
        answerWithin: duration('10s', secondMs, 10 * minuteMs, 'A path gets this long to acknowledge (B2.2).'),
        rounds: Type.Optional(
          Type.Integer({
            minimum: 1,
            maximum: 1_000,
            default: 16,
            description: 'Unacknowledged on all paths: so many rounds, roundEvery apart (B2.3). From 1 to 1000.',
          }),
        ),
        roundEvery: duration('30s', secondMs, hourMs, 'The time between those rounds (B2.3).'),
        thenEvery: duration('10m', secondMs, 24 * hourMs, 'The time between all further rounds, for ever (B2.3).'),
        holdEvery: duration('10s', 5 * secondMs, 20 * secondMs, 'On hold, the centre is asked again after it (B2.4).'),
        holdAtMost: duration('30m', 3 * minuteMs, 30 * minuteMs, 'For so long; then the next path (B2.4).'),
      },
      'How a report gets through.',
    ),
    heartbeat: heartbeatSection,
    version: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1_000_000_000,
        default: 1,
        description:
          "Rises with each change. A configuration from the centre counts as long as this file's is not higher (B11.1). From 1 on.",
      }),
    ),
    timezone: Type.Optional(
      text(
        '^[A-Za-z][A-Za-z0-9_+/-]{0,63}$',
        'the name of a time zone such as Europe/Stockholm',
        'The time zone of the home, for all hours of the day.',
        'Europe/Stockholm',
      ),
    ),
    remote: remoteSchema,
    power: powerSchema,
    testAlarm: testAlarmSection,
    time: timeSection,
    radio: section(
      {
        port: Type.Optional(
          pathText(
            '/dev/ttyUSB0',
            'The serial port of the EnOcean stick. It may be plugged in later.',
            '/dev/welfare-hub/radio',
          ),
        ),
      },
      'The receiver of the accessories.',
    ),
    modem: modemSection,
    gnss: gnssSection,
    ups: upsSection,
    reader: readerSection,
    radar: radarSection,
    front: frontSection,
    sms: smsSection,
    accessories: Type.Optional(
      Type.Array(accessorySchema, {
        maxItems: 64,
        default: [],
        description: 'The enrolled accessories, 64 at most (B8).',
      }),
    ),
    supervision: supervisionSchema,
    interference: interferenceSchema,
    tags: tagsSchema,
    visits: visitsSchema,
    installer: installerSchema,
    enrolment: enrolmentSchema,
    voice: voiceSection,
    journal: journalSchema,
    log: section(
      {
        level: Type.Optional(
          Type.Enum(['debug', 'info', 'warn', 'error'], { default: 'info', description: 'The least that is logged.' }),
        ),
      },
      'What the agent says about itself, on standard error.',
    ),
  },
  {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'hub.yaml',
    description: 'The configuration of a welfare hub.',
    additionalProperties: false,
    'x-whole': 'the configuration',
  },
);

export type ConfigurationDocument = Static<typeof configurationSchema>;
