import { failure, type Result, success } from '#protocol/core/result.ts';
import { type Address, encodeAddress, encodeServiceCentre, readAddress, readServiceCentre } from './address.ts';
import { type ByteReader, createByteReader } from './byteReader.ts';
import type { Problem } from './problem.ts';
import { decodeTimeStamp, encodeTimeStamp, type TimeStamp, timeStampLength } from './timeStamp.ts';
import { codingOf, type Content, decodeUserData, encodeUserData, userDataBytes, userDataLimit } from './userData.ts';
import { encodeValidity, formatOf, readValidity, type Validity, type ValidityFormat } from './validity.ts';

/** A message on its way to the network (SMS-SUBMIT, 3GPP TS 23.040 9.2.2.2). */
export interface Submit extends Content {
  type: 'submit';
  serviceCentre?: Address;
  /** 0 to 255; most modems put their own in its place. */
  reference: number;
  to: Address;
  /** A status report is asked for. */
  wantsReport: boolean;
  validity?: Validity;
}

/** A message that has come (SMS-DELIVER, 9.2.2.1). */
export interface Deliver extends Content {
  type: 'deliver';
  serviceCentre?: Address;
  from: Address;
  /** When the service centre got it. */
  at: TimeStamp;
}

/** What became of a message that was sent (SMS-STATUS-REPORT, 9.2.2.3). */
export interface StatusReport {
  type: 'status-report';
  serviceCentre?: Address;
  reference: number;
  /** Whom the message was sent to. */
  to: Address;
  sentAt: TimeStamp;
  doneAt: TimeStamp;
  /** <TP-ST>, 9.2.3.15; `fateOf` says what it means. */
  status: number;
}

export type Pdu = Submit | Deliver | StatusReport;

/** A PDU as it goes over the line of a modem. */
export interface EncodedPdu {
  hex: string;
  /** Bytes without the address of the service centre: what `AT+CMGS=` is told (3GPP TS 27.005 4.3). */
  length: number;
}

/** The longest PDU in bytes: 176 with the address of a service centre (9.2.2, 27.005 3.1). */
export const pduBytesLimit = 176;

/** <TP-MTI>, 9.2.3.1. To the network 1 is a submit, from it 0 is a deliver and 2 a report. */
const types = { deliver: 0, submit: 1, 'status-report': 2 } as const;

const moreToCome = 0x04;
const reportAsked = 0x20;
const withHeader = 0x40;

/** <TP-ST> of a message that the network still tries to deliver, or has given up (9.2.3.15). */
export function fateOf(status: number): 'delivered' | 'pending' | 'lost' {
  if (status <= 0x1f) return 'delivered';
  return status <= 0x3f ? 'pending' : 'lost';
}

export function encodePdu(pdu: Pdu): Result<EncodedPdu, Problem> {
  const serviceCentre = encodeServiceCentre(pdu.serviceCentre);
  if (!serviceCentre.ok) return serviceCentre;
  const bytes = encodeBody(pdu);
  if (!bytes.ok) return bytes;
  return success({ hex: hexOf([...serviceCentre.value, ...bytes.value]), length: bytes.value.length });
}

/** Reads a line of hex digits, the address of the service centre first. */
export function decodePdu(hex: string): Result<Pdu, Problem> {
  if (!/^(?:[\da-f]{2})+$/iu.test(hex)) return failure({ code: 'no-hex', message: 'no hex digits, two for each byte' });
  if (hex.length > 2 * pduBytesLimit) {
    return failure({ code: 'too-long', message: `more than the ${pduBytesLimit} bytes that there can be` });
  }
  const reader = createByteReader(Uint8Array.from(hex.match(/../gu) ?? [], (digits) => Number.parseInt(digits, 16)));
  const serviceCentre = readServiceCentre(reader);
  if (!serviceCentre.ok) return serviceCentre;
  const first = reader.takeByte('the first byte');
  if (!first.ok) return first;
  const read = readBody(first.value, reader);
  if (!read.ok) return read;
  return success({
    ...read.value,
    ...(serviceCentre.value === undefined ? {} : { serviceCentre: serviceCentre.value }),
  });
}

/** Bytes of a PDU without the address of its service centre; undefined for what is no PDU. */
export function lengthOf(hex: string): number | undefined {
  const centreLength = Number.parseInt(hex.slice(0, 2), 16);
  const length = hex.length / 2 - 1 - centreLength;
  return Number.isInteger(length) && length > 0 ? length : undefined;
}

function encodeBody(pdu: Pdu): Result<number[], Problem> {
  switch (pdu.type) {
    case 'submit':
      return encodeSubmit(pdu);
    case 'deliver':
      return encodeDeliver(pdu);
    case 'status-report':
      return encodeReport(pdu);
  }
}

function encodeSubmit(pdu: Submit): Result<number[], Problem> {
  if (!isByte(pdu.reference)) return notAByte('reference');
  const to = encodeAddress(pdu.to);
  const userData = encodeUserData(pdu);
  if (!to.ok) return to;
  if (!userData.ok) return userData;
  const first = types.submit | (formatOf(pdu.validity) << 3) | (pdu.wantsReport ? reportAsked : 0) | headerBit(pdu);
  const validity = encodeValidity(pdu.validity);
  return success([first, pdu.reference, ...to.value, 0, codingOf(pdu), ...validity, ...userData.value]);
}

