import type { AccessoryConfiguration as Accessory } from '#protocol/configuration/configuration.ts';
import { type RadioTelegram, decodeProfile } from '#protocol/esp3/profiles.ts';
import { type ReportRecord, decodeRecord, encodeRecord } from '#protocol/mqtt/record.ts';
import { deviceTypes, statusCodes } from '#protocol/scaip/codes.ts';
import { accessoryRules } from './accessories.ts';
import { type ChartActor, startChart } from './actors.ts';
import { type AlarmDecision, type AlarmEvent, alarmChart } from './alarm.chart.ts';
import type { Entry, EntryBody, HubPorts, PendingReport, Stamp } from './ports.ts';
import { createPressFilter } from './presses.ts';
import { drawReference } from './reference.ts';

/** What the hub does once the journal has it: both may be done again after a crash without harm. */
export interface HubEffects {
  /** A report waits for the centre; `journalled` is false when the journal could not take it (B1.1). */
  deliver(report: PendingReport, journalled: boolean): void;
  /** A report waits no longer. */
  settled(ref: string): void;
}

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

/** An alarm that the centre has not acknowledged. */
interface OpenAlarm {
  ref: string;
  accessory: string;
  chart: ChartActor<AlarmEvent, AlarmDecision>;
  /** The update that waits: at most one, the newest (B1.3). */
  update: { ref: string; journalled: boolean } | undefined;
}

