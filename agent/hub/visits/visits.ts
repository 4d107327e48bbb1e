import type { TagConfiguration } from '#protocol/configuration/visitsSection.ts';
import type { ReportRecord } from '#protocol/mqtt/record.ts';
import { deviceTypes, statusCodes } from '#protocol/scaip/codes.ts';
import { startChart } from '#agent/hub/actors.ts';
import type { CommandOutcome, Concern, HubContext } from '#agent/hub/concern.ts';
import type { Kept } from '#agent/hub/ports.ts';
import type { ReportContent } from '#agent/hub/reports.ts';
import { visitChart, type VisitDecision, type VisitEvent } from './visit.chart.ts';

/** Kept while a visit is open. */
const visitKey = 'visit';
const openDeadline = 'visit-open';
const awaitedDeadline = 'visit-awaited';

const { presencePlanned, presenceUponAlarm, checkOut, unauthorisedAccess, timeExpired } = statusCodes;

/** What the hub tells of itself, B16. */
const ofHub = { report: 'information', from: 'hub', dty: deviceTypes.hub.code, pri: 1 } as const;

/** Staff come and go (B9): the proof that somebody was there (H10). */
export function createVisits(context: HubContext): Concern {
  const { configuration, reports, facts, deadlines, display, tell, log } = context;
  const chart = startChart(visitChart, log);
  const counters = { visits: 0, unknownTags: 0 };

  deadlines.when(openDeadline, () => send({ type: 'due' }));
  deadlines.when(awaitedDeadline, () => reports.keep([deadlines.clear(awaitedDeadline)]));

  function isOpen(): boolean {
    return facts.get(visitKey) !== undefined;
  }

  function tagRead(tag: TagConfiguration | undefined): void {
    if (tag === undefined) {
      counters.unknownTags += 1;
      reports.report({ ...ofHub, stc: unauthorisedAccess.code });
      refused();
    } else if (!tag.installer) {
      send({ type: 'tag', awaited: deadlines.isSet(awaitedDeadline) }, tag.name);
    }
  }

  function refused(): void {
    display.flash('refused', configuration().visits.shownForMs);
    display.play('refused');
  }

  function send(event: VisitEvent, from = ''): readonly VisitDecision[] {
    const decisions = chart.send(event);
    decisions.forEach((decision) => carryOut(decision, from));
    return decisions;
  }

  function carryOut(decision: VisitDecision, from: string): void {
    switch (decision.type) {
      case 'in':
        counters.visits += 1;
        checkIn(from, decision.uponAlarm);
        return;
      case 'out':
        reports.report(visit(from, checkOut.code), { keep: closed(), note: ['visit', { closedBy: from }] });
        tellClosed();
        display.flash('checked-out', configuration().visits.shownForMs);
        display.play('checked-out');
        return;
      case 'overdue':
        reports.report(
          { ...ofHub, stc: timeExpired.code },
          { keep: [{ key: visitKey, value: { overdue: true } }, deadlines.clear(openDeadline)] },
        );
        return;
      case 'closed':
        reports.note('visit', { closedBy: 'centre' }, closed());
        tellClosed();
        return;
      case 'awaited-closed':
        reports.note('visit', { closedBy: 'centre', checkedIn: false }, [deadlines.clear(awaitedDeadline)]);
        return;
      case 'nothing-to-close':
    }
  }

  /** The alarm has what it awaited; the next one awaits a visit of its own. */
  function checkIn(from: string, uponAlarm: boolean): void {
    const { openAtMostMs } = configuration().visits;
    reports.report(visit(from, uponAlarm ? presenceUponAlarm.code : presencePlanned.code), {
      keep: [
        { key: visitKey, value: { overdue: false } },
        deadlines.set(openDeadline, openAtMostMs),
        ...(uponAlarm ? [deadlines.clear(awaitedDeadline)] : []),
      ],
      note: ['visit', { openedBy: from, uponAlarm }],
    });
    display.light('checked-in', true);
    display.play('checked-in');
    tell.visitChanged(true);
  }

  function closed(): Kept[] {
    return [{ key: visitKey, value: undefined }, deadlines.clear(openDeadline)];
  }

  function tellClosed(): void {
    display.light('checked-in', false);
    tell.visitChanged(false);
  }

  function closeVisit(): CommandOutcome {
    const decisions = send({ type: 'closedByCentre', awaited: deadlines.isSet(awaitedDeadline) });
    return decisions.some(({ type }) => type === 'nothing-to-close')
      ? { outcome: 'refused', reason: 'no visit is open, and no alarm awaits one' }
      : { outcome: 'done' };
  }

  return {
    tagRead,
    along: ({ report }: ReportRecord) =>
      report === 'alarm' ? [deadlines.set(awaitedDeadline, configuration().visits.awaitedForMs)] : [],
    restore() {
      if (isOpen()) chart.send({ type: 'restored', overdue: isOverdue(facts.get(visitKey)) });
    },
    start() {
      if (!isOpen()) return;
      display.light('checked-in', true);
      tell.visitChanged(true);
    },
    commands: { 'close-visit': closeVisit },
    state: () => ({ visit: isOpen() ? 'open' : 'none' }),
    counters: () => counters,
  };
}

/** The report is a proof: it has its time from the commit, and no voice (B9.1). */
function visit(from: string, stc: number): ReportContent {
  return { report: 'visit', from, dty: deviceTypes.hub.code, stc, pri: 5 };
}

function isOverdue(kept: unknown): boolean {
  return typeof kept === 'object' && kept !== null && 'overdue' in kept && kept.overdue === true;
}
