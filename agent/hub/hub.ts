import type { Configuration } from '#protocol/configuration/configuration.ts';
import { isSecureSaying } from '#protocol/esp3/constants.ts';
import { type RadioTelegram, decodeProfile } from '#protocol/esp3/profiles.ts';
import type { Heartbeat } from '#protocol/mqtt/heartbeat.ts';
import { decodeRecord } from '#protocol/mqtt/record.ts';
import { createAccessories } from './accessories/accessories.ts';
import { createCameras } from './accessories/cameras.ts';
import { createTrackers } from './accessories/trackers.ts';
import { createInterference } from './supervision/interference.ts';
import { createSupervision } from './supervision/supervision.ts';
import { createAcknowledgements } from './acknowledgements.ts';
import { createAlarms } from './alarms.ts';
import { createTestAlarm } from './test-alarm/testAlarm.ts';
import { createHubTime, lastSeenOf } from './time/hubTime.ts';
import { createTime } from './time/time.ts';
import { type CentreKeys, createCentreKeys } from './centre-keys/centreKeys.ts';
import type { Concern, HubContext, HubState } from './concern.ts';
import { type Commands, createCommands } from './commands/commands.ts';
import { createLogExtract } from './commands/logExtract.ts';
import { createConfiguration, restoreConfigurations } from './configuration/configuration.ts';
import { createDeadlines } from './deadlines.ts';
import type { HubDevices } from './devices.ts';
import { createDisplay } from './display.ts';
import { withEnrolled } from './enrolment/enrolled.ts';
import { createEnrolment } from './enrolment/enrolment.ts';
import { readFacts } from './facts.ts';
import { type CertificateCare, createCertificateCare } from './health/certificateCare.ts';
import { createDeviceHealth } from './health/deviceHealth.ts';
import { createSharedDevices } from './health/sharedDevices.ts';
import { tellAll } from './happenings.ts';
import { createHomeSignals } from './homeSignals.ts';
import { createInstaller } from './installer/installer.ts';
import { createJournalCare } from './journalCare.ts';
import { createLife } from './life/life.ts';
import { createMobile } from './mobile/mobile.ts';
import { type PathChoice, createPathChoice } from './path/path.ts';
import type { EntryBody, HandledAnswer, HubPorts, NoteKind, PendingReport, Stamp } from './ports.ts';
import { createPower } from './power/power.ts';
import { type HubEffects, createReports } from './reports.ts';
import { createVoice } from './voice/voice.ts';
import { createSms } from './sms/sms.ts';
import { createAway } from './visits/away.ts';
import { createTags } from './visits/tags.ts';
import { createVisits } from './visits/visits.ts';

export interface HubOptions {
  /** The machine's own configuration; the centre may have sent another (B11). */
  configuration: Configuration;
  ports: HubPorts;
  devices: HubDevices;
  effects: HubEffects;
  /** Whether any path is connected right now (B1.6). */
  isConnected(): boolean;
  /** Bytes of the radio receiver that were no sound telegram, since it was opened (B8.3); none where no bytes are heard. */
  radioNoise?(): number;
}

export interface Hub {
  /** Rebuilds what was going on from the journal; called once, before anything is heard. */
  restore(): void;
  /** Opens the devices. */
  start(): void;
  stop(): void;
  /** The configuration in force; it may change while the hub runs (B11). */
  configuration(): Configuration;
  /** The keys by which a centre may sign, where its configuration names these. */
  centreKeys: CentreKeys['inForce'];
  /** When the first of the hub's certificates ends, milliseconds since 1970. */
  certificateEnds: CertificateCare['ends'];
  /** A command of a centre, its signature checked. What is a replay has no result, but a problem. */
  commanded: Commands['take'];
  /** What became of commands, as far as a centre may not know it yet. */
  results: Pick<Commands, 'untold' | 'resultOf' | 'told'>;
  /** A centre answered a heartbeat. */
  heartbeatAnswered(): void;
  /** The agent has started, or ends in order: a line in the journal (B13.1). */
  note(kind: NoteKind, body: EntryBody): void;
  /** A radio telegram came in, whosever it is. */
  heard(telegram: RadioTelegram): void;
  /** The radio receiver does not work, and nothing tried so far helped; and: it works. Only a change is reported (B16). */
  radioFailing(reason: string): void;
  radioWell(): void;
  /** Every path was tried for an alarm, or there was none to try, and nobody took it. `round` counts from 1 (B2.2). */
  roundOver(report: PendingReport, round: number): void;
  /** The centre acknowledged a report that waits (B2.1). It waits until that is committed, which may be a moment later. */
  acknowledged(report: PendingReport, answer: HandledAnswer): void;
  /** Which centre the hub works with, and what it is told of both (B4.4). */
  paths: PathChoice;
  /** What a heartbeat tells of the hub, beside itself (B4.2). */
  heartbeat(): Partial<Heartbeat>;
  state(): HubState;
  /** Commits something that changes nothing else: a journal that fails is found before an alarm needs it (B15.2). */
  tryJournal(): void;
  /** When it happened, by all that is known today; undefined while no clock of that run was ever set (B12.2). */
  wallOf(stamp: Stamp): number | undefined;
  /** How long ago it was: never less than what was seen to pass. */
  ageMs(stamp: Stamp): number;
  counters(): Readonly<Record<string, number>>;
}

