import { failure, type Result, success } from '#protocol/core/result.ts';
import { decodeGsm7, encodeGsm7 } from './gsm7.ts';
import { decodeHeader, encodeHeader, type Part } from './header.ts';
import type { Problem } from './problem.ts';
import { packSeptets, packedLength, unpackSeptets } from './septets.ts';

/** Bytes of a message's user data, its header included (3GPP TS 23.040 9.2.3.24). */
export const userDataLimit = 140;

export type Alphabet = 'gsm7' | 'ucs2';

/** What a message holds (3GPP TS 23.038 4). */
export interface Content {
  content: { alphabet: Alphabet; text: string } | { alphabet: 'data'; bytes: Uint8Array };
  /** Which part of a longer one it is. */
  part?: Part;
  /** 0 is shown at once and not stored, 1 goes to the modem, 2 to the SIM, 3 to what is behind the modem. */
  messageClass?: 0 | 1 | 2 | 3;
}

/** The data coding scheme: the alphabet, and the class where there is one. */
export function codingOf({ content, messageClass }: Content): number {
  const alphabet = { gsm7: 0, data: 0x04, ucs2: 0x08 }[content.alphabet];
  return alphabet | (messageClass === undefined ? 0 : 0x10 | messageClass);
}

/** The length as it is told (septets or bytes), and the bytes. */
export function encodeUserData(what: Content): Result<Uint8Array, Problem> {
  const header = what.part === undefined ? success(new Uint8Array(0)) : encodeHeader(what.part);
  if (!header.ok) return header;
  if (what.content.alphabet === 'gsm7') return encodeSeptets(what.content.text, header.value);
  const body = what.content.alphabet === 'data' ? what.content.bytes : encodeUcs2(what.content.text);
  const length = header.value.length + body.length;
  if (length > userDataLimit) return tooLong();
  return success(Uint8Array.of(length, ...header.value, ...body));
}

/** `length` is as told: septets for GSM-7, bytes for everything else. */
export function decodeUserData(
  coding: number,
  hasHeader: boolean,
  length: number,
  bytes: Uint8Array,
): Result<Content, Problem> {
  const read = hasHeader ? decodeHeader(bytes) : undefined;
  if (read?.ok === false) return read;
  const header: { length: number; part?: Part } = read?.value ?? { length: 0 };
  const content = decodeContent(coding, header.length, length, bytes.subarray(header.length));
  if (!content.ok) return content;
  const messageClass = classOf(coding);
  return success({
    content: content.value,
    ...(header.part === undefined ? {} : { part: header.part }),
    ...(messageClass === undefined ? {} : { messageClass }),
  });
}

/** Bytes that so much user data takes. */
export function userDataBytes(coding: number, length: number): number {
  return alphabetOf(coding) === 'gsm7' ? packedLength(length) : length;
}

function encodeSeptets(text: string, header: Uint8Array): Result<Uint8Array, Problem> {
  const septets = encodeGsm7(text);
  if (septets === undefined) return failure({ code: 'bad-text', message: 'a character that GSM-7 has not' });
  const fillBits = fillBitsBehind(header.length);
  const body = packSeptets(septets, fillBits);
  if (header.length + body.length > userDataLimit) return tooLong();
  const length = Math.ceil((header.length * 8) / 7) + septets.length;
  return success(Uint8Array.of(length, ...header, ...body));
}

function decodeContent(
  coding: number,
  headerLength: number,
  length: number,
  rest: Uint8Array,
): Result<Content['content'], Problem> {
  const alphabet = alphabetOf(coding);
  if (alphabet === 'data') return success({ alphabet, bytes: rest.slice() });
  if (alphabet === 'ucs2') {
    if (rest.length % 2 === 1) return failure({ code: 'bad-text', message: 'half a character of UCS-2 at the end' });
    return success({ alphabet, text: decodeUcs2(rest) });
  }
  const count = length - Math.ceil((headerLength * 8) / 7);
  if (count < 0) return failure({ code: 'bad-header', message: 'a header longer than the message' });
  return success({ alphabet, text: decodeGsm7(unpackSeptets(rest, count, fillBitsBehind(headerLength))) });
}

/** A text begins on a septet's boundary, counted from the header's first bit. */
function fillBitsBehind(headerLength: number): number {
  return (7 - ((headerLength * 8) % 7)) % 7;
}

/** Two bytes for each unit of UTF-16, the high one first (3GPP TS 23.038 6.2.3). */
export function encodeUcs2(text: string): Uint8Array {
  return Uint8Array.from({ length: text.length * 2 }, (_, at) => {
    const unit = text.charCodeAt(at >> 1);
    return at % 2 === 0 ? unit >> 8 : unit & 0xff;
  });
}

export function decodeUcs2(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at + 1 < bytes.length; at += 2) {
    text += String.fromCharCode(((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0));
  }
  return text;
}

/** 3GPP TS 23.038 4; reserved ones are taken for the default alphabet, as it asks. What is compressed is data to us. */
function alphabetOf(coding: number): Content['content']['alphabet'] {
  const group = coding >> 4;
  if (group < 0x8) {
    if ((coding & 0x20) !== 0) return 'data';
    return (['gsm7', 'data', 'ucs2', 'gsm7'] as const)[(coding >> 2) & 3] ?? 'gsm7';
  }
  if (group === 0xe) return 'ucs2';
  return group === 0xf && (coding & 0x04) !== 0 ? 'data' : 'gsm7';
}

function classOf(coding: number): Content['messageClass'] {
  const group = coding >> 4;
  const isTold = group === 0xf || (group < 0x8 && (coding & 0x10) !== 0);
  return isTold ? ([0, 1, 2, 3] as const)[coding & 3] : undefined;
}

function tooLong(): Result<never, Problem> {
  return failure({ code: 'too-long', message: `more than the ${userDataLimit} bytes of a message` });
}
