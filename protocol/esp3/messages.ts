import { failure, type Result, success } from '#protocol/core/result.ts';
import { type Command, decodeCommand, encodeCommand } from './commands.ts';
import { packetTypes } from './constants.ts';
import type { Frame } from './frame.ts';
import type { Problem } from './problem.ts';
import type { Response } from './responses.ts';
import { decodeRadioTelegram, encodeRadioTelegram, type RadioTelegram } from './telegram.ts';

/** What a packet says. */
export type Message =
  | { type: 'radio'; telegram: RadioTelegram }
  /** The answer to a command: what it means depends on the command (responses.ts). */
  | ({ type: 'response' } & Response)
  /** Said by a module unasked: see `eventCodes`. */
  | { type: 'event'; code: number; data: Uint8Array; optional: Uint8Array }
  | { type: 'command'; command: Command };

export function decodeMessage(frame: Frame): Result<Message, Problem> {
  const { packetType, data, optional } = frame;
  const [code, ...rest] = data;
  if (code === undefined)
    return failure({ code: 'wrong-length', message: 'an ESP3 packet has at least one byte of data' });
  switch (packetType) {
    case packetTypes.radioErp1: {
      const telegram = decodeRadioTelegram(frame);
      return telegram.ok ? success({ type: 'radio', telegram: telegram.value }) : telegram;
    }
    case packetTypes.response:
      return success({ type: 'response', returnCode: code, data: Uint8Array.from(rest), optional });
    case packetTypes.event:
      return success({ type: 'event', code, data: Uint8Array.from(rest), optional });
    case packetTypes.commonCommand: {
      const command = decodeCommand(frame);
      return command.ok ? success({ type: 'command', command: command.value }) : command;
    }
    default: {
      const message = `packet type ${packetType} is none of radio (1), response (2), event (4) and command (5)`;
      return failure({ code: 'unknown-packet-type', message });
    }
  }
}

export function encodeMessage(message: Message): Frame {
  switch (message.type) {
    case 'radio':
      return encodeRadioTelegram(message.telegram);
    case 'response':
      return packet(packetTypes.response, message.returnCode, message);
    case 'event':
      return packet(packetTypes.event, message.code, message);
    default:
      return encodeCommand(message.command);
  }
}

function packet(
  packetType: number,
  code: number,
  { data, optional }: { data: Uint8Array; optional: Uint8Array },
): Frame {
  return { packetType, data: Uint8Array.from([code, ...data]), optional };
}
