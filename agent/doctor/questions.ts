import { gnssBaudRates } from '#agent/drivers/gnss/rates.ts';
import { atBaudRates, createAtFramer } from '#protocol/at/framer.ts';
import { isFinal, readResponse, type Response } from '#protocol/at/response.ts';
import { encodeCommand } from '#protocol/esp3/commands.ts';
import { esp3BaudRate } from '#protocol/esp3/constants.ts';
import { decodeMessage } from '#protocol/esp3/messages.ts';
import { createParser } from '#protocol/esp3/parser.ts';
import { decodeVersion, type Version } from '#protocol/esp3/responses.ts';
import { encodeFrame } from '#protocol/esp3/writer.ts';
import { radarBaudRate } from '#protocol/ld2410/frame.ts';
import { createRadarFramer, frameIn } from '#protocol/ld2410/framer.ts';
import { decodeReport, type Report } from '#protocol/ld2410/report.ts';
import { readAnswer } from '#protocol/megatec/answers.ts';
import { writeCommand } from '#protocol/megatec/commands.ts';
import { megatecBaudRate } from '#protocol/megatec/constants.ts';
import { createLineParser, encodeLine } from '#protocol/megatec/lines.ts';
import type { Status } from '#protocol/megatec/status.ts';
import { createFramer } from '#protocol/nmea/framer.ts';
import { fixQualities, type Gga, readGga } from '#protocol/nmea/gga.ts';
import { readerBaudRate } from '#protocol/rdm6300/frame.ts';
import { createTagFramer } from '#protocol/rdm6300/framer.ts';
import type { DeviceKind } from './knownUsb.ts';
import type { Question } from './question.ts';

/** ESP3: "what are you?", CO_RD_VERSION. */
const radioVersion: Question<Version> = {
  baudRate: esp3BaudRate,
  ask: encodeFrame(encodeCommand({ command: 'read-version' })),
  timeoutMs: 1_000,
  createReader() {
    const parser = createParser();
    return (bytes) => {
      for (const item of parser.push(bytes)) {
        const message = item.kind === 'frame' ? decodeMessage(item) : undefined;
        const version =
          message?.ok === true && message.value.type === 'response' ? decodeVersion(message.value) : undefined;
        if (version?.ok === true) return version.value;
      }
      return undefined;
    };
  },
};

/** A command to a modem; the answer is its lines, with the result that ended it at last. */
export function atCommand(command: string, baudRate: number = atBaudRates[0], timeoutMs = 1_500): Question<Response[]> {
  return {
    baudRate,
    ask: new TextEncoder().encode(`${command}\r`),
    timeoutMs,
    createReader() {
      const framer = createAtFramer();
      const lines: Response[] = [];
      return (bytes) => {
        for (const item of framer.push(bytes)) {
          if (item.kind !== 'line' || item.text === command) continue;
          const response = readResponse(item.text);
          lines.push(response);
          if (response.type === 'result' && isFinal(response.result)) return lines;
        }
        return undefined;
      };
    },
  };
}

/** Megatec: "how are you?", Q1. */
const supplyStatus: Question<Status> = {
  baudRate: megatecBaudRate,
  ask: encodeLine(writeCommand({ command: 'status' })),
  timeoutMs: 1_500,
  createReader() {
    const parser = createLineParser('supply');
    return (bytes) => {
      for (const item of parser.push(bytes)) {
        const answer = item.kind === 'line' ? readAnswer(item.text) : undefined;
        if (answer?.type === 'status') return answer.status;
      }
      return undefined;
    };
  },
};

/** It speaks by itself, ten times a second. */
const radarReport: Question<Report> = {
  baudRate: radarBaudRate,
  timeoutMs: 1_000,
  createReader() {
    const framer = createRadarFramer();
    return (bytes) => {
      for (const item of framer.push(bytes)) {
        const report = item.kind === 'frame' ? decodeReport(frameIn(item.bytes)) : undefined;
        if (report?.ok === true) return report.value;
      }
      return undefined;
    };
  },
};

/** It speaks by itself, every second. */
const position = (baudRate: number): Question<Gga> => ({
  baudRate,
  timeoutMs: 1_300,
  createReader() {
    const framer = createFramer();
    return (bytes) => {
      for (const item of framer.push(bytes)) {
        const gga = item.kind === 'sentence' ? readGga(item.sentence) : undefined;
        if (gga?.ok === true) return gga.value;
      }
      return undefined;
    };
  },
});

/** It says nothing until a tag comes, and then its number, which is nobody's business here. */
const tagRead: Question<string> = {
  baudRate: readerBaudRate,
  timeoutMs: 3_000,
  createReader() {
    const framer = createTagFramer();
    return (bytes) => (framer.push(bytes).some(({ kind }) => kind === 'frame') ? 'it read a tag' : undefined);
  },
};

/** A question that tells one kind of device from all others, and how its answer is said to people. */
interface Recogniser {
  kind: DeviceKind;
  question: Question<string>;
  /** Asked only where the configuration says that it is there. */
  onlyNamed?: true;
}

/** In the order in which a port is asked when nothing is known of it: who answers fast comes first. */
export const recognisers: readonly Recogniser[] = [
  { kind: 'radio', question: mapped(radioVersion, saidOfRadio) },
  { kind: 'modem', question: mapped(atCommand('AT+CGMM'), saidOfModem) },
  { kind: 'radar', question: mapped(radarReport, saidOfRadar) },
  { kind: 'ups', question: mapped(supplyStatus, saidOfSupply) },
  ...gnssBaudRates.map((rate) => ({ kind: 'gnss', question: mapped(position(rate), saidOfPosition) }) as const),
  { kind: 'reader', question: tagRead, onlyNamed: true },
];

function saidOfRadar({ state, distanceCm }: Report): string {
  return state === 'none' ? 'LD2410: it sees nobody' : `LD2410: it sees somebody at ${(distanceCm / 100).toFixed(1)} m`;
}

function saidOfPosition({ quality, satellites = 0 }: Gga): string {
  return quality === fixQualities.none
    ? `no position yet, ${satellites} satellites`
    : `a position by ${satellites} satellites`;
}

function saidOfSupply({ mainsGone, batteryLow, battery, loadPercent }: Status): string {
  const parts = [
    mainsGone ? 'on battery' : 'on mains',
    ...(battery === undefined ? [] : [`battery ${battery.volts} V`]),
    ...(batteryLow ? ['low'] : []),
    ...(loadPercent === undefined ? [] : [`load ${loadPercent} %`]),
  ];
  return `Megatec: ${parts.join(', ')}`;
}

function saidOfRadio({ appDescription, appVersion, chipId }: Version): string {
  return `EnOcean ${appDescription}, version ${appVersion}, chip ${chipId}`;
}

/** Its model, which every modem tells (3GPP TS 27.007 5.2); one that refuses is a modem too. */
function saidOfModem(lines: readonly Response[]): string {
  const [model] = lines.flatMap((line) => (line.type === 'text' ? [line.text] : []));
  return model ?? 'it answers AT commands';
}

function mapped<Answer>(question: Question<Answer>, say: (answer: Answer) => string | undefined): Question<string> {
  return {
    ...question,
    createReader() {
      const read = question.createReader();
      return (bytes) => {
        const answer = read(bytes);
        return answer === undefined ? undefined : say(answer);
      };
    },
  };
}
