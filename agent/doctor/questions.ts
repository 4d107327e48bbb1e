import { atBaudRates, createAtFramer } from '#protocol/at/framer.ts';
import { isFinal, readResponse, type Response } from '#protocol/at/response.ts';
import { encodeCommand } from '#protocol/esp3/commands.ts';
import { esp3BaudRate } from '#protocol/esp3/constants.ts';
import { decodeMessage } from '#protocol/esp3/messages.ts';
import { createParser } from '#protocol/esp3/parser.ts';
import { decodeVersion, type Version } from '#protocol/esp3/responses.ts';
import { encodeFrame } from '#protocol/esp3/writer.ts';
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

/** A question that tells one kind of device from all others, and how its answer is said to people. */
interface Recogniser {
  kind: DeviceKind;
  question: Question<string>;
}

/** In the order in which a port is asked when nothing is known of it: who answers fast comes first. */
export const recognisers: readonly Recogniser[] = [
  { kind: 'radio', question: mapped(radioVersion, saidOfRadio) },
  { kind: 'modem', question: mapped(atCommand('AT'), (lines) => (isOk(lines) ? 'it answers AT' : undefined)) },
];

function saidOfRadio({ appDescription, appVersion, chipId }: Version): string {
  return `EnOcean ${appDescription}, version ${appVersion}, chip ${chipId}`;
}

function isOk(lines: readonly Response[]): boolean {
  const last = lines.at(-1);
  return last?.type === 'result' && last.result.kind === 'word' && last.result.word === 'OK';
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
