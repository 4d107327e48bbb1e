import { readCommandLine, formatCommandLine } from '#protocol/at/command.ts';
import { readResponse } from '#protocol/at/response.ts';
import { decodeCharacters } from '#protocol/at/characterSet.ts';
import { readRange, type Values } from '#protocol/at/responseValues.ts';
import { readCall, readCaller, readKey } from '#protocol/at/statusCalls.ts';
import { readClock } from '#protocol/at/statusClock.ts';
import { readAttached, readContextAddress } from '#protocol/at/statusData.ts';
import { readMessageReference, readPduLength, readStored } from '#protocol/at/statusMessages.ts';
import { readNetworkInformation, readOperator, readSystemInformation } from '#protocol/at/statusOperator.ts';
import { readRegistration, registrationPrefixes } from '#protocol/at/statusRegistration.ts';
import { readExtendedSignal, readSignal } from '#protocol/at/statusSignal.ts';
import { readSim } from '#protocol/at/statusSim.ts';
import type { Result } from '#protocol/core/result.ts';
import { decodeMessage, encodeMessage } from '#protocol/esp3/messages.ts';
import { createParser } from '#protocol/esp3/parser.ts';
import { decodeProfile, encodeProfile, profiles } from '#protocol/esp3/profiles.ts';
import { decodeIdBase, decodeRepeaterState, decodeVersion } from '#protocol/esp3/responses.ts';
import { encodeFrame } from '#protocol/esp3/writer.ts';
import { decodeAcknowledgement, decodeFirmware, decodeParameters } from '#protocol/ld2410/acknowledgements.ts';
import { decodeCommand as decodeRadarCommand, encodeCommand as encodeRadarCommand } from '#protocol/ld2410/commands.ts';
import { frameIn } from '#protocol/ld2410/framer.ts';
import { decodeReport as decodeRadarReport, encodeReport as encodeRadarReport } from '#protocol/ld2410/report.ts';
import { readGga } from '#protocol/nmea/gga.ts';
import { readRmc, satelliteWallMs } from '#protocol/nmea/rmc.ts';
import { readGsa, readGsv } from '#protocol/nmea/satellites.ts';
import { readSentence, sentenceLengthLimit } from '#protocol/nmea/sentence.ts';
import { decodeAlarmMessage, decodeAnswerMessage, encodeAlarmMessage } from '#protocol/sms/alarmMessage.ts';
import { contentsOf } from '#protocol/sms/parts.ts';
import { decodePdu, encodePdu, pduBytesLimit } from '#protocol/sms/pdu.ts';
import { hexBytes } from '#test/hexBytes.ts';
import { bytesOf, wireText } from '#test/proof/fuzz/mutations.ts';
import { bytesTarget, readsAgain, type Target, textTarget } from '#test/proof/fuzz/target.ts';
import { commandLines, modemLines, pdus, radarFrames, radioFrames, sentences } from './examples.ts';

/** Readers of messages that somebody else has found in a stream: behind a checksum, or of a length that is told. */
export const messageTargets: readonly Target[] = [
  bytesTarget({ name: 'ERP1 telegrams and profiles', corpus: radioFrames.map(withoutChecksums) }, readTelegram),
  bytesTarget({ name: 'LD2410 frames', corpus: radarFrames }, readRadarFrame),
  textTarget({ name: 'NMEA sentences', corpus: sentences, words: [',', 'N', 'E', 'A', '*'] }, readAnySentence),
  bytesTarget({ name: 'AT answers', corpus: modemLines.map(bytesOf), words: ['+CREG:', '"', '(', ','] }, (input) =>
    readAnswerLine(wireText(input)),
  ),
  bytesTarget({ name: 'AT commands', corpus: commandLines.map(bytesOf), words: ['+', '"', ';', '=?'] }, (input) =>
    readCommands(wireText(input)),
  ),
  bytesTarget({ name: 'SMS PDUs', corpus: pdus.map(hexBytes) }, (input) => readPdu(Buffer.from(input).toString('hex'))),
  textTarget({ name: 'SMS PDUs as a modem writes them', corpus: pdus, words: ['00', 'FF', 'g'] }, readPdu),
  textTarget(
    {
      name: 'SMS texts',
      corpus: ['H1 hub-0001 A1B2 0003 0010 002 1205', 'H1 hub-0001 A1B2 0003 0010 - -', 'A1 A1B2 0', ' a1 A1B2  5 '],
      words: ['H1', 'A1', ' ', '€', '[', '-'],
    },
    readText,
  ),
];

/** Packet type, length of the optional data, data: what stands in a frame, without what vouches for it. */
function withoutChecksums(frame: Uint8Array): Uint8Array {
  const [item] = createParser().push(frame);
  if (item?.kind !== 'frame') throw new Error('an example that is no frame');
  return Uint8Array.of(item.packetType, item.optional.length, ...item.optional, ...item.data);
}

function readTelegram(input: Uint8Array): string | undefined {
  const [packetType = 0, optionalLength = 0] = input;
  const optional = input.subarray(2, 2 + optionalLength);
  const data = input.subarray(2 + optionalLength, 2 + optionalLength + 512);
  const message = decodeMessage({ packetType, data, optional });
  if (!message.ok) return isProblem(message.problem.message);
  const again = decodeMessage(encodeMessage(message.value));
  const { value } = message;
  if (value.type === 'response') [decodeVersion, decodeIdBase, decodeRepeaterState].forEach((decode) => decode(value));
  if (value.type !== 'radio') return value.type === 'command' ? undefined : readsAgain(plain(value), plainOf(again));
  if (data.length > 0) createParser().push(encodeFrame({ packetType, data, optional }));
  for (const profile of Object.keys(profiles)) {
    const event = decodeProfile(profile, value.telegram);
    if (!event.ok) continue;
    const written = encodeProfile(profile, event.value);
    const broken = written.ok ? readsAgain(event.value, decodeProfile(profile, written.value)) : undefined;
    if (broken !== undefined) return `${profile}: ${broken}`;
  }
  return readsAgain(plain(value), plainOf(again));
}

