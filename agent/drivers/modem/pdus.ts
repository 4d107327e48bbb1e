import { failure, type Result, success } from '#protocol/core/result.ts';
import { addressOf, writtenAddress } from '#protocol/sms/address.ts';
import { contentsOf } from '#protocol/sms/parts.ts';
import { decodePdu, type EncodedPdu, encodePdu, fateOf } from '#protocol/sms/pdu.ts';

/** What became of a message that was sent, by the reference that it was sent with. */
export interface Report {
  type: 'report';
  reference: number;
  fate: ReturnType<typeof fateOf>;
}

/** A PDU as far as it concerns a hub. */
export type ReadPdu =
  | { type: 'message'; from: string; text: string }
  | { type: 'part'; from: string; text: string; reference: number; number: number; total: number }
  | Report
  /** Unreadable, without text, or nothing that a network sends. */
  | { type: 'other' };

export function readPdu(hex: string): ReadPdu {
  const decoded = decodePdu(hex);
  if (!decoded.ok || decoded.value.type === 'submit') return { type: 'other' };
  const pdu = decoded.value;
  if (pdu.type === 'status-report') return { type: 'report', reference: pdu.reference, fate: fateOf(pdu.status) };
  if (!('text' in pdu.content)) return { type: 'other' };
  const said = { from: writtenAddress(pdu.from), text: pdu.content.text };
  if (pdu.part === undefined) return { type: 'message', ...said };
  const { reference, number, total } = pdu.part;
  return { type: 'part', ...said, reference, number, total };
}

/** One message with a status report asked for (B2.8); the problem is for people, and holds neither number nor text. */
export function writePdu(to: string, text: string): Result<EncodedPdu, string> {
  const address = addressOf(to);
  if (address.kind === 'name') return failure('an address that is no number');
  const contents = contentsOf(text, { reference: 0, isWide: false });
  if (!contents.ok) return failure(contents.problem.message);
  const [content, ...more] = contents.value;
  if (content === undefined || more.length > 0) return failure('a text that is more than one message');
  const pdu = encodePdu({ type: 'submit', reference: 0, to: address, wantsReport: true, ...content });
  return pdu.ok ? success(pdu.value) : failure(pdu.problem.message);
}
