import { type Command } from '#protocol/esp3/commands.ts';
import { returnCodes } from '#protocol/esp3/constants.ts';
import type { Frame } from '#protocol/esp3/frame.ts';
import { decodeMessage, type Message } from '#protocol/esp3/messages.ts';
import type { Problem } from '#protocol/esp3/problem.ts';
import type { Repeater } from '#protocol/esp3/repeater.ts';
import {
  encodeIdBase,
  encodeRepeaterState,
  encodeReturnCode,
  encodeVersion,
  type Response,
} from '#protocol/esp3/responses.ts';
import type { RadioProfile } from './profiles.ts';

/** ESP3 2.5, CO_WR_IDBASE: the ids that a base id may be. */
const baseIdLowest = 'ff800000';
const baseIdHighest = 'ffffff80';

/** What a host asked of the module, and what the module says to it. Nothing is said to what asks for nothing. */
export interface Exchange {
  /** What was asked, for people. */
  asked: string;
  response?: Response;
  /** The module restarts once it has answered. */
  restarts?: boolean;
}

/** A radio module as its host sees it: what it answers to commands, and what it remembers over a restart. */
export interface Module {
  exchange(frame: Frame): Exchange;
}

export function createModule(profile: RadioProfile): Module {
  let { baseId, remainingWrites } = profile;
  let repeater: Repeater = { mode: 'off', level: 0 };
  // It is asked for once a minute, for days.
  const version = encodeVersion(profile.version);

  function answer(command: Command): Response {
    switch (command.command) {
      case 'write-reset':
        return encodeReturnCode(returnCodes.ok);
      case 'read-version':
        return version;
      case 'read-id-base':
        return encodeIdBase({ baseId, ...(remainingWrites === undefined ? {} : { remainingWrites }) });
      case 'write-id-base':
        return encodeReturnCode(writeIdBase(command.baseId));
      case 'read-repeater':
        return encodeRepeaterState(repeater);
      case 'write-repeater':
        ({ repeater } = command);
        return encodeReturnCode(returnCodes.ok);
      default:
        return encodeReturnCode(returnCodes.notSupported);
    }
  }

  function writeIdBase(wanted: string): number {
    if (wanted < baseIdLowest || wanted > baseIdHighest) return returnCodes.baseIdOutOfRange;
    if (remainingWrites === 0) return returnCodes.baseIdMaximumReached;
    if (remainingWrites !== undefined) remainingWrites -= 1;
    baseId = wanted;
    return returnCodes.ok;
  }

  return {
    exchange(frame) {
      const message = decodeMessage(frame);
      if (!message.ok) return refusal(message.problem);
      if (message.value.type !== 'command') return toOther(message.value);
      const { command } = message.value;
      const asked = command.command === 'other' ? `command ${command.code}` : command.command;
      return { asked, response: answer(command), restarts: command.command === 'write-reset' };
    },
  };
}

function refusal({ code, message }: Problem): Exchange {
  const returnCode = code === 'unknown-packet-type' ? returnCodes.notSupported : returnCodes.wrongParameter;
  return { asked: `something it cannot: ${message}`, response: encodeReturnCode(returnCode) };
}

/** A telegram to be sent is sent (nobody listens here); answers and events are no requests, and get no answer. */
function toOther({ type }: Exclude<Message, { type: 'command' }>): Exchange {
  if (type === 'radio') return { asked: 'to send a telegram', response: encodeReturnCode(returnCodes.ok) };
  return { asked: `nothing (${type})` };
}
