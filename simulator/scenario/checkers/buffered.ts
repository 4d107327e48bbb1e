import { type Checker, type Violation } from './checker.ts';
import { diskTrouble, owedMs } from './diskTrouble.ts';

/** A report says whether it was committed without a connection to either centre: who reads it knows that it may be late (B1.6). */
export const checkBuffered: Checker = (trace) => {
  const { events } = trace;
  const wasIll = diskTrouble(trace);
  const connected = new Set<string>(['primary', 'reserve']);
  const violations: Violation[] = [];
  for (const event of events) {
    if (event.kind === 'hub') connected.clear();
    if (event.kind === 'path' && event.is === 'up') connected.add(event.at);
    if (event.kind === 'path' && event.is === 'down') connected.delete(event.at);
    if (event.kind !== 'journal' || event.entry !== 'report') continue;
    const { ref = '', report = 'report', atMs, sequence, buffered } = event;
    const isBuffered = connected.size === 0;
    if (buffered === undefined || buffered === isBuffered || wasIll(atMs - owedMs, atMs)) continue;
    const right = isBuffered ? 'there was no connection' : `there was a connection to ${[...connected].join(' and ')}`;
    const message = `${report} ${ref} says ${buffered ? '' : 'not '}buffered, but ${right}`;
    violations.push({ rule: 'B1.6', atMs, message, event: sequence });
  }
  return violations;
};