/** Views of one buffer and copies of it are the same to us. */
function plain(value: object): unknown {
  return JSON.parse(JSON.stringify(value, (_, part: unknown) => (part instanceof Uint8Array ? [...part] : part)));
}

function plainOf(result: Result<object, unknown>): Result<unknown, unknown> {
  return result.ok ? { ok: true, value: plain(result.value) } : result;
}

function readRadarFrame(input: Uint8Array): string | undefined {
  const frame = frameIn(input);
  const report = decodeRadarReport(frame);
  if (report.ok) return readsAgain(report.value, decodeRadarReport(encodeRadarReport(report.value)));
  const command = decodeRadarCommand(frame);
  const acknowledgement = decodeAcknowledgement(frame);
  if (acknowledgement.ok) [decodeFirmware, decodeParameters].forEach((decode) => decode(acknowledgement.value));
  if (!command.ok) return isProblem(command.problem.message);
  return readsAgain(plain(command.value), plainOf(decodeRadarCommand(encodeRadarCommand(command.value))));
}

/** As long as the framer hands one out. */
function readAnySentence(text: string): string | undefined {
  const sentence = readSentence(text.slice(0, sentenceLengthLimit));
  const [gga, rmc, gsa, gsv] = [readGga(sentence), readRmc(sentence), readGsa(sentence), readGsv(sentence)];
  for (const read of [gga, rmc, gsa, gsv]) if (!read.ok) return isProblem(read.problem.message);
  if (gga.ok && !isPlace(gga.value)) return `a place that is none: ${JSON.stringify(gga.value)}`;
  if (!rmc.ok) return undefined;
  const wallMs = satelliteWallMs(rmc.value);
  if (wallMs !== undefined && Number.isNaN(new Date(wallMs).getTime())) return 'a time that is none';
  return isPlace(rmc.value) ? undefined : `a place that is none: ${JSON.stringify(rmc.value)}`;
}

function isPlace({ latitude = 0, longitude = 0 }: { latitude?: number; longitude?: number }): boolean {
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180;
}

function readAnswerLine(line: string): string | undefined {
  const response = readResponse(line);
  if (response.type !== 'information') return undefined;
  for (const read of valueReaders) {
    const problem = read(response.values);
    if (problem !== undefined && !problem.ok) {
      const broken = isProblem(problem.problem.message);
      if (broken !== undefined) return broken;
    }
  }
  const [first = ''] = response.values;
  for (const set of ['IRA', 'GSM', 'UCS2'] as const) decodeCharacters(set, first);
  return void readRange(first);
}

const valueReaders: readonly ((values: Values) => Result<unknown, { message: string }> | undefined)[] = [
  readCall,
  readClock,
  readAttached,
  readContextAddress,
  readMessageReference,
  readOperator,
  readSystemInformation,
  readNetworkInformation,
  readSignal,
  readExtendedSignal,
  (values) => void readSim(values),
  (values) => void readCaller(values),
  (values) => void readKey('+RXDTMF', values),
  ...(['+CMTI', '+CDSI'] as const).map((line) => (values: Values) => readStored(line, values)),
  ...(['+CMT', '+CMGL'] as const).map((line) => (values: Values) => readPduLength(line, values)),
  ...registrationPrefixes.map((line) => (values: Values) => readRegistration(line, values)),
];

/** The framer passes over control characters (V.250 5.2.2). */
function readCommands(line: string): string | undefined {
  const read = readCommandLine(line.replaceAll(/\p{Cc}/gu, ''));
  if (!read.ok) return isProblem(read.problem.message);
  return readsAgain(read.value, readCommandLine(formatCommandLine(read.value)));
}

function readPdu(hex: string): string | undefined {
  const read = decodePdu(hex);
  if (!read.ok) return isProblem(read.problem.message);
  const { value } = read;
  if (value.type !== 'status-report' && 'text' in value.content) decodeAnswerMessage(value.content.text);
  const written = encodePdu(value);
  // There are other codings than those that are written, and times that no calendar has.
  if (!written.ok) return isProblem(written.problem.message);
  if (written.value.hex.length > 2 * pduBytesLimit) return 'it is written longer than a PDU can be';
  const again = decodePdu(written.value.hex);
  return again.ok ? undefined : `what was understood cannot be read again: ${again.problem.message}`;
}

function readText(text: string): string | undefined {
  const alarm = decodeAlarmMessage(text);
  if (alarm.ok) return readsAgain(alarm.value, decodeAlarmMessage(encodeAlarmMessage(alarm.value)));
  decodeAnswerMessage(text);
  const contents = contentsOf(text, { reference: 1, isWide: false });
  return contents.ok ? undefined : isProblem(contents.problem.message);
}

/** What a driver notes of what it cannot read: it fills no log. */
function isProblem(message: string): string | undefined {
  return message.length > 0 && message.length <= 400 ? undefined : `a problem of ${message.length} characters`;
}