function encodeDeliver(pdu: Deliver): Result<number[], Problem> {
  const from = encodeAddress(pdu.from);
  const userData = encodeUserData(pdu);
  if (!from.ok) return from;
  if (!userData.ok) return userData;
  const first = types.deliver | moreToCome | headerBit(pdu);
  return success([first, ...from.value, 0, codingOf(pdu), ...encodeTimeStamp(pdu.at), ...userData.value]);
}

function encodeReport({ reference, to, sentAt, doneAt, status }: StatusReport): Result<number[], Problem> {
  if (!isByte(reference)) return notAByte('reference');
  if (!isByte(status)) return notAByte('status');
  const address = encodeAddress(to);
  if (!address.ok) return address;
  const first = types['status-report'] | moreToCome;
  return success([first, reference, ...address.value, ...encodeTimeStamp(sentAt), ...encodeTimeStamp(doneAt), status]);
}

function readBody(first: number, reader: ByteReader): Result<Pdu, Problem> {
  switch (first & 3) {
    case types.deliver:
      return readDeliver(first, reader);
    case types.submit:
      return readSubmit(first, reader);
    case types['status-report']:
      return readReport(reader);
    default:
      return failure({ code: 'unknown-type', message: 'a type of 3; right would be 0 to 2' });
  }
}

function readSubmit(first: number, reader: ByteReader): Result<Submit, Problem> {
  const reference = reader.takeByte('the reference');
  if (!reference.ok) return reference;
  const to = readAddress(reader);
  if (!to.ok) return to;
  const coding = readCoding(reader);
  if (!coding.ok) return coding;
  const validity = readValidity(reader, validityFormat(first));
  if (!validity.ok) return validity;
  const content = readContent(first, coding.value, reader);
  if (!content.ok) return content;
  return success({
    type: 'submit',
    reference: reference.value,
    to: to.value,
    wantsReport: (first & reportAsked) !== 0,
    ...(validity.value === undefined ? {} : { validity: validity.value }),
    ...content.value,
  });
}

function readDeliver(first: number, reader: ByteReader): Result<Deliver, Problem> {
  const from = readAddress(reader);
  if (!from.ok) return from;
  const coding = readCoding(reader);
  if (!coding.ok) return coding;
  const at = readTime(reader);
  if (!at.ok) return at;
  const content = readContent(first, coding.value, reader);
  return content.ok ? success({ type: 'deliver', from: from.value, at: at.value, ...content.value }) : content;
}

/** What follows the status (9.2.3.26) says nothing that is asked for here. */
function readReport(reader: ByteReader): Result<StatusReport, Problem> {
  const reference = reader.takeByte('the reference');
  if (!reference.ok) return reference;
  const to = readAddress(reader);
  if (!to.ok) return to;
  const sentAt = readTime(reader);
  if (!sentAt.ok) return sentAt;
  const doneAt = readTime(reader);
  if (!doneAt.ok) return doneAt;
  const status = reader.takeByte('the status');
  if (!status.ok) return status;
  const [sent, done] = [sentAt.value, doneAt.value];
  return success({
    type: 'status-report',
    reference: reference.value,
    to: to.value,
    sentAt: sent,
    doneAt: done,
    status: status.value,
  });
}

/** The protocol is passed over: a message that replaces another is a message to us. */
function readCoding(reader: ByteReader): Result<number, Problem> {
  const protocol = reader.takeByte('the protocol');
  return protocol.ok ? reader.takeByte('the coding') : protocol;
}

function readTime(reader: ByteReader): Result<TimeStamp, Problem> {
  const bytes = reader.take(timeStampLength, 'the time');
  return bytes.ok ? decodeTimeStamp(bytes.value) : bytes;
}

function readContent(first: number, coding: number, reader: ByteReader): Result<Content, Problem> {
  const length = reader.takeByte('the length of the text');
  if (!length.ok) return length;
  const byteCount = userDataBytes(coding, length.value);
  if (byteCount > userDataLimit) {
    return failure({
      code: 'too-long',
      message: `a text of ${byteCount} bytes; right would be ${userDataLimit} at most`,
    });
  }
  const bytes = reader.take(byteCount, 'the text');
  if (!bytes.ok) return bytes;
  if (reader.left() > 0) return failure({ code: 'surplus', message: `${reader.left()} bytes behind the text` });
  return decodeUserData(coding, (first & withHeader) !== 0, length.value, bytes.value);
}

function validityFormat(first: number): ValidityFormat {
  return ([0, 1, 2, 3] as const)[(first >> 3) & 3] ?? 0;
}

function headerBit({ part }: Content): number {
  return part === undefined ? 0 : withHeader;
}

function isByte(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 0xff;
}

function notAByte(what: string): Result<never, Problem> {
  return failure({ code: 'bad-value', message: `a ${what} that is no byte; right would be 0 to 255` });
}

function hexOf(bytes: readonly number[]): string {
  return bytes
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .toUpperCase();
}
