import { deviceTypes, statusCodes } from '#protocol/scaip/codes.ts';
import type { HubContext } from '#agent/hub/concern.ts';
import type { HealthListener } from '#agent/hub/devices.ts';

/** The devices of the hub whose health is a report, each with its type in B16. The modem's is B7's affair. */
const types = {
  radio: deviceTypes.radioUnit,
  reader: deviceTypes.otherDevice,
  ups: deviceTypes.otherDevice,
  gnss: deviceTypes.otherDevice,
  radar: deviceTypes.otherDevice,
  front: deviceTypes.otherDevice,
} as const;

export type WatchedDevice = keyof typeof types;

/** Whether a device of the hub works; only a change is reported, over restarts too. The device's id is its name. */
export function createDeviceHealth({ log, reports, facts }: HubContext, device: WatchedDevice): HealthListener {
  const key = `device/${device}`;
  const about = { from: 'hub', dty: types[device].code, did: device, pri: 4 };
  return {
    failing(reason) {
      if (facts.get(key) !== undefined) return;
      log.error({ device, reason }, `the ${device} fails`);
      reports.report(
        { report: 'fault', ...about, stc: statusCodes.malfunction.code },
        { keep: [{ key, value: 'failing' }], note: ['device', { device, is: 'failing', reason }] },
      );
    },
    well() {
      if (facts.get(key) === undefined) return;
      reports.report(
        { report: 'restore', ...about, stc: statusCodes.workingAgain.code },
        { keep: [{ key, value: undefined }], note: ['device', { device, is: 'well' }] },
      );
    },
  };
}
