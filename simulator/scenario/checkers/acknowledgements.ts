import { answers } from '#protocol/scaip/codes.ts';
import type { Checker, Violation } from './checker.ts';

/** An acknowledgement counts only for a reference that waits, and only when the centre has given it (B2.1, B2.7). */
export const checkAcknowledgements: Checker = ({ events }) => {
  const waiting = new Set<string>();
  const handled = new Set<string>();
  const violations: Violation[] = [];
  for (const event of events) {
    if (event.kind === 'arrival' && event.answer === answers.handled.code) handled.add(event.ref);
    const answered = event.kind === 'sms' && event.is === 'received' ? answeredBy(event.text) : undefined;
    if (answered !== undefined) handled.add(answered);
    if (event.kind !== 'journal') continue;
    const { entry, ref, atMs, sequence } = event;
    if (entry === 'report' && ref !== undefined) waiting.add(ref);
    if (entry === 'superseded' && ref !== undefined) waiting.delete(ref);
    if (entry !== 'acknowledged') continue;
    const tell = (rule: string, message: string) => violations.push({ rule, atMs, message, event: sequence });
    if (ref === undefined) tell('B2.7', 'an acknowledgement without a reference was taken');
    else if (!waiting.has(ref)) tell('B2.7', `an acknowledgement of ${ref} was taken, but no such report waited`);
    else if (!handled.has(ref)) tell('B2.1', `${ref} counts as acknowledged, but no centre has said so`);
    if (ref !== undefined) waiting.delete(ref);
  }
  return violations;
};

/** `A1 <ref> <snu>`: a short message that takes a report, where the configuration lets it (B2.8). */
function answeredBy(text: string): string | undefined {
  return /^A1 ([A-Za-z0-9]{1,16}) 0+$/u.exec(text.trim())?.[1];
}
