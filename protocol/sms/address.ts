import { failure, type Result, success } from '#protocol/core/result.ts';
import type { ByteReader } from './byteReader.ts';
import { decodeGsm7, encodeGsm7 } from './gsm7.ts';
import type { Problem } from './problem.ts';
import { packedLength, packSeptets, unpackSeptets } from './septets.ts';

/** Who sends or gets a message (3GPP TS 23.040 9.1.2.5). A `name` is what companies send under. */
export interface Address {
  kind: 'international' | 'national' | 'unknown' | 'name';
  /** Digits without the plus, or the name. */
  text: string;
}

/** Semi-octets that an address has at most (9.1.2.5). */
export const addressDigitsLimit = 20;
/** Characters that fit in the same ten bytes. */
export const addressNameLimit = 11;

/** Digits in semi-octets, 15 being the filling of an odd number of them (9.1.2.3). */
const digits = '0123456789*#abc';
const filling = 0xf;

const typesOfNumber = { unknown: 0, international: 1, national: 2, name: 5 } as const;

/** Numbers are of the telephone's plan (E.164); a name is of none. */
const telephonePlan = 1;

/** `+46…` is international, other digits are as they would be dialled, and anything else is a name. */
export function addressOf(text: string): Address {
  if (/^\+[\d*#abc]+$/u.test(text)) return { kind: 'international', text: text.slice(1) };
  return /^[\d*#abc]+$/u.test(text) ? { kind: 'unknown', text } : { kind: 'name', text };
}

/** As people write it. */
export function writtenAddress({ kind, text }: Address): string {
  return kind === 'international' ? `+${text}` : text;
}

/** 145, 129 and their like: type of number and plan (9.1.2.5). */
function typeOfAddress({ kind }: Address): number {
  return 0x80 | (typesOfNumber[kind] << 4) | (kind === 'name' ? 0 : telephonePlan);
}

/** The number of its digits, its type, and the digits. */
export function encodeAddress(address: Address): Result<Uint8Array, Problem> {
  const value = encodeValue(address);
  if (!value.ok) return value;
  const length = address.kind === 'name' ? Math.ceil(((encodeGsm7(address.text) ?? []).length * 7) / 4) : undefined;
  return success(Uint8Array.of(length ?? address.text.length, typeOfAddress(address), ...value.value));
}

/** In front of a message, where its length is told in bytes (3GPP TS 24.011 8.2.5.2); none means the modem's own. */
export function encodeServiceCentre(address: Address | undefined): Result<Uint8Array, Problem> {
  if (address === undefined) return success(Uint8Array.of(0));
  const value = encodeValue(address);
  if (!value.ok) return value;
  return success(Uint8Array.of(value.value.length + 1, typeOfAddress(address), ...value.value));
}

export function readAddress(reader: ByteReader): Result<Address, Problem> {
  const length = reader.takeByte('the length of the address');
  if (!length.ok) return length;
  if (length.value > addressDigitsLimit) {
    return bad(`an address of ${length.value} digits; right would be ${addressDigitsLimit} at most`);
  }
  const type = reader.takeByte('the type of the address');
  if (!type.ok) return type;
  const value = reader.take(Math.ceil(length.value / 2), 'the address');
  return value.ok ? decodeValue(type.value, value.value, length.value) : value;
}

export function readServiceCentre(reader: ByteReader): Result<Address | undefined, Problem> {
  const length = reader.takeByte('the length of the address of the service centre');
  if (!length.ok) return length;
  if (length.value === 0) return success(undefined);
  const bytes = reader.take(length.value, 'the address of the service centre');
  if (!bytes.ok) return bytes;
  const [type = 0, ...value] = bytes.value;
  if (value.length * 2 > addressDigitsLimit) return bad('an address of a service centre that is too long');
  const isOdd = (value.at(-1) ?? 0) >> 4 === filling;
  return decodeValue(type, Uint8Array.from(value), value.length * 2 - (isOdd ? 1 : 0));
}

function encodeValue({ kind, text }: Address): Result<Uint8Array, Problem> {
  if (kind === 'name') {
    const septets = encodeGsm7(text);
    if (septets === undefined || septets.length === 0 || septets.length > addressNameLimit) {
      return bad(`a sender's name that cannot be written; right would be 1 to ${addressNameLimit} characters of GSM-7`);
    }
    return success(packSeptets(septets));
  }
  if (!/^[\d*#abc]{1,20}$/u.test(text)) return bad(`no number; right would be 1 to ${addressDigitsLimit} digits`);
  const values = Array.from(text, (digit) => digits.indexOf(digit));
  if (values.length % 2 === 1) values.push(filling);
  return success(
    Uint8Array.from({ length: values.length / 2 }, (_, at) => (values[2 * at] ?? 0) | ((values[2 * at + 1] ?? 0) << 4)),
  );
}

function decodeValue(type: number, bytes: Uint8Array, length: number): Result<Address, Problem> {
  const typeOfNumber = (type >> 4) & 7;
  if (typeOfNumber === typesOfNumber.name) {
    // Some count the filling bits in, some do not: a seventh character that is all noughts is none.
    const septets = unpackSeptets(bytes, Math.floor((length * 4) / 7));
    const text = decodeGsm7(septets);
    return text === '' || packedLength(septets.length) > bytes.length
      ? bad('a name without a letter')
      : success({ kind: 'name', text });
  }
  const semiOctets = Array.from(bytes).flatMap((byte) => [byte & 0xf, byte >> 4]);
  const read = semiOctets.slice(0, length).map((value) => digits[value]);
  if (read.includes(undefined)) return bad('an address with a digit that is none');
  return success({ kind: kindOf(typeOfNumber), text: read.join('') });
}

/** Numbers of a network, of a subscriber and shortened ones are dialled as they stand. */
function kindOf(typeOfNumber: number): Address['kind'] {
  if (typeOfNumber === typesOfNumber.international) return 'international';
  return typeOfNumber === typesOfNumber.national ? 'national' : 'unknown';
}

function bad(message: string): Result<never, Problem> {
  return failure({ code: 'bad-address', message });
}
