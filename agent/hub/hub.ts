import type { AccessoryConfiguration as Accessory } from '#protocol/configuration/configuration.ts';
import { type RadioTelegram, decodeProfile } from '#protocol/esp3/profiles.ts';
import { decodeRecord } from '#protocol/mqtt/record.ts';
import { deviceTypes, statusCodes } from '#protocol/scaip/codes.ts';
import { accessoryRules } from './accessories.ts';
import { createAlarms } from './alarms.ts';
import type { EntryBody, HubPorts, NoteKind, PendingReport } from './ports.ts';
import { createPressFilter } from './presses.ts';
import { type HubEffects, createReports } from './reports.ts';

export interface HubOptions {
  /** The hub's id at the centre. */
  id: string;
  accessories: readonly Accessory[];
  ports: HubPorts;
  effects: HubEffects;
  /** Whether any path is connected right now (B1.6). */
  isConnected(): boolean;
}

export interface Hub {
  /** Rebuilds what was going on from the journal; called once, before anything is heard. */
  restore(): void;
  /** The agent has started, or ends in order: a line in the journal (B13.1). */
  note(kind: NoteKind, body: EntryBody): void;
  /** A radio telegram came in, whosever it is. */
  heard(telegram: RadioTelegram): void;
  /** The radio receiver does not work, and nothing tried so far helped; and: it works. Only a change is reported (B16). */
  radioFailing(reason: string): void;
  radioWell(): void;
  /** The centre acknowledged a report that waits (B2.1). `body` goes into the journal. */
  acknowledged(report: PendingReport, body: EntryBody): void;
  counters(): Readonly<HubCounters>;
}

/** What costs nothing but a number (B1.4, B15.3). */
export interface HubCounters {
  alarms: number;
  updates: number;
  /** Further telegrams of one press (B1.2). */
  repeats: number;
  /** Telegrams of devices that are not enrolled: the neighbour's. */
  strangers: number;
  /** Telegrams of enrolled devices that do not fit their profile. */
  undecodable: number;
  journalFailures: number;
}

/** The hub's behaviour: what was heard becomes a row in the journal, and then something happens. */
export function createHub({ id, accessories, ports, effects, isConnected }: HubOptions): Hub {
  const { clock, journal, log } = ports;
  const enrolled = new Map(accessories.map((accessory) => [accessory.id, accessory]));
  const presses = createPressFilter(clock);
  const reports = createReports({ hub: id, ports, effects, isConnected });
  const alarms = createAlarms(reports, log);
  let radioFailed = false;
  const counters = { repeats: 0, strangers: 0, undecodable: 0 };

  function heard(telegram: RadioTelegram): void {
    const accessory = enrolled.get(telegram.sender);
    if (accessory === undefined) {
      counters.strangers += 1;
      return;
    }
    const event = decodeProfile(accessory.profile, telegram);
    log.debug({ step: 'telegram', from: accessory.name, signalDbm: telegram.reception?.signalDbm }, wordsOf(event));
    if (!event.ok) {
      counters.undecodable += 1;
      log.debug({ accessory: accessory.name, problem: event.problem }, 'telegram does not fit its profile');
      return;
    }
    const button = accessoryRules[accessory.kind].trigger(event.value);
    if (button === undefined) {
      return;
    }
    if (presses.isRepeat(accessory.id, button)) {
      counters.repeats += 1;
      return;
    }
    alarms.triggered(accessory);
  }

  function radioFailing(reason: string): void {
    radioFailed = true;
    log.error({ reason }, 'the radio receiver fails');
    reports.raise(reports.newReference(), { report: 'fault', ...radioReceiver, stc: malfunction.code });
  }

  function radioWell(): void {
    if (!radioFailed) {
      return;
    }
    radioFailed = false;
    reports.raise(reports.newReference(), { report: 'restore', ...radioReceiver, stc: workingAgain.code });
  }

  function acknowledged(report: PendingReport, body: EntryBody): void {
    reports.acknowledged(report, body);
    alarms.acknowledged(report.ref);
  }

  /** What waits comes by priority and age, so that an alarm comes before its update. */
  function restore(): void {
    for (const { ref, body } of journal.pending()) {
      const read = decodeRecord(body.record);
      if (read.ok) {
        alarms.restore(read.value);
      } else {
        log.error({ ref, problem: read.problem }, 'a report in the journal cannot be read; it is delivered as it is');
      }
    }
  }

  return {
    restore,
    note: reports.note,
    heard,
    acknowledged,
    radioFailing,
    radioWell,
    counters: () => ({ ...alarms.counters(), ...counters, journalFailures: reports.journalFailures() }),
  };
}

function wordsOf(event: ReturnType<typeof decodeProfile>): string {
  return event.ok ? event.value.event : event.problem.message;
}

const { malfunction, workingAgain } = statusCodes;

/** The receiver's line in B16. */
const radioReceiver = { from: 'hub', dty: deviceTypes.radioUnit.code, pri: 4 };
