import { checkAcknowledgements } from './acknowledgements.ts';
import { checkAlarms } from './alarms.ts';
import { checkCauses } from './causes.ts';
import type { Checker } from './checker.ts';
import { checkDeadlines } from './deadlines.ts';
import { checkHeartbeats } from './heartbeats.ts';
import { checkJournal } from './journal.ts';
import { checkQuiet } from './quiet.ts';
import { checkTestAlarms } from './testAlarms.ts';

/** What holds in every scenario, whatever it looks for. */
export const checkers: readonly Checker[] = [
  checkAlarms,
  checkCauses,
  checkAcknowledgements,
  checkHeartbeats,
  checkDeadlines,
  checkTestAlarms,
  checkQuiet,
  checkJournal,
];
