import { failure, type Result, success } from '#protocol/core/result.ts';
import { commandCodes, packetTypes } from './constants.ts';
import type { Frame } from './frame.ts';
import type { Problem } from './problem.ts';
import { idLength, readId, writeId } from './radioId.ts';
import { decodeRepeater, encodeRepeater, type Repeater, repeaterLength } from './repeater.ts';

/** What a host asks of its module (ESP3 2.5, COMMON_COMMAND). The module answers each with a response. */
export type Command =
  /** CO_WR_RESET: the module restarts, and says CO_READY when it is back. */
  | { command: 'write-reset' }
  /** CO_RD_VERSION */
  | { command: 'read-version' }
  /** CO_WR_IDBASE: ff800000 to ffffff80; a module takes ten changes in its life. */
  | { command: 'write-id-base'; baseId: string }
  /** CO_RD_IDBASE */
  | { command: 'read-id-base' }
  /** CO_WR_REPEATER */
  | { command: 'write-repeater'; repeater: Repeater }
  /** CO_RD_REPEATER */
  | { command: 'read-repeater' }
  /** Any other command, by its code. */
  | { command: 'other'; code: number; data: Uint8Array; optional: Uint8Array };

export function decodeCommand({ data, optional }: Frame): Result<Command, Problem> {
  const code = data[0] ?? 0;
  const parameters = data.subarray(1);
  switch (code) {
    case commandCodes.writeReset:
      return withLength(parameters, 0, () => success({ command: 'write-reset' }));
    case commandCodes.readVersion:
      return withLength(parameters, 0, () => success({ command: 'read-version' }));
    case commandCodes.readIdBase:
      return withLength(parameters, 0, () => success({ command: 'read-id-base' }));
    case commandCodes.readRepeater:
      return withLength(parameters, 0, () => success({ command: 'read-repeater' }));
    case commandCodes.writeIdBase:
      return withLength(parameters, idLength, () =>
        success({ command: 'write-id-base', baseId: readId(parameters, 0) }),
      );
    case commandCodes.writeRepeater:
      return withLength(parameters, repeaterLength, () => {
        const repeater = decodeRepeater(parameters);
        return repeater.ok ? success({ command: 'write-repeater', repeater: repeater.value }) : repeater;
      });
    default:
      return success({ command: 'other', code, data: parameters, optional });
  }
}

function withLength(
  parameters: Uint8Array,
  length: number,
  read: () => Result<Command, Problem>,
): Result<Command, Problem> {
  if (parameters.length === length) return read();
  const message = `this command has ${length} bytes of parameters, not ${parameters.length}`;
  return failure({ code: 'wrong-length', message });
}

export function encodeCommand(command: Command): Frame {
  switch (command.command) {
    case 'write-reset':
      return packet(commandCodes.writeReset);
    case 'read-version':
      return packet(commandCodes.readVersion);
    case 'read-id-base':
      return packet(commandCodes.readIdBase);
    case 'read-repeater':
      return packet(commandCodes.readRepeater);
    case 'write-id-base':
      return packet(commandCodes.writeIdBase, writeId(command.baseId));
    case 'write-repeater':
      return packet(commandCodes.writeRepeater, encodeRepeater(command.repeater));
    default:
      return packet(command.code, command.data, command.optional);
  }
}

const nothing: Uint8Array = new Uint8Array(0);

function packet(code: number, parameters = nothing, optional = nothing): Frame {
  return { packetType: packetTypes.commonCommand, data: Uint8Array.from([code, ...parameters]), optional };
}
