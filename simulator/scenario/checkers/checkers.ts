import { checkAcknowledgements } from './acknowledgements.ts';
import { checkAlarms } from './alarms.ts';
import type { Checker } from './checker.ts';
import { checkDeadlines } from './deadlines.ts';
import { checkHeartbeats } from './heartbeats.ts';
import { checkJournal } from './journal.ts';

/** What holds in every scenario, whatever it looks for. */
export const checkers: readonly Checker[] = [
  checkAlarms,
  checkAcknowledgements,
  checkHeartbeats,
  checkDeadlines,
  checkJournal,
];
