import { answers } from '#protocol/scaip/codes.ts';
import { decodeAnswerMessage } from '#protocol/sms/alarmMessage.ts';
import type { Checker, Violation } from './checker.ts';
import { createWaiting, isFate } from './journalFates.ts';

/**
 * An acknowledgement counts only for a reference that waits, and only when the centre has given it (B2.1, B2.7): a short
 * message counts only where the configuration says so (B2.8).
 */
export const checkAcknowledgements: Checker = ({ events, hub }) => {
  const { all: waiting, befall } = createWaiting<true>();
  let mayKnow = false;
  const handled = new Set<string>();
  const violations: Violation[] = [];
  for (const event of events) {
    if (event.kind === 'arrival' && event.answer === answers.handled.code && event.forged !== true)
      handled.add(event.ref);
    if (event.kind === 'sms' && event.is === 'received' && hub.sms.acknowledges && event.number === hub.sms.number) {
      const answer = decodeAnswerMessage(event.text);
      if (answer.ok && answer.value.snu === answers.handled.code) handled.add(answer.value.ref);
    }
    if (event.kind === 'action') {
      befall(event.action);
      mayKnow ||= isFate(event.action) && event.action.is !== 'restored';
    }
    if (event.kind !== 'journal') continue;
    const { entry, ref, atMs, sequence } = event;
    if (entry === 'report' && ref !== undefined) waiting.set(ref, true);
    if (entry === 'superseded' && ref !== undefined) waiting.delete(ref);
    if (entry !== 'acknowledged') continue;
    const tell = (rule: string, message: string) => violations.push({ rule, atMs, message, event: sequence });
    if (ref === undefined) tell('B2.7', 'an acknowledgement without a reference was taken');
    else if (!waiting.has(ref) && !mayKnow)
      tell('B2.7', `an acknowledgement of ${ref} was taken, but no such report waited`);
    else if (!handled.has(ref)) tell('B2.1', `${ref} counts as acknowledged, but no centre has said so`);
    if (ref !== undefined) waiting.delete(ref);
  }
  return violations;
};