/** The hub's behaviour: what was heard becomes a row in the journal, and then something happens. */
export function createHub({ configuration: local, ports, devices, effects, isConnected, radioNoise }: HubOptions): Hub {
  const { random, journal, log, boot } = ports;
  const facts = readFacts(journal);
  const lastSeen = lastSeenOf(journal, facts);
  const time = createHubTime({ clock: ports.clock, boot, facts, lastSeen });
  const { clock } = time;
  const configurations = restoreConfigurations(local, facts, log);
  const enrolled = withEnrolled(configurations.inForce, facts, log);
  const configuration = enrolled.inForce;
  const tell = tellAll(() => working());
  const reports = createReports({
    hub: local.hub,
    ports: { ...ports, clock },
    facts,
    effects,
    isConnected,
    along: (record) => working().flatMap((concern) => concern.along?.(record) ?? []),
    onReported: tell.reported,
    onJournalFailing: tell.journalFailing,
  });
  const { now, keep } = reports;
  const deadlines = createDeadlines({ clock, facts, lastSeen, now, keep, wallOf: time.wallOf });
  const display = createDisplay(devices, clock);
  const context: HubContext = {
    clock,
    random,
    log,
    configuration,
    reports,
    facts,
    deadlines,
    display,
    tell,
    isConnected,
    pathInUse: () => path.pathInUse(),
  };
  const radio = createDeviceHealth(context, 'radio');
  const shared = createSharedDevices(context, devices);
  const life = createLife(context, {
    journal,
    accessoriesChanged,
    onEnded: stopAllElse,
    settled: effects.settled,
  });
  const centreKeys = createCentreKeys(context, ports.keyIdOf);
  const certificates = createCertificateCare(context);
  const path = createPathChoice(context, effects.pathChanged);
  const concerns: readonly Concern[] = [
    life,
    // Open before anybody says that power is to be saved.
    shared.concern,
    path,
    { savePower: display.savePower },
    createTime(context, { machine: ports.clock, time, devices: shared.devices }),
    createHomeSignals(context),
    createAway(context),
    createVisits(context),
    createAlarms(context, shared.devices),
    createAccessories(context, shared.devices),
    createTrackers(context, shared.devices),
    createCameras(context),
    createSupervision(context),
    createInterference(context, radioNoise),
    createInstaller(context),
    createEnrolment(context, accessoriesChanged),
    createTags(context, shared.devices, ports.hash),
    createPower(context, shared.devices),
    createMobile(context, shared.devices, ports.hash),
    createTestAlarm(context),
    createVoice(context, shared.devices),
    createSms(context, shared.devices, acknowledgedByMessage),
    createConfiguration(context, configurations, reconfigured),
    createJournalCare(context, journal),
    createLogExtract(context, ports.extract),
    centreKeys.concern,
    certificates.concern,
  ];
  const commands = createCommands(context, working);
  const acknowledgements = createAcknowledgements({ clock, reports, concerns, onCommitted: tell.acknowledged });
  const heartbeats = concerns.flatMap(({ heartbeat }) => heartbeat ?? []);
  const counters = { strangers: 0, undecodable: 0, secure: 0 };

  /** A hub that has ended hears and does nothing any more (B14.1). */
  function working(): readonly Concern[] {
    return life.hasEnded() ? [life] : concerns;
  }

  function stopAllElse(): void {
    acknowledgements.clear();
    concerns.filter((concern) => concern !== life).forEach((concern) => concern.stop?.());
    deadlines.disarmAll();
    display.stop();
  }

  function heard(telegram: RadioTelegram): void {
    if (life.hasEnded()) return;
    const accessory = configuration().accessories.find(({ id }) => id === telegram.sender);
    tell.received(telegram, accessory);
    if (accessory === undefined) {
      counters.strangers += 1;
      tell.stranger(telegram);
      return;
    }
    const event = decodeProfile(accessory.profile, telegram);
    log.debug({ step: 'telegram', from: accessory.name, signalDbm: telegram.reception?.signalDbm }, wordsOf(event));
    if (event.ok) {
      tell.heard(accessory, event.value, telegram);
    } else {
      // What is encrypted raises an alarm at most that nobody can vouch for, so whoever looks for the reason must find it.
      if (event.problem.code === 'secure') counters.secure += 1;
      else counters.undecodable += 1;
      log.debug({ accessory: accessory.name, problem: event.problem }, 'telegram does not fit its profile');
      if (isSecureSaying(telegram.rorg)) tell.unreadable(accessory);
    }
  }

  function roundOver(report: PendingReport, round: number): void {
    const read = decodeRecord(report.body.record);
    if (read.ok) tell.roundOver(read.value, round);
  }

  /** One that the journal could not take waits for a centre all the same: it has no row that an answer could end. */
  function acknowledgedByMessage(ref: string, body: EntryBody): void {
    const report = journal.findPending(ref);
    if (report !== undefined) acknowledgements.add(report, { path: 'sms', body });
  }

  function accessoriesChanged(): void {
    enrolled.refresh();
    concerns.forEach((concern) => concern.reconfigured?.());
  }

  function reconfigured(): void {
    concerns.forEach((concern) => concern.reconfigured?.());
    effects.reconfigured();
  }

  /** What waits comes by priority and age, so that an alarm comes before its update. */
  function restore(): void {
    for (const { ref, body } of journal.pending()) {
      const read = decodeRecord(body.record);
      if (read.ok) {
        working().forEach((concern) => concern.waits?.(read.value));
      } else {
        log.error({ ref, problem: read.problem }, 'a report in the journal cannot be read; it is delivered as it is');
      }
    }
    working().forEach((concern) => concern.restore?.());
    deadlines.restore();
  }

  return {
    restore,
    start() {
      if (life.hasEnded()) return;
      const { failing, well } = createDeviceHealth(context, 'front');
      display.start({ button: tell.button, failing, well });
      concerns.forEach((concern) => concern.start?.());
    },
    stop() {
      acknowledgements.stop();
      working().forEach((concern) => concern.stop?.());
      if (!life.hasEnded()) display.stop();
    },
    configuration,
    centreKeys: centreKeys.inForce,
    certificateEnds: certificates.ends,
    commanded: commands.take,
    results: commands,
    heartbeatAnswered: tell.heartbeatAnswered,
    note: reports.note,
    heard,
    roundOver,
    acknowledged: acknowledgements.add,
    radioFailing: radio.failing,
    radioWell: radio.well,
    paths: path.choice,
    heartbeat() {
      // It is made 720 times a day, and most concerns have nothing to say.
      const told: Partial<Heartbeat> = {};
      for (const heartbeat of heartbeats) Object.assign(told, heartbeat());
      return told;
    },
    wallOf: time.wallOf,
    ageMs: time.ageMs,
    tryJournal() {
      // Nothing comes into a journal that was wiped (B14.1).
      if (!life.hasEnded()) keep([{ key: 'journal-tried', value: now().wallMs }]);
    },
    state: () => concerns.reduce<HubState>((told, { state }) => ({ ...told, ...state?.() }), hubStateAtBegin),
    counters: () => ({
      ...concerns.reduce<Record<string, number>>((told, concern) => ({ ...told, ...concern.counters?.() }), {}),
      ...counters,
      journalFailures: reports.journalFailures(),
    }),
  };
}

/** A hub in service in which nothing has happened yet. */
export const hubStateAtBegin: HubState = {
  visit: 'none',
  mode: 'in-service',
  away: false,
  configuration: 1,
  path: 'none',
};

function wordsOf(event: ReturnType<typeof decodeProfile>): string {
  return event.ok ? event.value.event : event.problem.message;
}