/** The hub's behaviour: what was heard becomes a row in the journal, and then something happens. */
export function createHub({ id, accessories, ports, effects, isConnected }: HubOptions): Hub {
  const { clock, journal, log, random } = ports;
  const enrolled = new Map(accessories.map((accessory) => [accessory.id, accessory]));
  const presses = createPressFilter(clock);
  const open = new Map<string, OpenAlarm>();
  let radioFailed = false;
  const counters: HubCounters = {
    alarms: 0,
    updates: 0,
    repeats: 0,
    strangers: 0,
    undecodable: 0,
    journalFailures: 0,
  };

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
    triggered(accessory);
  }

  /** The accessory's button was pressed, or what it watches for happened: a new alarm, or an update of its open one. */
  function triggered(accessory: Accessory): void {
    const alarm = open.get(accessory.id) ?? newAlarm(accessory.id, drawReference(random));
    for (const decision of alarm.chart.send({ type: 'pressed' })) {
      if (decision.type === 'raise') {
        raise(accessory, alarm);
      } else {
        update(accessory, alarm, decision.presses);
      }
    }
  }

  function newAlarm(accessory: string, ref: string): OpenAlarm {
    const alarm: OpenAlarm = { ref, accessory, chart: startChart(alarmChart, log), update: undefined };
    open.set(accessory, alarm);
    return alarm;
  }

  function raise(accessory: Accessory, alarm: OpenAlarm): void {
    counters.alarms += 1;
    report({ ref: alarm.ref, report: 'alarm', ...subject(accessory) });
  }

  /** Takes the place of the update that still waits, so that a hundred presses are one message (B1.3). */
  function update(accessory: Accessory, alarm: OpenAlarm, presses: number): void {
    counters.updates += 1;
    const ref = drawReference(random);
    const previous = alarm.update;
    const superseded: Entry[] =
      previous?.journalled === true ? [{ kind: 'superseded', ref: previous.ref, body: { by: ref } }] : [];
    const journalled = report({ ref, report: 'update', of: alarm.ref, presses, ...subject(accessory) }, superseded);
    alarm.update = { ref, journalled };
    if (previous !== undefined) {
      effects.settled(previous.ref);
    }
  }

  function radioFailing(reason: string): void {
    radioFailed = true;
    log.error({ reason }, 'the radio receiver fails');
    report({ ref: drawReference(random), report: 'fault', ...radioReceiver, stc: malfunction.code });
  }

  function radioWell(): void {
    if (!radioFailed) {
      return;
    }
    radioFailed = false;
    report({ ref: drawReference(random), report: 'restore', ...radioReceiver, stc: workingAgain.code });
  }

  /** Commits the report, and then, and only then, has it delivered (B1.1). Returns whether the journal took it. */
  function report(what: Reported, before: readonly Entry[] = []): boolean {
    const { ref, pri: priority } = what;
    const stamp = stampNow();
    const body = { record: record(what, stamp), buffered: !isConnected() };
    log.info({ step: what.report, ref, from: what.from, priority }, `${what.report} from ${what.from}`);
    const seq = commit(stamp, [...before, { kind: 'report', ref, priority, body }]);
    if (seq === undefined) {
      const unjournalled = { ...body, record: record({ ...what, journalled: false }, stamp) };
      effects.deliver({ seq: unjournalledSeq, ref, priority, stamp, body: unjournalled }, false);
      return false;
    }
    log.info({ step: 'journal', ref, row: seq }, 'committed to the journal');
    effects.deliver({ seq, ref, priority, stamp, body }, true);
    return true;
  }

  function record(what: Reported, { boot, monotonicMs, wallMs, trusted }: Stamp): string {
    const when = { boot, monotonicMs, wall: new Date(wallMs).toISOString(), trusted };
    return encodeRecord({ v: 1, hub: id, ...what, when });
  }

  function stampNow(): Stamp {
    return {
      boot: ports.boot,
      monotonicMs: Math.round(clock.monotonicMs()),
      wallMs: Math.round(clock.wallMs()),
      trusted: clock.wallTrusted(),
    };
  }

  /** The row of the last entry, or undefined when the journal could not take them: life goes on without it (B1.1). */
  function commit(stamp: Stamp, entries: readonly Entry[]): number | undefined {
    try {
      return journal.commit(stamp, entries).at(-1);
    } catch (error) {
      counters.journalFailures += 1;
      log.error({ error, entries: entries.map(({ kind, ref }) => ({ kind, ref })) }, 'the journal could not commit');
      return undefined;
    }
  }

  function acknowledged(report: PendingReport, body: EntryBody): void {
    const { ref, seq: row, priority } = report;
    const entries: Entry[] = [{ kind: 'acknowledged', ref, body }];
    if (row === unjournalledSeq) {
      // The journal may be well again: then the story is written down whole.
      entries.unshift({ kind: 'report', ref, priority, body: report.body });
    }
    const seq = commit(stampNow(), entries);
    log.info({ step: 'acknowledged', ref, row: seq, ...body }, 'the centre has acknowledged it');
    effects.settled(report.ref);
    for (const alarm of open.values()) {
      if (alarm.update?.ref === report.ref) {
        alarm.update = undefined;
      } else if (alarm.ref === report.ref) {
        alarm.chart.send({ type: 'acknowledged' });
        open.delete(alarm.accessory);
      }
    }
  }

  /** Open alarms are rebuilt from their rows: an alarm comes before its update, which is younger and as urgent. */
  function restore(): void {
    for (const { ref, body } of journal.pending()) {
      const read = decodeRecord(body.record);
      if (!read.ok) {
        log.error({ ref, problem: read.problem }, 'a report in the journal cannot be read; it is delivered as it is');
      } else if (read.value.report === 'alarm' && read.value.did !== undefined) {
        const alarm = newAlarm(read.value.did, ref);
        alarm.chart.send({ type: 'restored', presses: 1 });
      } else if (read.value.report === 'update') {
        restoreUpdate(read.value);
      }
    }
  }

  function restoreUpdate({ ref, of, presses }: ReportRecord): void {
    const alarm = [...open.values()].find((candidate) => candidate.ref === of);
    if (alarm !== undefined) {
      alarm.update = { ref, journalled: true };
      alarm.chart.send({ type: 'restored', presses: presses ?? 1 });
    }
  }

  return { restore, heard, acknowledged, radioFailing, radioWell, counters: () => counters };
}

function wordsOf(event: ReturnType<typeof decodeProfile>): string {
  return event.ok ? event.value.event : event.problem.message;
}

/** What the journal could not take has no row; it goes behind what has one. */
const unjournalledSeq = Number.MAX_SAFE_INTEGER;

type Reported = Omit<ReportRecord, 'v' | 'hub' | 'when'>;

const { malfunction, workingAgain } = statusCodes;

/** The receiver's line in B16. */
const radioReceiver = { from: 'hub', dty: deviceTypes.radioUnit.code, pri: 4 };

function subject({
  name,
  kind,
  id,
  location,
}: Accessory): Pick<Reported, 'from' | 'dty' | 'did' | 'stc' | 'pri' | 'lte'> {
  const { deviceType, status, priority } = accessoryRules[kind];
  const where = location === undefined ? {} : { lte: location };
  return { from: name, dty: deviceType.code, did: id, stc: status.code, pri: priority, ...where };
}
