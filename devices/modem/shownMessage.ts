import { type CharacterSet, encodeCharacters } from '#protocol/at/characterSet.ts';
import { formatClock } from '#protocol/at/statusClock.ts';
import { writtenAddress } from '#protocol/sms/address.ts';
import { decodePdu, type Pdu } from '#protocol/sms/pdu.ts';
import type { TimeStamp } from '#protocol/sms/timeStamp.ts';

/** A message in text mode: the line about it, and its text (3GPP TS 27.005 3.4.1 to 3.4.3). */
export function shownMessage(beginning: string, hex: string, set: CharacterSet): string[] {
  const pdu = decodePdu(hex);
  if (!pdu.ok) return [`${beginning}""`, ''];
  const { value } = pdu;
  if (value.type === 'status-report') {
    const fields = [6, value.reference, address(value, set), 145, time(value.sentAt), time(value.doneAt), value.status];
    return [`${beginning}${fields.join(',')}`];
  }
  const at = value.type === 'deliver' ? [time(value.at)] : [];
  return [`${beginning}${[address(value, set), '', ...at].join(',')}`, textOf(value, set)];
}

function textOf({ content }: Exclude<Pdu, { type: 'status-report' }>, set: CharacterSet): string {
  if (content.alphabet !== 'data') return encodeCharacters(set, content.text);
  return Array.from(content.bytes, (byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join('');
}

function address(pdu: Pdu, set: CharacterSet): string {
  return `"${encodeCharacters(set, writtenAddress(pdu.type === 'deliver' ? pdu.from : pdu.to))}"`;
}

/** As the clock writes it (27.007 8.15). */
function time({ wallMs, zoneQuarters }: TimeStamp): string {
  return formatClock(wallMs, zoneQuarters).replace('+CCLK: ', '');
}
