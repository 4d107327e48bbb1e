import { localTimeIn } from '#protocol/core/hours.ts';
import { failure, type Result, success } from '#protocol/core/result.ts';
import { type AccessoryConfiguration, accessoryProblems, readAccessories } from './accessorySection.ts';
import { type Centres, centreProblems, toCentres } from './centreSection.ts';
import { readDocument } from './document.ts';
import { type FittedDevices, readFitted } from './fittedSections.ts';
import { type HeartbeatConfiguration, toHeartbeat } from './heartbeatSection.ts';
import { type ModemConfiguration, readModemSection } from './modemSection.ts';
import { readSmsSection, type SmsConfiguration } from './smsSection.ts';
import type { DocumentProblem } from './problem.ts';
import { type PowerConfiguration, readPower } from './powerSection.ts';
import { type JournalConfiguration, readJournal } from './journalSection.ts';
import { readRemote, type RemoteConfiguration } from './remoteSection.ts';
import { type ConfigurationDocument, configurationSchema } from './schema.ts';
import {
  type InterferenceConfiguration,
  readInterference,
  readSupervision,
  type SupervisionConfiguration,
} from './supervisionSection.ts';
import {
  type EnrolmentConfiguration,
  type InstallerConfiguration,
  readEnrolment,
  readInstaller,
  readTags,
  readVisits,
  type TagConfiguration,
  tagProblems,
  type VisitsConfiguration,
} from './visitsSection.ts';
import { readTestAlarm, type TestAlarmConfiguration } from './testAlarmSection.ts';
import { readTime, type TimeConfiguration } from './timeSection.ts';
import { filled, milliseconds } from './values.ts';
import { type VoiceConfiguration, readVoice } from './voiceSection.ts';

export type { AccessoryConfiguration } from './accessorySection.ts';
export type { CentreConfiguration } from './centreSection.ts';
export type { DocumentProblem } from './problem.ts';

/** The hub's configuration as the agent uses it: checked, every default filled in, durations in milliseconds. */
export interface Configuration extends FittedDevices {
  /** The hub's id at the centre. */
  hub: string;
  /** Rises with each change (B11.1). */
  version: number;
  centre: Centres;
  /** B2.2–B2.4. */
  paths: {
    answerWithinMs: number;
    rounds: number;
    roundEveryMs: number;
    thenEveryMs: number;
    holdEveryMs: number;
    holdAtMostMs: number;
  };
  heartbeat: HeartbeatConfiguration;
  remote: RemoteConfiguration;
  /** B6. */
  power: PowerConfiguration;
  /** B5. */
  testAlarm: TestAlarmConfiguration;
  /** B12. */
  time: TimeConfiguration;
  /** The serial port's path, absolute. */
  radio: { port: string };
  modem: ModemConfiguration;
  sms: SmsConfiguration;
  /** B8. */
  accessories: readonly AccessoryConfiguration[];
  /** Of the home: the name of a zone that is known here. */
  timezone: string;
  /** B8.2. */
  supervision: SupervisionConfiguration;
  /** B8.3. */
  interference: InterferenceConfiguration;
  /** B9.1. */
  tags: readonly TagConfiguration[];
  visits: VisitsConfiguration;
  /** B10. */
  installer: InstallerConfiguration;
  /** B14.2. */
  enrolment: EnrolmentConfiguration;
  /** B3. */
  voice: VoiceConfiguration;
  journal: JournalConfiguration;
  log: { level: 'debug' | 'info' | 'warn' | 'error' };
}

/**
 * Reads a configuration that was parsed already (from YAML, from JSON). Nothing outside is looked at: file names are
 * neither resolved nor opened.
 */
export function readConfiguration(value: unknown): Result<Configuration, readonly DocumentProblem[]> {
  const document = readDocument(configurationSchema, value);
  if (!document.ok) return document;
  const problems = [
    ...centreProblems(document.value.centre),
    ...accessoryProblems(document.value.accessories),
    ...timezoneProblems(document.value),
    ...tagProblems(document.value.tags),
  ];
  return problems.length === 0 ? success(toConfiguration(document.value)) : failure(problems);
}

function timezoneProblems({ timezone }: ConfigurationDocument): DocumentProblem[] {
  const read = localTimeIn(filled(timezone));
  return read.ok ? [] : [{ path: ['timezone'], at: 'value', message: `timezone: ${read.problem}` }];
}

function toConfiguration(document: ConfigurationDocument): Configuration {
  const { hub, version, centre, paths, heartbeat, remote, radio, modem, journal, log } = document;
  return {
    hub,
    version: filled(version),
    centre: toCentres(centre),
    paths: {
      answerWithinMs: milliseconds(paths?.answerWithin),
      rounds: filled(paths?.rounds),
      roundEveryMs: milliseconds(paths?.roundEvery),
      thenEveryMs: milliseconds(paths?.thenEvery),
      holdEveryMs: milliseconds(paths?.holdEvery),
      holdAtMostMs: milliseconds(paths?.holdAtMost),
    },
    heartbeat: toHeartbeat(heartbeat),
    remote: readRemote(remote),
    power: readPower(document.power),
    testAlarm: readTestAlarm(document.testAlarm),
    time: readTime(document.time),
    radio: { port: filled(radio?.port) },
    modem: readModemSection(modem),
    ...readFitted(document),
    sms: readSmsSection(document.sms),
    accessories: readAccessories(document.accessories),
    timezone: filled(document.timezone),
    supervision: readSupervision(document.supervision),
    interference: readInterference(document.interference),
    tags: readTags(document.tags),
    visits: readVisits(document.visits),
    installer: readInstaller(document.installer),
    enrolment: readEnrolment(document.enrolment),
    voice: readVoice(document.voice),
    journal: readJournal(journal),
    log: { level: filled(log?.level) },
  };
}
