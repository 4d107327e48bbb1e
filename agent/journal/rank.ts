import { alarmPriority, type Entry, type NoteKind } from '#agent/hub/ports.ts';

/** When the journal is full, the oldest of the lowest rank goes first; alarms and their story go last (B13.2). */
export const ranks = { passing: 0, report: 1, proof: 2, alarm: 3 } as const;

export type Rank = (typeof ranks)[keyof typeof ranks];

export const rankOrder: readonly Rank[] = [ranks.passing, ranks.report, ranks.proof, ranks.alarm];

/** Reports of this priority are visits (B16). */
const visitPriority = 5;

/** What happened to somebody, or was asked for by somebody, and may have to be shown (H17). */
const proofs: readonly NoteKind[] = ['call', 'sms', 'visit', 'command', 'configuration', 'camera', 'life', 'salvage'];

/** `settledPriority` is that of the report that the entry settles, where it waits in the journal. */
export function rankOf(entry: Entry, settledPriority: number | undefined): Rank {
  switch (entry.kind) {
    case 'report':
      return rankOfPriority(entry.priority);
    case 'acknowledged':
    case 'superseded':
      // What does not wait here went out from memory: an alarm, for all that is known.
      return rankOfPriority(settledPriority ?? alarmPriority);
    default:
      return proofs.includes(entry.kind) ? ranks.proof : ranks.passing;
  }
}

function rankOfPriority(priority: number): Rank {
  if (priority >= alarmPriority) return ranks.alarm;
  return priority >= visitPriority ? ranks.proof : ranks.report;
}
