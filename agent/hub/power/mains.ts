import type { Cancel } from '#protocol/core/time.ts';
import { deviceTypes, statusCodes } from '#protocol/scaip/codes.ts';
import { startChart } from '#agent/hub/actors.ts';
import type { HubContext } from '#agent/hub/concern.ts';
import type { Kept } from '#agent/hub/ports.ts';
import { type MainsDecision, type MainsEvent, mainsChart } from './mains.chart.ts';

const key = 'power/mains';
const reportDeadline = 'mains-report';

/** The mains' lines in B16. */
const supply = { from: 'hub', dty: deviceTypes.powerSupply.code, pri: 4 };

export interface Mains {
  restore(): void;
  /** What the supply says, each time. */
  reading(mains: boolean): void;
  /** Whether the hub runs on its battery; until the mains were steady again it counts as that (B6.2). */
  isInterrupted(): boolean;
  stop(): void;
}

/** Tells a flicker from a power cut (B6.1). `changed` is called when an interruption begins and when it is over. */
export function createMains(context: HubContext, changed: () => void): Mains {
  const { clock, configuration, deadlines, facts, log, reports } = context;
  const chart = startChart(mainsChart, log);
  /** As it was last seen; undefined until the supply has said something in this run. */
  let seen: boolean | undefined;
  let isDueUnseen = false;
  let interrupted = false;
  let cancelSteady: Cancel = () => {};

  deadlines.when(reportDeadline, () => {
    // What was so before a restart may be over: first it is looked.
    if (seen === undefined) isDueUnseen = true;
    else send({ type: 'due' });
  });

  function send(event: MainsEvent): void {
    chart.send(event).forEach(carryOut);
  }

  function carryOut({ type }: MainsDecision): void {
    const { reportAfterMs, restoredAfterMs } = configuration().power;
    switch (type) {
      case 'interrupted':
        reports.note('power', { mains: 'gone' }, [keep('gone'), deadlines.set(reportDeadline, reportAfterMs)]);
        interruption(true);
        break;
      case 'report':
        reports.report(
          { report: 'fault', ...supply, stc: statusCodes.mainsFailure.code },
          { keep: [keep('reported'), deadlines.clear(reportDeadline)] },
        );
        break;
      case 'flicker':
        reports.note('power', { mains: 'back', flicker: true }, [keep(undefined), deadlines.clear(reportDeadline)]);
        interruption(false);
        break;
      case 'restored':
        reports.report(
          { report: 'restore', ...supply, stc: statusCodes.mainsRestored.code },
          { keep: [keep(undefined)] },
        );
        interruption(false);
        break;
      case 'count-steady':
        cancelSteady = clock.at(clock.monotonicMs() + restoredAfterMs, () => send({ type: 'steady' }));
        break;
      case 'count-no-more':
        cancelSteady();
        break;
    }
  }

  function keep(value: 'gone' | 'reported' | undefined): Kept {
    return { key, value };
  }

  function interruption(is: boolean): void {
    interrupted = is;
    changed();
  }

  return {
    restore() {
      const before = facts.get(key);
      if (before !== 'gone' && before !== 'reported') return;
      send({ type: before === 'gone' ? 'restored-gone' : 'restored-reported' });
      interrupted = true;
    },
    reading(mains) {
      const before = seen ?? !interrupted;
      seen = mains;
      if (mains !== before) send({ type: mains ? 'back' : 'gone' });
      if (isDueUnseen) send({ type: 'due' });
      isDueUnseen = false;
    },
    isInterrupted: () => interrupted,
    stop: () => cancelSteady(),
  };
}
