import { checkAcknowledgements } from './acknowledgements.ts';
import { checkAlarms } from './alarms.ts';
import { checkBounds } from './bounds.ts';
import { checkBuffered } from './buffered.ts';
import { checkCalls } from './calls.ts';
import { checkCancelWindows } from './cancelWindows.ts';
import { checkCauses } from './causes.ts';
import type { Checker, Trace, Violation } from './checker.ts';
import { checkConfiguration } from './configuration.ts';
import { checkDeadlines } from './deadlines.ts';
import { checkGuards } from './guards.ts';
import { checkHeartbeats } from './heartbeats.ts';
import { checkJournal } from './journal.ts';
import { journalFates } from './journalFates.ts';
import { checkMessages } from './messages.ts';
import { checkNextPath } from './nextPath.ts';
import { checkOneAlarm } from './oneAlarm.ts';
import { checkOrder } from './order.ts';
import { checkOrders } from './orders.ts';
import { checkOutages } from './outages.ts';
import { checkPresence } from './presence.ts';
import { checkPriorities } from './priorities.ts';
import { checkQuiet } from './quiet.ts';
import { checkReferences } from './references.ts';
import { checkSignals } from './signals.ts';
import { checkTestAlarms } from './testAlarms.ts';
import { checkVisits } from './visits.ts';
import { checkTroubles } from './troubles.ts';

/** What holds in every scenario, whatever it looks for. */
const checkers = {
  alarms: checkAlarms,
  causes: checkCauses,
  acknowledgements: checkAcknowledgements,
  heartbeats: checkHeartbeats,
  deadlines: checkDeadlines,
  testAlarms: checkTestAlarms,
  quiet: checkQuiet,
  journal: checkJournal,
  signals: checkSignals,
  oneAlarm: checkOneAlarm,
  buffered: checkBuffered,
  priorities: checkPriorities,
  cancelWindows: checkCancelWindows,
  presence: checkPresence,
  visits: checkVisits,
  configuration: checkConfiguration,
  bounds: checkBounds,
  nextPath: checkNextPath,
  messages: checkMessages,
  troubles: checkTroubles,
  guards: checkGuards,
  calls: checkCalls,
  outages: checkOutages,
  order: checkOrder,
  orders: checkOrders,
  references: checkReferences,
} as const satisfies Record<string, Checker>;

/** A rule that was broken, and the name of the checker that saw it. */
export interface Finding extends Violation {
  checker: string;
}

/** These judge also a hub whose journal was replaced or spoilt: the others go by what such a hub has forgotten. */
const judgesOfAnyJournal: readonly string[] = [
  'alarms',
  'acknowledgements',
  'journal',
  'references',
  'priorities',
  'bounds',
] satisfies readonly (keyof typeof checkers)[];

/** Has every checker look over a trace. */
export function checkTrace(trace: Trace): Finding[] {
  const ownUntilMs = journalFates(trace)[0]?.atMs ?? Number.POSITIVE_INFINITY;
  return Object.entries(checkers).flatMap(([checker, check]) =>
    check(trace)
      .filter(({ atMs }) => atMs < ownUntilMs || judgesOfAnyJournal.includes(checker))
      .map((violation) => ({ ...violation, checker })),
  );
}
