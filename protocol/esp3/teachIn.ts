import { rorgs } from './constants.ts';
import type { TeachIn } from './profile.ts';
import type { TelegramContent } from './telegram.ts';

/** LRN, bit 3 of the last byte of 1BS and 4BS: clear while the learn button is pressed (EEP 1.7, teach-in). */
export const notLearnBit = 0x08;
/** Bit 7 of a 4BS teach-in's last byte: it tells profile and maker (variation 2). */
const taughtBit = 0x80;

const profileForm = /^A5-([0-3][0-9A-F])-([0-7][0-9A-F])$/u;
const manufacturerLimit = 0x7ff;

/**
 * The teach-in that a telegram is, whoever sent it; nothing when it is none. Buttons have no learn bit: pressing one
 * within the window is their teach-in (B8.2).
 */
export function decodeTeachIn({ rorg, payload }: TelegramContent): TeachIn | undefined {
  const last = payload[payload.length - 1] ?? notLearnBit;
  const hasLearnBit =
    (rorg === rorgs.oneByte && payload.length === 1) || (rorg === rorgs.fourByte && payload.length === 4);
  if (!hasLearnBit || (last & notLearnBit) !== 0) return undefined;
  if (rorg !== rorgs.fourByte || (last & taughtBit) === 0) return { event: 'teach-in' };
  // 6 bits of function, 7 of type, 11 of manufacturer.
  const [first = 0, second = 0, third = 0] = payload;
  const profile = `A5-${hexByte(first >> 2)}-${hexByte(((first & 0x03) << 5) | (second >> 3))}`;
  return { event: 'teach-in', taught: { profile, manufacturer: ((second & 0x07) << 8) | third } };
}

/** Nothing when such a telegram cannot say it. Throws when the profile's name or the maker's number is none. */
export function encodeTeachIn(rorg: number, { taught }: TeachIn): TelegramContent | undefined {
  if (rorg === rorgs.oneByte) {
    return taught === undefined ? { rorg, payload: Uint8Array.from([0]), status: 0 } : undefined;
  }
  if (taught === undefined) return { rorg, payload: new Uint8Array(4), status: 0 };
  const parts = profileForm.exec(taught.profile);
  if (parts === null || taught.manufacturer < 0 || taught.manufacturer > manufacturerLimit) {
    throw new RangeError(`${taught.profile} of maker ${taught.manufacturer} is no A5 profile of a maker up to 2047`);
  }
  const [func, type] = [Number.parseInt(parts[1] ?? '', 16), Number.parseInt(parts[2] ?? '', 16)];
  const first = (func << 2) | (type >> 5);
  const second = ((type & 0x1f) << 3) | (taught.manufacturer >> 8);
  return { rorg, payload: Uint8Array.from([first, second, taught.manufacturer & 0xff, taughtBit]), status: 0 };
}

function hexByte(value: number): string {
  return value.toString(16).toUpperCase().padStart(2, '0');
}
