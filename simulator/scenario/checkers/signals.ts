import type { Checker, Violation } from './checker.ts';

/**
 * The home is shown an alarm, and hears it, only when it is in the journal and nobody has taken it yet (B1.1): who is told
 * that help is called must be able to rely on it. A disk that has failed is no judge of that.
 */
export const checkSignals: Checker = ({ events }) => {
  const waiting = new Set<string>();
  const violations: Violation[] = [];
  let diskWasIll = false;
  for (const event of events) {
    if (event.kind === 'action' && event.action.word === 'disk') diskWasIll ||= event.action.is !== 'ok';
    if (event.kind === 'journal' && event.ref !== undefined) {
      if (event.entry === 'report' && event.report === 'alarm') waiting.add(event.ref);
      if (event.entry === 'acknowledged') waiting.delete(event.ref);
    }
    const isShown = (event.kind === 'light' || event.kind === 'sound') && event.name === 'alarm';
    if (!isShown || waiting.size > 0 || diskWasIll) continue;
    const message = `the ${event.kind} of an alarm, but none that waits is in the journal`;
    violations.push({ rule: 'B1.1', atMs: event.atMs, message, event: event.sequence });
  }
  return violations;
};
