import type { HubContext } from './concern.ts';
import { deviceTypes, statusCodes } from '#protocol/scaip/codes.ts';

const { malfunction, workingAgain } = statusCodes;

/** The receiver's line in B16. */
const radioReceiver = { from: 'hub', dty: deviceTypes.radioUnit.code, pri: 4 };

/** Whether the radio receiver itself works; only a change is reported (B16). */
export function createRadioHealth({ log, reports }: HubContext): { failing(reason: string): void; well(): void } {
  let failed = false;
  return {
    failing(reason) {
      failed = true;
      log.error({ reason }, 'the radio receiver fails');
      reports.report({ report: 'fault', ...radioReceiver, stc: malfunction.code });
    },
    well() {
      if (!failed) return;
      failed = false;
      reports.report({ report: 'restore', ...radioReceiver, stc: workingAgain.code });
    },
  };
}
