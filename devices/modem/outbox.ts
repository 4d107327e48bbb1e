import { writtenAddress } from '#protocol/sms/address.ts';
import type { Submit } from '#protocol/sms/pdu.ts';

/** Long messages whose other parts may still come; the oldest is forgotten. */
export const incompleteLimit = 16;

/** A whole message that the hub has sent. */
export interface Sent {
  to: string;
  text: string;
  parts: number;
}

/** Puts what the hub sends in parts together again, as the telephone does that gets it. */
export function createOutbox(): (submit: Submit) => Sent | undefined {
  const incomplete = new Map<string, Map<number, string>>();

  return (submit) => {
    const to = writtenAddress(submit.to);
    const text = submit.content.alphabet === 'data' ? '' : submit.content.text;
    const { part } = submit;
    if (part === undefined) return { to, text, parts: 1 };
    const key = `${to} ${part.reference} ${part.total}`;
    const texts = incomplete.get(key) ?? new Map<number, string>();
    texts.set(part.number, text);
    incomplete.delete(key);
    if (texts.size < part.total) {
      incomplete.set(key, texts);
      const [oldest] = incomplete.keys();
      if (incomplete.size > incompleteLimit && oldest !== undefined) incomplete.delete(oldest);
      return undefined;
    }
    const inOrder = [...texts].toSorted(([one], [other]) => one - other);
    return { to, text: inOrder.map(([, piece]) => piece).join(''), parts: part.total };
  };
}
