import type { Concern, HubContext } from '#agent/hub/concern.ts';
import { startChart } from '#agent/hub/actors.ts';
import { deviceTypes, statusCodes } from '#protocol/scaip/codes.ts';
import type { Cancel } from '#protocol/core/time.ts';
import { type CentrePathName, type PathCondition, type PathDecision, pathChart } from './path.chart.ts';

export type { CentrePathName, PathCondition } from './path.chart.ts';

/** Which centre the hub works with, and what is known of the other. */
export interface PathChoice {
  /** The connection to a centre's broker came or went, or its centre said whether it is there. */
  condition(path: CentrePathName, is: PathCondition): void;
  /** A heartbeat on this path was answered, or went unanswered (B4.4); a probe if it is not the path in use. */
  answered(path: CentrePathName): void;
  unanswered(path: CentrePathName): void;
  /** Where heartbeats go: the best path there is, even if it is known to be down. */
  inUse(): CentrePathName | 'none';
  /** Known to be down though there is a connection: no alarm goes there while another path is well (B2.4). */
  isSuspect(path: CentrePathName): boolean;
}

/** The fact that the loss of the primary was reported, and its return not yet. */
const lossReported = 'path/loss-reported';

/**
 * The path in use, its changes in the journal, and the loss of the primary as a fault (B4.4, B16, H16). `onUse` is called when
 * heartbeats are to go another way.
 */
export function createPathChoice(
  context: HubContext,
  onUse: () => void,
): Concern & { choice: PathChoice; pathInUse(): CentrePathName | 'none' } {
  const { clock, log, reports, facts, tell } = context;
  const chart = startChart(pathChart, log);
  const conditions: Record<CentrePathName, PathCondition> = { primary: 'down', reserve: 'down' };
  let inUse: CentrePathName | 'none' = 'none';
  /** What is said of it. */
  let told: CentrePathName | 'none' = 'none';
  let isSilent = false;
  /** Whether a heartbeat on the path in use went unanswered since the last answer. */
  let hasMissed = false;
  /** Since the reserve took its place, until it has proven itself. */
  let isPrimaryLost = false;
  /** As the fact has it: it is asked for with every answer. */
  let isLossReported = facts.get(lossReported) === true;
  let cancelReport: Cancel = () => {};

  const settings = () => context.configuration().heartbeat;

  function carryOut(decisions: readonly PathDecision[]): void {
    const before = inUse;
    let why: string | undefined;
    for (const decision of decisions) {
      if (decision.type === 'silent') isSilent = decision.is;
      else why = use(decision);
    }
    announce(why ?? whyStill());
    if (inUse === before) return;
    tell.pathChanged(inUse);
    onUse();
  }

  function use({ path, why }: Extract<PathDecision, { type: 'use' }>): string {
    inUse = path;
    isSilent = false;
    isPrimaryLost = path === 'reserve' && why !== 'connected';
    return why;
  }

  /** What is known of the path that stays in use, because there is no better one. */
  function whyStill(): string {
    if (isSilent) return 'unanswered';
    return inUse !== 'none' && conditions[inUse] === 'absent' ? 'centre-offline' : 'answers-again';
  }

  /**
   * A path that is known to be down may be the best there is, and is none to those who look at the hub. The concerns hear
   * of the best there is: a centre that does not answer is no failure of the link.
   */
  function working(): CentrePathName | 'none' {
    return inUse === 'none' || isSuspect(inUse) ? 'none' : inUse;
  }

  function isSuspect(path: CentrePathName): boolean {
    return conditions[path] === 'absent' || (path === inUse && isSilent) || (path === 'primary' && isPrimaryLost);
  }

  function announce(why: string): void {
    const path = working();
    if (path === told) return;
    told = path;
    reports.note('path', { use: path, why });
    log.info({ step: 'path', path, why }, path === 'none' ? 'no path is in use' : `the ${path} centre is in use`);
    watchLoss();
  }

  /** A loss that is over soon, as when a link goes and comes back, is no report (B16). */
  function watchLoss(): void {
    cancelReport();
    if (told !== 'reserve' || isLossReported) return;
    cancelReport = clock.at(clock.monotonicMs() + settings().reportLossAfterMs, () => report(true));
  }

  function report(isLost: boolean): void {
    isLossReported = isLost;
    const { primaryLinkFailure, primaryLinkRestored } = statusCodes;
    reports.report(
      {
        report: isLost ? 'fault' : 'restore',
        from: 'hub',
        dty: deviceTypes.communicationLink.code,
        stc: (isLost ? primaryLinkFailure : primaryLinkRestored).code,
        pri: 4,
      },
      { keep: [{ key: lossReported, value: isLost ? true : undefined }] },
    );
  }

  const choice: PathChoice = {
    condition(path, is) {
      if (conditions[path] === is) return;
      conditions[path] = is;
      const former = inUse;
      carryOut(chart.send({ type: 'condition', path, is }));
      // The centre on the path in use is back: it is told at once that the hub is there.
      if (is === 'up' && path === inUse && former === inUse) onUse();
    },
    answered(path) {
      if (path !== inUse) {
        carryOut(chart.send({ type: 'probe-answered', limit: settings().answersToReturn }));
      } else if (hasMissed) {
        // The chart hears of changes: an answer after an answer is none.
        hasMissed = false;
        carryOut(chart.send({ type: 'answered' }));
      }
      // A connection alone does not prove that the primary is back: after a restart there is one before it is missed.
      if (path === 'primary' && inUse === 'primary' && isLossReported) report(false);
    },
    unanswered(path) {
      const limit = settings().unanswered;
      hasMissed ||= path === inUse;
      carryOut(chart.send(path === inUse ? { type: 'unanswered', limit } : { type: 'probe-unanswered' }));
    },
    inUse: () => inUse,
    isSuspect,
  };

  return { choice, stop: () => cancelReport(), state: () => ({ path: told }), pathInUse: () => inUse };
}
