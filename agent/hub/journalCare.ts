import { type Cancel, hourMs } from '#protocol/core/time.ts';
import { deviceTypes, statusCodes } from '#protocol/scaip/codes.ts';
import type { Concern, HubContext } from './concern.ts';
import { type Journal, salvagedKey } from './ports.ts';
import type { AlarmSubject } from './reports.ts';

/** Between two looks at what may go; nothing is written when nothing goes. */
const everyMs = hourMs;
/** From one step of the work to the next, so that nothing else waits for long. */
const stepMs = 100;

/** B16's line. */
const journalLine = { from: 'hub', dty: deviceTypes.hub.code, pri: 4 };

/** Somebody raised an alarm, and who and what is not to be read any more: the hub calls in its own name (B1.1). */
const lostAlarm: AlarmSubject = { from: 'hub', dty: deviceTypes.hub.code, stc: statusCodes.alarmManual.code, pri: 8 };

const failingKey = 'journal-failing';

/** Keeps the journal within its bounds (B13), and says when it does not take what happens (B16). */
export function createJournalCare(
  { clock, log, reports, facts, configuration, tell }: HubContext,
  journal: Journal,
): Concern {
  let cancelWork: Cancel = () => {};
  let removedRows = 0;
  let failedSinceLast = false;

  function work(): void {
    const more = retainStep();
    const isFailing = facts.get(failingKey) !== undefined;
    if (!more && (removedRows > 0 || isFailing)) {
      reports.note('retention', { removed: removedRows });
      removedRows = 0;
    }
    if (!more && isFailing) lookAgain();
    cancelWork();
    cancelWork = clock.at(
      clock.monotonicMs() + (more ? stepMs : isFailing ? configuration().journal.lookAgainMs : everyMs),
      work,
    );
  }

  /** Well is what took everything for a whole while; what it did not take is told behind this moment. */
  function lookAgain(): void {
    if (failedSinceLast) failedSinceLast = false;
    else report('restore', statusCodes.normal.code, undefined);
  }

  function report(kind: 'fault' | 'restore', stc: number, kept: true | undefined): void {
    log[kind === 'fault' ? 'error' : 'info']({}, kind === 'fault' ? 'the journal fails' : 'the journal is well again');
    // A journal that was made anew while the hub ran may lack some of what the hub remembers.
    const keep = kept === true ? facts.under('') : [];
    reports.report(
      { report: kind, ...journalLine, stc },
      { keep: [...keep, { key: failingKey, value: kept }, { key: salvagedKey, value: undefined }] },
    );
  }

  function retainStep(): boolean {
    try {
      const { removed, more } = journal.retain(reports.now(), configuration().journal.keepMs);
      removedRows += removed;
      return more;
    } catch (error) {
      log.error({ error }, 'the journal cannot be kept within its bounds');
      failing();
      return false;
    }
  }

  function failing(): void {
    failedSinceLast = true;
    if (facts.get(failingKey) !== undefined) return;
    report('fault', statusCodes.memoryFailure.code, true);
    cancelWork();
    cancelWork = clock.at(clock.monotonicMs() + configuration().journal.lookAgainMs, work);
  }

  function start(): void {
    const salvaged = facts.get(salvagedKey);
    if (salvaged !== undefined) {
      if (hasLostAlarms(salvaged)) tell.triggered(lostAlarm);
      failing();
    }
    // What failed before this run has not taken anything for a whole while yet.
    failedSinceLast = facts.get(failingKey) !== undefined;
    work();
  }

  return { start, stop: () => cancelWork(), journalFailing: failing };
}

/** Of what waited, there are alarms of which nothing but the reference could be read. */
function hasLostAlarms(salvaged: unknown): boolean {
  return (
    typeof salvaged === 'object' &&
    salvaged !== null &&
    'lostAlarms' in salvaged &&
    typeof salvaged.lostAlarms === 'number' &&
    salvaged.lostAlarms > 0
  );
}
