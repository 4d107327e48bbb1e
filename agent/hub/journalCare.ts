import { type Cancel, hourMs } from '#protocol/core/time.ts';
import { deviceTypes, statusCodes } from '#protocol/scaip/codes.ts';
import type { Concern, HubContext } from './concern.ts';
import type { Journal } from './ports.ts';

/** Between two looks at what may go; nothing is written when nothing goes. */
const everyMs = hourMs;
/** From one step of the work to the next, so that nothing else waits for long. */
const stepMs = 100;

/** B16's line. */
const journalLine = { from: 'hub', dty: deviceTypes.hub.code, pri: 4 };

const failingKey = 'journal-failing';

/** Keeps the journal within its bounds (B13), and says when it does not take what happens (B16). */
export function createJournalCare(
  { clock, log, reports, facts, configuration }: HubContext,
  journal: Journal,
): Concern {
  let cancelWork: Cancel = () => {};
  let removedRows = 0;

  function work(): void {
    const more = retainStep();
    if (!more && (removedRows > 0 || facts.get(failingKey) !== undefined)) {
      // While the journal fails, this line is what finds out that it is well again.
      reports.note('retention', { removed: removedRows });
      removedRows = 0;
    }
    cancelWork = clock.at(clock.monotonicMs() + (more ? stepMs : everyMs), work);
  }

  function retainStep(): boolean {
    try {
      const { removed, more } = journal.retain(reports.now(), configuration().journal.keepMs);
      removedRows += removed;
      return more;
    } catch (error) {
      log.error({ error }, 'the journal cannot be kept within its bounds');
      return false;
    }
  }

  return {
    start: work,
    stop: () => cancelWork(),
    journalChanged(isWell) {
      if (isWell === (facts.get(failingKey) === undefined)) return;
      const stc = isWell ? statusCodes.normal.code : statusCodes.memoryFailure.code;
      const keep = [{ key: failingKey, value: isWell ? undefined : true }];
      log[isWell ? 'info' : 'error']({ isWell }, isWell ? 'the journal is well again' : 'the journal fails');
      reports.report({ report: isWell ? 'restore' : 'fault', ...journalLine, stc }, { keep });
    },
  };
}
