import { deviceTypes, statusCodes } from '#protocol/scaip/codes.ts';
import { startChart } from '#agent/hub/actors.ts';
import type { HubContext } from '#agent/hub/concern.ts';
import type { Stamp } from '#agent/hub/ports.ts';
import { momentOf } from '#agent/hub/reports.ts';
import { linkLossChart, type LinkLossEvent } from './linkLoss.chart.ts';

/** Kept while no path is connected: since when, and whether that was reported. */
const lossKey = 'mobile/loss';
const lossDeadline = 'mobile-loss';

interface Loss {
  since: Stamp;
  reported: boolean;
}

/** "Mobile link lost / back", B16. */
const mobileLink = { from: 'hub', dty: deviceTypes.communicationLink.code, pri: 4 } as const;

export interface LinkLoss {
  restore(): void;
  /** A path is connected, or none is; said at the start too. */
  connected(is: boolean): void;
  /** It has been down for so long that it is a fault. */
  isLost(): boolean;
}

/** `onLost` follows the report of the loss. */
export function createLinkLoss(context: HubContext, onLost: () => void): LinkLoss {
  const { configuration, deadlines, facts, log, reports } = context;
  const chart = startChart(linkLossChart, log);
  let connected: boolean | undefined;
  deadlines.when(lossDeadline, () => send({ type: 'due' }));

  function loss(): Loss | undefined {
    const kept = facts.get(lossKey);
    return isLoss(kept) ? kept : undefined;
  }

  function send(event: LinkLossEvent): void {
    for (const { type } of chart.send(event)) {
      if (type === 'began') began();
      else if (type === 'ended') reports.keep(over());
      else if (type === 'fault') fault();
      else
        reports.report(
          { report: 'restore', ...mobileLink, stc: statusCodes.mobileLinkRestored.code },
          { keep: over() },
        );
    }
  }

  function began(): void {
    const value: Loss = { since: reports.now(), reported: false };
    reports.keep([{ key: lossKey, value }, deadlines.set(lossDeadline, configuration().modem.lostAfterMs)]);
  }

  function over() {
    return [{ key: lossKey, value: undefined }, deadlines.clear(lossDeadline)];
  }

  function fault(): void {
    const since = loss()?.since ?? reports.now();
    log.error({ step: 'link', since: momentOf(since).wall }, 'the mobile link is lost');
    reports.report(
      { report: 'fault', ...mobileLink, stc: statusCodes.mobileLinkFailure.code, since: momentOf(since) },
      { keep: [{ key: lossKey, value: { since, reported: true } satisfies Loss }, deadlines.clear(lossDeadline)] },
    );
    onLost();
  }

  return {
    restore() {
      const kept = loss();
      if (kept === undefined) return;
      connected = false;
      send({ type: 'restored', lost: kept.reported });
    },
    connected(is) {
      if (is === connected) return;
      connected = is;
      send({ type: is ? 'connected' : 'disconnected' });
    },
    isLost: () => loss()?.reported === true,
  };
}

function isLoss(value: unknown): value is Loss {
  return typeof value === 'object' && value !== null && 'since' in value && 'reported' in value;
}
