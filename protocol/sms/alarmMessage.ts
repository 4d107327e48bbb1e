import { failure, type Result, success } from '#protocol/core/result.ts';
import { idPattern, referencePattern } from '#protocol/mqtt/identifiers.ts';
import { isGsm7, messageLimit } from './gsm7.ts';

/**
 * An alarm as a short message (B2.8), when nothing else gets through: `H1 <hub> <ref> <dty> <stc> <lco> <hhmm>`. It holds
 * no name and no address, because staff read it on any telephone; the reference is the same as on every other path.
 */
export interface AlarmMessage {
  hub: string;
  ref: string;
  /** SCAIP's device type and status code. */
  dty: number;
  stc: number;
  /** SCAIP's location code; undefined where there is none. */
  lco: number | undefined;
  /** When it happened, hours and minutes of the home's local time; undefined when the hub did not know the time (B12.2). */
  at: { hours: number; minutes: number } | undefined;
}

const messageForm = /^H1 (\S+) (\S+) (\d{4}) (\d{4}) (\d{3}|-) (\d{2})(\d{2})$/u;
const messageFormWithoutTime = /^H1 (\S+) (\S+) (\d{4}) (\d{4}) (\d{3}|-) -$/u;

export function encodeAlarmMessage({ hub, ref, dty, stc, lco, at }: AlarmMessage): string {
  const time = at === undefined ? '-' : digits(at.hours, 2) + digits(at.minutes, 2);
  return ['H1', hub, ref, digits(dty, 4), digits(stc, 4), lco === undefined ? '-' : digits(lco, 3), time].join(' ');
}

export function decodeAlarmMessage(text: string): Result<AlarmMessage, string> {
  const right = 'right would be H1 <hub> <ref> <dty> <stc> <lco> <hhmm>';
  if (text.length > messageLimit || !isGsm7(text)) {
    return failure(`a message that is no single short message of ${messageLimit} characters; ${right}`);
  }
  const [, hub = '', ref = '', dty, stc, lco, hours, minutes] =
    messageForm.exec(text) ?? messageFormWithoutTime.exec(text) ?? [];
  if (!new RegExp(idPattern, 'u').test(hub) || !isReference(ref)) return failure(`a message of another form; ${right}`);
  const at = hours === undefined ? undefined : { hours: Number(hours), minutes: Number(minutes) };
  if (at !== undefined && (at.hours > 23 || at.minutes > 59)) return failure(`a time that is none; ${right}`);
  return success({ hub, ref, dty: Number(dty), stc: Number(stc), lco: lco === '-' ? undefined : Number(lco), at });
}

/** What the receiver writes back: `A1 <ref> <snu>`. It is not signed (B2.8). */
export interface AnswerMessage {
  ref: string;
  /** SCAIP's status number: 0 is handled. */
  snu: number;
}

export function encodeAnswerMessage({ ref, snu }: AnswerMessage): string {
  return `A1 ${ref} ${snu}`;
}

/** People write it by hand: spaces around it, and small letters, are no mistake. */
export function decodeAnswerMessage(text: string): Result<AnswerMessage, string> {
  const [, ref = '', snu] = /^\s*A1\s+(\S+)\s+(\d{1,2})\s*$/iu.exec(text.slice(0, messageLimit)) ?? [];
  if (!isReference(ref)) return failure('an answer of another form; right would be A1 <ref> <snu>');
  return success({ ref, snu: Number(snu) });
}

function isReference(ref: string): boolean {
  return new RegExp(referencePattern, 'u').test(ref);
}

function digits(value: number, count: number): string {
  return String(value).padStart(count, '0');
}
