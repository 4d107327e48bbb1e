import { deviceTypes, statusCodes } from '#protocol/scaip/codes.ts';
import { startChart } from '#agent/hub/actors.ts';
import type { Concern, HubContext } from '#agent/hub/concern.ts';
import { isInstallerMode } from '#agent/hub/installer/installer.ts';
import { awayChart } from './away.chart.ts';

/** Kept while the client is out. */
const awayKey = 'away';

const { absent, present } = statusCodes;

/** The client leaves home and comes back, and says so by the presence button of the hub (B8.4). */
export function createAway({ reports, facts, tell, log }: HubContext): Concern {
  const chart = startChart(awayChart, log);
  const isAway = (): boolean => facts.get(awayKey) === true;

  function pressed(): void {
    for (const { type } of chart.send({ type: 'pressed' })) {
      const away = type === 'left';
      const { code: stc } = away ? absent : present;
      const keep = [{ key: awayKey, value: away ? true : undefined }];
      reports.report(
        { report: 'information', from: 'hub', dty: deviceTypes.hub.code, stc, pri: 1 },
        { keep, note: ['away', { away }] },
      );
      tell.awayChanged(away);
    }
  }

  return {
    button(button) {
      // An installer means something else by it.
      if (button === 'presence' && !isInstallerMode(facts)) pressed();
    },
    restore() {
      if (isAway()) chart.send({ type: 'restored' });
    },
    start() {
      if (isAway()) tell.awayChanged(true);
    },
    state: () => ({ away: isAway() }),
  };
}
