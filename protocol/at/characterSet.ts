import { decodeGsm7, encodeGsm7 } from '#protocol/sms/gsm7.ts';
import { decodeUcs2, encodeUcs2 } from '#protocol/sms/userData.ts';

/**
 * The alphabets in which a modem and a computer exchange texts and names, `AT+CSCS` (3GPP TS 27.007 5.5): one character of
 * the line for each of GSM-7 or ASCII, or four hex digits for each of UCS-2.
 */
export const characterSets = ['IRA', 'GSM', 'UCS2'] as const;

export type CharacterSet = (typeof characterSets)[number];

/** What stands for a character that the alphabet has not. */
const substitute = '?';

/** A text as it goes over the line. */
export function encodeCharacters(set: CharacterSet, text: string): string {
  switch (set) {
    case 'IRA':
      return text.replaceAll(/[^\t\n\r\u0020-\u007e]/gu, substitute);
    case 'GSM':
      return String.fromCharCode(
        ...Array.from(text).flatMap((character) => encodeGsm7(character) ?? [substitute.charCodeAt(0)]),
      );
    case 'UCS2':
      return Array.from(encodeUcs2(text), (byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join('');
  }
}

/** The text that came over the line; undefined for what is none in this alphabet. */
export function decodeCharacters(set: CharacterSet, said: string): string | undefined {
  switch (set) {
    case 'IRA':
      return said;
    case 'GSM':
      return decodeGsm7(Array.from(said, (character) => character.charCodeAt(0)));
    case 'UCS2':
      if (!/^(?:[\da-f]{4})*$/iu.test(said)) return undefined;
      return decodeUcs2(Uint8Array.from(said.match(/../gu) ?? [], (digits) => Number.parseInt(digits, 16)));
  }
}
