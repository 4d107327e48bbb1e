import { encodeGsm7 } from '#protocol/sms/gsm7.ts';
import { packSeptets } from '#protocol/sms/septets.ts';

/** A value that can be told again wherever it turns up: how it is written there is searched for in every way. */
export interface Plant {
  /** What it is, in the words of the table. */
  is: string;
  value: string;
}

const hexOf = (text: string): string => Buffer.from(text, 'utf8').toString('hex');

/** The digits of a telephone number as a PDU has them: swapped in pairs. */
function swapped(digits: string): string {
  return (digits.length % 2 === 0 ? digits : `${digits}F`).replaceAll(/(.)(.)/gu, '$2$1');
}

/** A text as GSM 03.38 packs it, without its last septet, which shares a byte with what follows. */
function packed(text: string): string[] {
  const septets = encodeGsm7(text);
  if (septets === undefined) return [];
  const hex = Buffer.from(packSeptets(septets).subarray(0, -1)).toString('hex');
  return [hex, hex.toUpperCase()];
}

/** In base64 a text looks otherwise at each of three places; the letters that it shares with its neighbours are left out. */
function base64Of(text: string): string[] {
  return [0, 1, 2].map((before) => {
    const whole = Buffer.from(`${' '.repeat(before)}${text}`)
      .toString('base64')
      .replaceAll('=', '');
    return whole.slice(Math.ceil((before * 8) / 6), -1);
  });
}

/** A latitude as NMEA 0183 has it: degrees and minutes. */
function inNmea(degrees: number): string {
  const whole = Math.trunc(degrees);
  return `${whole}${((degrees - whole) * 60).toFixed(4).padStart(7, '0').slice(0, 5)}`;
}

/** Shorter forms would be found by chance. */
const leastLength = 6;

function formsOf({ value }: Plant): string[] {
  const digits = value.replace(/^\+/u, '');
  const isNumber = /^[0-9]{6,15}$/u.test(digits);
  const isDegrees = /^[0-9]+\.[0-9]+$/u.test(value);
  const texts = isNumber
    ? [digits, swapped(digits).toUpperCase(), swapped(digits).toLowerCase()]
    : [value, ...(isDegrees ? [inNmea(Number(value))] : [])];
  const messages = packed(value);
  const all = [...texts, ...texts.map(hexOf), ...texts.flatMap(base64Of), ...messages, ...messages.map(hexOf)];
  return [...new Set(all.map((form) => form.toLowerCase()))].filter((form) => form.length >= leastLength);
}

/** Which of the plants a text holds, in whatever form, also in bytes that are written in hexadecimal with spaces. */
export function plantsIn(text: string | Buffer, plants: readonly Plant[]): string[] {
  const whole = (typeof text === 'string' ? text : text.toString('latin1')).toLowerCase();
  const traced = whole.replaceAll(/(?<=\b[0-9a-f]{2}) (?=[0-9a-f]{2}\b)/gu, '');
  return plants
    .filter((plant) => formsOf(plant).some((form) => whole.includes(form) || traced.includes(form)))
    .map(({ is }) => is);
}
