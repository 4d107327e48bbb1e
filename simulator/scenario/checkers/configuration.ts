import { statusCodes } from '#protocol/scaip/codes.ts';
import type { Action } from '#simulator/world/world.ts';
import { type Checker, type Trace, type Violation } from './checker.ts';

/**
 * The configuration in force, as the heartbeats tell it, is the home's own or one that the centre sent and signed, and its
 * version rises, but for the way back from a trial that no centre answered (B11).
 */
export const checkConfiguration: Checker = ({ events, hub }: Trace) => {
  const violations: Violation[] = [];
  const sent = createSent(hub.version);
  let known = { version: hub.version, beat: 0 };
  for (const event of events) {
    const { atMs, sequence } = event;
    if (event.kind === 'action') sent.hear(event.action);
    // The program counts its beats anew; a hub that was ended begins anew as a whole (B14.1).
    if (event.kind === 'hub') known = { ...known, beat: 0 };
    const isWiped = event.kind === 'journal' && event.wiped === true;
    const fellBack = event.kind === 'journal' && event.status === statusCodes.configurationFellBack.code;
    if (isWiped || fellBack) known = { ...known, version: 0 };
    if (event.kind !== 'heartbeat' || event.configuration === undefined) continue;
    const { configuration: version, beat } = event;
    if (!sent.isGood(version)) {
      const message = `configuration ${version} is in force, which the centre never sent and signed`;
      violations.push({ rule: 'B11.1', atMs, message, event: sequence });
    }
    // One that was long under way tells of before.
    if (beat <= known.beat) continue;
    if (version < known.version) {
      const message = `configuration ${version} is in force, after ${known.version}; right would be a rising version`;
      violations.push({ rule: 'B11.1', atMs, message, event: sequence });
    }
    known = { version, beat };
  }
  return violations;
};

/** The versions that the centre has sent, counted as it counts them, and those of them that it signed. */
function createSent(own: number): { hear(action: Action): void; isGood(version: number): boolean } {
  const good = new Set([own]);
  let highest = own;
  return {
    hear(action) {
      if (action.word !== 'configure') return;
      const { version = highest + 1, signature } = action;
      highest = Math.max(highest, version);
      if (signature === undefined) good.add(version);
    },
    isGood: (version) => good.has(version),
  };
}
