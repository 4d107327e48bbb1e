import type { ArrivalEvent } from '#simulator/world/world.ts';
import { type Checker, eventsOf, type Trace, type Violation } from './checker.ts';

/**
 * A reference stands for one report for ever, also when the hub has forgotten that it has used it because an old journal
 * was brought back: the centre takes what comes under a known one for a repeat, and opens nothing (B2.5).
 */
export const checkReferences: Checker = (trace) => [...committedAgain(trace), ...saidOtherwise(trace)];

function committedAgain(trace: Trace): Violation[] {
  const known = new Map<string, string>();
  return eventsOf(trace, 'journal').flatMap(({ entry, ref, report = 'report', from = 'hub', atMs, sequence }) => {
    if (entry !== 'report' || ref === undefined) return [];
    const before = known.get(ref);
    known.set(ref, `${report} from ${from}`);
    if (before === undefined) return [];
    const message = `${report} from ${from} was committed as ${ref}, which stands for ${before}`;
    return [{ rule: 'B2.5', atMs, message, event: sequence }];
  });
}

/** What a report says of who sends it and why, which no repeat changes. */
function said({ report, from, status, priority, of = '' }: ArrivalEvent): string {
  return `${report} from ${from} with status ${status}, priority ${priority}${of === '' ? '' : `, of ${of}`}`;
}

function saidOtherwise(trace: Trace): Violation[] {
  const known = new Map<string, string>();
  return eventsOf(trace, 'arrival').flatMap((arrival) => {
    const { ref, atMs, sequence } = arrival;
    const now = said(arrival);
    const before = known.get(ref) ?? now;
    known.set(ref, before);
    if (now === before) return [];
    return [{ rule: 'B2.5', atMs, message: `${ref} was ${before}, and is now ${now}`, event: sequence }];
  });
}
