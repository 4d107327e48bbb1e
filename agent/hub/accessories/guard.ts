import type { AlarmSubject, ReportContent } from '#agent/hub/reports.ts';
import type { AccessoryConfiguration } from '#protocol/configuration/configuration.ts';
import type { ProfileEvent } from '#protocol/esp3/profiles.ts';
import type { Code } from '#protocol/scaip/codes.ts';
import type { HubContext } from '#agent/hub/concern.ts';
import type { GuardedHours } from './guardedHours.ts';
import { kindRules, type Silence } from './kinds.ts';

/** A rule at work for one accessory. */
export interface Guard {
  heard?(event: ProfileEvent): void;
  /** It said something that cannot be read. */
  unreadable?(): void;
  /** Rebuilds what was going on, from facts. */
  restore?(): void;
  /** Everything has been told that is told at the start. */
  start?(): void;
  /** What silences guards has begun or ended (B8.4). */
  silenceChanged?(): void;
  /** The hub's cancel button (B1.5). */
  cancel?(): void;
  /** Its accessory is there no more, or is another: nothing of it lasts. */
  drop?(): void;
}

/** What the rules of one accessory work with. */
export interface GuardParts {
  context: HubContext;
  accessory: AccessoryConfiguration;
  hours: GuardedHours;
  /** Whether something of these is going on. */
  isSilenced(by: readonly Silence[]): boolean;
  counters: { repeats: number };
}

/** The accessory's part in its reports (B1.6). */
export function reportOf(
  { name, kind, id, location }: AccessoryConfiguration,
  status: Code,
): Omit<ReportContent, 'report' | 'pri'> {
  const where = location === undefined ? {} : { lte: location };
  return { from: name, dty: kindRules[kind].deviceType.code, did: id, stc: status.code, ...where };
}

export function alarmOf(accessory: AccessoryConfiguration, status: Code, priority: number): AlarmSubject {
  return { ...reportOf(accessory, status), pri: priority };
}

/** A line of B16 that is information. */
export function informationOf(accessory: AccessoryConfiguration, status: Code): ReportContent {
  return { report: 'information', ...reportOf(accessory, status), pri: 1 };
}
