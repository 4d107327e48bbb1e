import { failure, type Result, success } from '#protocol/core/result.ts';
import { rorgs } from './constants.ts';
import type { Problem } from './problem.ts';
import type { ProfileEvent } from './profile.ts';
import type { TelegramContent } from './telegram.ts';

/**
 * Signal telegrams (RORG D0): what a device of any profile may say about itself. The first byte is the message id (MID),
 * its data follows.
 */

/** Energy status of the device: 0 to 100 per cent. */
const energyStatusId = 0x06;
/**
 * The case: 1 opened, 0 closed. EEP gives out no message id for it, and makers use telegrams of their own; this is an id
 * far above those that are given out. A maker's own telegram is to be read here too once such a part is in hand.
 */
const tamperId = 0xf1;

export function decodeSignal({ payload }: TelegramContent): Result<ProfileEvent, Problem> {
  const [messageId, first] = payload;
  if (messageId === undefined) {
    return failure({ code: 'wrong-length', message: 'a signal telegram has at least one byte' });
  }
  if (messageId === tamperId && (first === 0 || first === 1)) return success({ event: 'tamper', open: first === 1 });
  if (messageId !== energyStatusId) {
    return success({ event: 'signal', messageId, data: payload.slice(1) });
  }
  if (first === undefined || first > 100) {
    return failure({ code: 'unknown-value', message: `an energy status is 0 to 100 per cent, not ${first}` });
  }
  return success({ event: 'battery', chargePercent: first });
}

/** Nothing for events that no signal telegram says. */
export function encodeSignal(event: ProfileEvent): TelegramContent | undefined {
  if (event.event === 'signal') return content([event.messageId, ...event.data]);
  if (event.event === 'tamper') return content([tamperId, event.open ? 1 : 0]);
  if (event.event !== 'battery') return undefined;
  if (event.chargePercent < 0 || event.chargePercent > 100) {
    throw new RangeError(`a charge is 0 to 100 per cent, not ${event.chargePercent}`);
  }
  return content([energyStatusId, Math.round(event.chargePercent)]);
}

function content(payload: readonly number[]): TelegramContent {
  return { rorg: rorgs.signal, payload: Uint8Array.from(payload), status: 0 };
}
