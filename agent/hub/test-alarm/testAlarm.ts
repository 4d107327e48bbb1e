import type { CommandOutcome, Concern, HubContext } from '#agent/hub/concern.ts';
import { startChart } from '#agent/hub/actors.ts';
import type { ReportContent } from '#agent/hub/reports.ts';
import { deviceTypes, statusCodes } from '#protocol/scaip/codes.ts';
import { type TestAlarmDecision, testAlarmChart } from './testAlarm.chart.ts';

/** The deadline of the next one. */
export const nextTestAlarm = 'test-alarm';
/** Until then the newest is to be acknowledged. */
const answerDeadline = 'test-alarm-answer';

const testPriority = 2;
const faultPriority = 4;

/**
 * The automatic test alarm (B5): an alarm in every respect but that nobody is called and nothing is seen or heard. The
 * next one is counted from this one, in the same commit, so that no restart makes one more or one fewer.
 */
export function createTestAlarm({ configuration, deadlines, log, reports }: HubContext): Concern {
  const chart = startChart(testAlarmChart, log);
  const counters = { testAlarms: 0, testAlarmFaults: 0 };
  let newest: string | undefined;
  let path: 'primary' | 'reserve' | 'none' = 'none';
  let everyMs = configuration().testAlarm.everyMs;

  function carryOut({ type }: TestAlarmDecision): void {
    if (type === 'raise') raise();
    else if (type === 'fault') fault();
    else reports.keep([deadlines.clear(answerDeadline)]);
  }

  function raise(): void {
    counters.testAlarms += 1;
    // The reference is known before the report goes out: its answer may come while it does.
    newest = reports.newReference();
    const next = deadlines.set(nextTestAlarm, everyMs);
    const answer = deadlines.set(answerDeadline, configuration().testAlarm.answerWithinMs);
    const code = path === 'reserve' ? statusCodes.testRedundant : statusCodes.testPrimary;
    reports.raise(newest, fromHub('test', code.code, testPriority), { keep: [next, answer] });
  }

  /** The deadline goes with the same commit: after a restart there is no second fault. */
  function fault(): void {
    counters.testAlarmFaults += 1;
    const content = fromHub('fault', statusCodes.timeExpired.code, faultPriority);
    reports.report(content, { keep: [deadlines.clear(answerDeadline)] });
  }

  function due(): void {
    chart.send({ type: 'due' }).forEach(carryOut);
  }

  deadlines.when(nextTestAlarm, due);
  deadlines.when(answerDeadline, () => chart.send({ type: 'late' }).forEach(carryOut));

  return {
    waits({ report, ref }) {
      if (report === 'test') newest = ref;
    },
    /** The first one is counted from here; later ones from the one before (B5.1). */
    restore() {
      if (!deadlines.isKept(nextTestAlarm)) reports.keep([deadlines.set(nextTestAlarm, everyMs)]);
      const isAnswerDue = deadlines.isKept(answerDeadline);
      if (newest !== undefined) chart.send({ type: 'restored', overdue: !isAnswerDue });
      else if (isAnswerDue) reports.keep([deadlines.clear(answerDeadline)]);
    },
    acknowledged({ ref }) {
      if (ref !== newest) return;
      newest = undefined;
      chart.send({ type: 'acknowledged' }).forEach(carryOut);
    },
    pathChanged(is) {
      path = is;
    },
    reconfigured() {
      const before = everyMs;
      ({ everyMs } = configuration().testAlarm);
      const leftMs = deadlines.leftMs(nextTestAlarm);
      if (leftMs === undefined || everyMs === before) return;
      reports.keep([deadlines.set(nextTestAlarm, Math.max(0, leftMs + everyMs - before))]);
    },
    commands: {
      'test-alarm': (): CommandOutcome => {
        due();
        // It may have been acknowledged while it went out.
        return { outcome: 'done', ...(newest === undefined ? {} : { body: { ref: newest } }) };
      },
    },
    counters: () => counters,
  };
}

function fromHub(report: 'test' | 'fault', status: number, priority: number): ReportContent {
  return { report, from: 'hub', dty: deviceTypes.hub.code, stc: status, pri: priority };
}
