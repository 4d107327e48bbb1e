import { deviceTypes, statusCodes } from '#protocol/scaip/codes.ts';
import type { HubContext } from './concern.ts';
import type { HealthListener } from './devices.ts';

/** The devices of the hub that share one line of B16. */
export type OtherDevice = 'reader' | 'ups' | 'gnss' | 'radar' | 'front';

/** "Other device failing / well", B16. */
const otherDevice = { from: 'hub', dty: deviceTypes.otherDevice.code, pri: 4 };

/**
 * Whether a device of the hub works; only a change is reported, over restarts too. The report cannot say which device it
 * is, the journal does.
 */
export function createDeviceHealth({ log, reports, facts }: HubContext, device: OtherDevice): HealthListener {
  const key = `device/${device}`;
  return {
    failing(reason) {
      if (facts.get(key) !== undefined) return;
      log.error({ device, reason }, `the ${device} fails`);
      reports.report(
        { report: 'fault', ...otherDevice, stc: statusCodes.malfunction.code },
        { keep: [{ key, value: 'failing' }], note: ['device', { device, is: 'failing', reason }] },
      );
    },
    well() {
      if (facts.get(key) === undefined) return;
      reports.report(
        { report: 'restore', ...otherDevice, stc: statusCodes.workingAgain.code },
        { keep: [{ key, value: undefined }], note: ['device', { device, is: 'well' }] },
      );
    },
  };
}
