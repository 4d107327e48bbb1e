import { deviceTypes, statusCodes } from '#protocol/scaip/codes.ts';
import type { HubContext } from '#agent/hub/concern.ts';
import type { MobileStatus } from '#agent/hub/devices.ts';

/** Kept while the fault is reported and not over. */
const healthKey = 'device/modem';

/** "SIM or modem failing / well", B16. */
const modem = { from: 'hub', dty: deviceTypes.communicationLink.code, pri: 4 } as const;

export interface ModemHealth {
  failing(reason: string): void;
  well(): void;
}

/** What only people can mend of the modem and its SIM; a change is reported once, over restarts too. */
export function createModemHealth({ facts, log, reports }: HubContext): ModemHealth {
  return {
    failing(reason) {
      if (facts.get(healthKey) !== undefined) return;
      log.error({ device: 'modem', reason }, 'the SIM or the modem fails');
      reports.report(
        { report: 'fault', ...modem, stc: statusCodes.malfunction.code },
        { keep: [{ key: healthKey, value: 'failing' }], note: ['device', { device: 'modem', is: 'failing', reason }] },
      );
    },
    well() {
      if (facts.get(healthKey) === undefined) return;
      reports.report(
        { report: 'restore', ...modem, stc: statusCodes.workingAgain.code },
        { keep: [{ key: healthKey, value: undefined }], note: ['device', { device: 'modem', is: 'well' }] },
      );
    },
  };
}

/** What is wrong with it, for people; undefined while nothing is, or nothing is known. */
export function ailment({ sim, registration }: MobileStatus, pinRefused: boolean): string | undefined {
  if (sim === 'absent') return 'there is no SIM';
  if (sim === 'puk-required') return 'the SIM asks for its PUK';
  if (pinRefused) return 'the SIM asks for a PIN that the hub does not have';
  return registration === 'denied' ? 'the network denies the SIM' : undefined;
}

export function isRegistered({ sim, registration }: MobileStatus): boolean {
  return sim === 'ready' && (registration === 'home' || registration === 'roaming');
}
