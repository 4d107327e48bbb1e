import { dayMs } from '#protocol/core/time.ts';
import { deviceTypes, statusCodes } from '#protocol/scaip/codes.ts';
import type { Concern, HubContext } from '#agent/hub/concern.ts';

/** From so long before its end on, a certificate that has no successor is a matter of maintenance (H7). */
export const renewBeforeMs = 30 * dayMs;

const reportedKey = 'certificate-ends';

const about = { from: 'hub', dty: deviceTypes.communicationLink.code, did: 'certificate' };

export interface CertificateCare {
  concern: Concern;
  /** When the first of the hub's certificates ends, milliseconds since 1970; told at the start, daily and when it changes. */
  ends(endMs: number): void;
}

/** Has the hub's certificate renewed before it ends. While the clock is not set nobody knows how long it lasts (B12.3). */
export function createCertificateCare({ clock, log, facts, reports }: HubContext): CertificateCare {
  let endMs: number | undefined;

  function look(): void {
    if (endMs === undefined || !clock.wallTrusted()) return;
    const days = Math.floor((endMs - clock.wallMs()) / dayMs);
    const isDue = endMs - clock.wallMs() <= renewBeforeMs;
    log[isDue ? 'warn' : 'info']({ step: 'certificate', days }, wordsOf(days));
    const isReported = facts.get(reportedKey) !== undefined;
    if (isDue && !isReported) {
      reports.report(
        { report: 'maintenance', ...about, stc: statusCodes.maintenanceNeeded.code, pri: 3 },
        { keep: [{ key: reportedKey, value: true }], note: ['device', { device: 'certificate', days }] },
      );
    } else if (!isDue && isReported) {
      reports.report(
        { report: 'restore', ...about, stc: statusCodes.normal.code, pri: 1 },
        { keep: [{ key: reportedKey, value: undefined }], note: ['device', { device: 'certificate', days }] },
      );
    }
  }

  return {
    concern: { clockSet: look },
    ends(told) {
      endMs = told;
      look();
    },
  };
}

function wordsOf(days: number): string {
  return days < 0
    ? "the hub's certificate has ended: the broker refuses it; put a new one in its place"
    : `the hub's certificate is good for ${days} more days`;
}
